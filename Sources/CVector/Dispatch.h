// Entries of a file of kernels. Each runs the kernel compiled for every processor of the family, or the same compiled
// for those with more. Before it includes this, the file defines WIDE_TARGET, the features by name, and
// WIDE_IS_SUPPORTED, whether this processor has them.
#pragma once

#if defined(__x86_64__)

static int wide;
__attribute__((constructor)) static void choose(void) {
    __builtin_cpu_init();
    wide = WIDE_IS_SUPPORTED;
}

#define ENTRY(type, name, parameters, kernel, arguments)                                                 \
    __attribute__((target(WIDE_TARGET))) static type name##_wide parameters { return kernel arguments; } \
    static type name##_plain parameters { return kernel arguments; }                                     \
    type name parameters { return wide ? name##_wide arguments : name##_plain arguments; }

#else

#define ENTRY(type, name, parameters, kernel, arguments) \
    type name parameters { return kernel arguments; }

#endif
