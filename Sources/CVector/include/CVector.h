/// Vector arithmetic that Swift imports as `SIMD8<Float>`.
///
/// The standard library's operators on `SIMD8<Float>` are generic lane loops that the optimiser reassembles badly; these
/// are one instruction (or two, at SSE width) each.
#pragma once

typedef float tonewall_float8 __attribute__((ext_vector_type(8)));

static inline tonewall_float8 tonewall_add8(tonewall_float8 a, tonewall_float8 b) { return a + b; }
static inline tonewall_float8 tonewall_subtract8(tonewall_float8 a, tonewall_float8 b) { return a - b; }
static inline tonewall_float8 tonewall_multiply8(tonewall_float8 a, tonewall_float8 b) { return a * b; }
static inline tonewall_float8 tonewall_scale8(tonewall_float8 a, float b) { return a * b; }
static inline tonewall_float8 tonewall_sqrt8(tonewall_float8 a) { return __builtin_elementwise_sqrt(a); }
