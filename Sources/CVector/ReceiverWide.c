// The receiver for processors with AVX2 and FMA.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define RECEIVER(name) name##_wide
#include "Listening.h"
#pragma clang attribute pop
#endif
