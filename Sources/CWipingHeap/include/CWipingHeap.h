#ifndef TONEWALL_WIPING_HEAP_H
#define TONEWALL_WIPING_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/// From now on every block of this process's heap is overwritten with zeros before it is given back, whoever allocated
/// it.
///
/// A growing array leaves its old block behind, and libraries keep buffers of their own: so what held a caller's tones
/// goes with the block. For the process of a payment, from its first line on; it cannot be turned off again.
void tonewall_wipe_freed_memory(void);

/// Whether this build can do that: where a sanitizer has an allocator of its own, it cannot.
bool tonewall_can_wipe_freed_memory(void);

/// Copies `count` bytes of a card's data by way of the processor's general registers alone.
///
/// The C library's copies leave up to 64 bytes each in vector registers. What saves those next, as the dynamic linker
/// does when it resolves a function, writes them to the stack of a thread.
void tonewall_copy_secret(void *to, const void *from, size_t count);

#endif
