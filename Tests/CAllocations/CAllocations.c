// The C library's allocator, counted: these stand in for its own names in the whole test process.
#include "CAllocations.h"
#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread int watching;
static __thread long seen;

void allocations_watch(void) {
    seen = 0;
    watching = 1;
}

long allocations_seen(void) {
    watching = 0;
    return seen;
}

void *malloc(size_t size) {
    seen += watching;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    seen += watching;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    seen += watching;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    seen += watching;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    seen += watching;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
