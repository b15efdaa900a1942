#include "CVector.h"

typedef float float8_unaligned __attribute__((ext_vector_type(8), aligned(4)));

// One body, compiled twice: every processor of the family runs the first, those with AVX2 the second.
#define TABLE(index) (*(const float8_unaligned *)(table + 8 * (index)))

#define CORRELATE_BODY                                                                          \
    float folded[80];                                                                           \
    const long half = count / 2;                                                                \
    for (long i = 0; i < half; i++) {                                                           \
        const float after = samples[half + i], before = samples[half - 1 - i];                  \
        folded[i] = after + before;                                                             \
        folded[40 + i] = after - before;                                                        \
    }                                                                                           \
    tonewall_float8 c0 = 0, c1 = 0, s0 = 0, s1 = 0;                                             \
    for (long i = 0; i + 1 < half; i += 2) {                                                    \
        c0 += TABLE(2 * i) * folded[i];                                                         \
        s0 += TABLE(2 * i + 1) * folded[40 + i];                                                \
        c1 += TABLE(2 * i + 2) * folded[i + 1];                                                 \
        s1 += TABLE(2 * i + 3) * folded[41 + i];                                                \
    }                                                                                           \
    if (half & 1) {                                                                             \
        c0 += TABLE(2 * half - 2) * folded[half - 1];                                           \
        s0 += TABLE(2 * half - 1) * folded[39 + half];                                          \
    }                                                                                           \
    ((float8_unaligned *)bins)[0] = c0 + c1;                                                    \
    ((float8_unaligned *)bins)[1] = s0 + s1;

// The sum of eight lanes in three steps.
typedef float float4 __attribute__((ext_vector_type(4)));
#define TOTAL(v) total4((v).lo + (v).hi)
static inline float total4(float4 v) { return (v.x + v.y) + (v.z + v.w); }

#define MEASURE_BODY                                                                            \
    tonewall_float8 energy = 0, sum = 0;                                                        \
    long i = 0;                                                                                 \
    for (; i + 8 <= count; i += 8) {                                                            \
        const tonewall_float8 x = *(const float8_unaligned *)(samples + i);                     \
        energy += x * x;                                                                        \
        sum += x;                                                                               \
    }                                                                                           \
    tonewall_power power = {0, 0};                                                              \
    for (; i < count; i++) {                                                                    \
        power.energy += samples[i] * samples[i];                                                \
        power.sum += samples[i];                                                                \
    }                                                                                           \
    power.energy += TOTAL(energy);                                                              \
    power.sum += TOTAL(sum);                                                                    \
    return power;

#define INTERPOLATE_BODY                                                                        \
    tonewall_float8 a = 0, b = 0;                                                               \
    long i = 0;                                                                                 \
    for (; i + 8 <= count; i += 8) {                                                            \
        const tonewall_float8 x = *(const float8_unaligned *)(samples + i);                     \
        a += x * *(const float8_unaligned *)(near + i);                                         \
        b += x * *(const float8_unaligned *)(far + i);                                          \
    }                                                                                           \
    float first = 0, second = 0;                                                                \
    for (; i < count; i++) {                                                                    \
        first += samples[i] * near[i];                                                          \
        second += samples[i] * far[i];                                                          \
    }                                                                                           \
    first += TOTAL(a);                                                                          \
    second += TOTAL(b);                                                                         \
    return first + (second - first) * blend;

#define ROW(index) (*(const float8_unaligned *)(model + 8 * (index)))

#define CLEAN_BODY                                                                              \
    tonewall_float8 cosine = *(const float8_unaligned *)bins;                                   \
    tonewall_float8 sine = *(const float8_unaligned *)(bins + 8);                               \
    tonewall_float8 even = 0, odd = 0;                                                          \
    for (int i = 0; i < 5; i++) {                                                               \
        cosine -= ROW(i) * nuisances[i];                                                        \
        even += ROW(5 + i) * nuisances[i];                                                      \
        sine -= ROW(10 + i) * nuisances[8 + i];                                                 \
        odd += ROW(15 + i) * nuisances[8 + i];                                                  \
    }                                                                                           \
    const tonewall_float8 explained = even * *(const float8_unaligned *)nuisances               \
        + odd * *(const float8_unaligned *)(nuisances + 8);                                     \
    for (int i = 0; i < 5; i++) energy -= explained[i];                                         \
    *(float8_unaligned *)cleaned = cosine;                                                      \
    *(float8_unaligned *)(cleaned + 8) = sine;                                                  \
    return energy > 0 ? energy : 0;

static void correlate_plain(const float *samples, long count, const float *table, float *bins) { CORRELATE_BODY }
static tonewall_power measure_plain(const float *samples, long count) { MEASURE_BODY }
static float interpolate_plain(const float *samples, const float *near, const float *far, float blend, long count) {
    INTERPOLATE_BODY
}
static float clean_plain(const float *bins, const float *nuisances, const float *model, float energy, float *cleaned) {
    CLEAN_BODY
}

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx2,fma")))
WIDE static void correlate_wide(const float *samples, long count, const float *table, float *bins) { CORRELATE_BODY }
WIDE static tonewall_power measure_wide(const float *samples, long count) { MEASURE_BODY }
WIDE static float interpolate_wide(const float *samples, const float *near, const float *far, float blend, long count) {
    INTERPOLATE_BODY
}
WIDE static float clean_wide(const float *bins, const float *nuisances, const float *model, float energy, float *cleaned) {
    CLEAN_BODY
}

static int wide;
__attribute__((constructor)) static void choose(void) {
    __builtin_cpu_init();
    wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

void tonewall_correlate(const float *samples, long count, const float *table, float *bins) {
    if (wide) correlate_wide(samples, count, table, bins);
    else correlate_plain(samples, count, table, bins);
}
tonewall_power tonewall_measure(const float *samples, long count) {
    return wide ? measure_wide(samples, count) : measure_plain(samples, count);
}
float tonewall_interpolate(const float *samples, const float *near, const float *far, float blend, long count) {
    return wide ? interpolate_wide(samples, near, far, blend, count) : interpolate_plain(samples, near, far, blend, count);
}
float tonewall_clean(const float *bins, const float *nuisances, const float *model, float energy, float *cleaned) {
    return wide ? clean_wide(bins, nuisances, model, energy, cleaned) : clean_plain(bins, nuisances, model, energy, cleaned);
}

#else

void tonewall_correlate(const float *samples, long count, const float *table, float *bins) {
    correlate_plain(samples, count, table, bins);
}
tonewall_power tonewall_measure(const float *samples, long count) { return measure_plain(samples, count); }
float tonewall_interpolate(const float *samples, const float *near, const float *far, float blend, long count) {
    return interpolate_plain(samples, near, far, blend, count);
}
float tonewall_clean(const float *bins, const float *nuisances, const float *model, float energy, float *cleaned) {
    return clean_plain(bins, nuisances, model, energy, cleaned);
}

#endif
