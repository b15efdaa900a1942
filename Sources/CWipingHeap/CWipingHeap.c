#include "CWipingHeap.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define TONEWALL_SANITIZED 1
#endif
#endif

static atomic_bool wipes;

#if defined(__GLIBC__) && !defined(TONEWALL_SANITIZED)

// The C library's own entry points: an executable's `free` and `realloc` stand before the library's for all that is
// loaded.
extern void __libc_free(void *block);
extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);

// Weak, so that a test process can count allocations in its own way.
__attribute__((weak)) void free(void *block) {
    if (block == NULL) return;
    if (atomic_load_explicit(&wipes, memory_order_relaxed)) {
        int saved = errno;
        explicit_bzero(block, malloc_usable_size(block));
        errno = saved;
    }
    __libc_free(block);
}

__attribute__((weak)) void *realloc(void *block, size_t size) {
    // A size of 0 frees, as the library's own does; a block that moves must not leave its old place as it was.
    if (!atomic_load_explicit(&wipes, memory_order_relaxed) || block == NULL) return __libc_realloc(block, size);
    if (size == 0) {
        free(block);
        return NULL;
    }
    size_t old = malloc_usable_size(block);
    if (size <= old && size > old / 2) {
        explicit_bzero((uint8_t *)block + size, old - size);
        return block;
    }
    void *moved = __libc_malloc(size);
    if (moved == NULL) return NULL;
    memcpy(moved, block, old < size ? old : size);
    free(block);
    return moved;
}

bool tonewall_can_wipe_freed_memory(void) { return true; }

#else

bool tonewall_can_wipe_freed_memory(void) { return false; }

#endif

void tonewall_wipe_freed_memory(void) { atomic_store_explicit(&wipes, true, memory_order_relaxed); }

void tonewall_copy_secret(void *to, const void *from, size_t count) {
    // Volatile, so that the compiler makes no vectors and no call of it.
    volatile uint8_t *out = to;
    const volatile uint8_t *in = from;
    for (size_t index = 0; index < count; index++) out[index] = in[index];
}
