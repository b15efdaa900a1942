/// Vector arithmetic that Swift imports as `SIMD8<Float>`, and the three loops that a detector spends its time in.
///
/// The standard library's operators on `SIMD8<Float>` are generic lane loops that the optimiser reassembles badly; these
/// are one instruction (or two, at SSE width) each. The loops run on AVX2 where the processor has it.
#pragma once

typedef float tonewall_float8 __attribute__((ext_vector_type(8)));

static inline tonewall_float8 tonewall_add8(tonewall_float8 a, tonewall_float8 b) { return a + b; }
static inline tonewall_float8 tonewall_subtract8(tonewall_float8 a, tonewall_float8 b) { return a - b; }
static inline tonewall_float8 tonewall_multiply8(tonewall_float8 a, tonewall_float8 b) { return a * b; }
static inline tonewall_float8 tonewall_scale8(tonewall_float8 a, float b) { return a * b; }
static inline tonewall_float8 tonewall_sqrt8(tonewall_float8 a) { return __builtin_elementwise_sqrt(a); }

/// Σ x² and Σ x.
typedef struct {
    float energy;
    float sum;
} tonewall_power;

/// Eight correlations of `count` samples (even, at most 80), folded about their centre; `table` holds for each pair of
/// samples, from the centre outwards, eight cosines and eight sines. Gives eight sums Σ x·cos, then eight Σ x·sin in `bins`.
void tonewall_correlate(const float *samples, long count, const float *table, float *bins);

/// Energy and sum of `count` samples.
tonewall_power tonewall_measure(const float *samples, long count);

/// The inner product of `samples` with `near`, moved by `blend` towards that with `far`.
float tonewall_interpolate(const float *samples, const float *near, const float *far, float blend, long count);

/// Takes five nuisances out of the bins of a window and gives the energy that is left of `energy`.
///
/// `model` holds five rows of eight: each nuisance's share in the tones' cosines, the inverse of the nuisances' inner products,
/// and both again for the sines. `bins` and `nuisances` are as ``tonewall_correlate`` leaves them; `cleaned` is 16 floats.
float tonewall_clean(const float *bins, const float *nuisances, const float *model, float energy, float *cleaned);
