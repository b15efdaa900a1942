// The loops themselves, each written once: CVector.c compiles them for every processor of the family and again for
// those with AVX2 and FMA.
#pragma once
#include "CVector.h"
#include <stdint.h>

enum { hop = TONEWALL_HOP, window_hops = TONEWALL_WINDOW_HOPS, window_samples = hop * window_hops };

#define KERNEL static inline __attribute__((always_inline))

typedef float float8_unaligned __attribute__((ext_vector_type(8), aligned(4)));
typedef float float4_unaligned __attribute__((ext_vector_type(4), aligned(4)));

typedef float float16 __attribute__((ext_vector_type(16)));
typedef float float16_unaligned __attribute__((ext_vector_type(16), aligned(4)));

#define ROW(table, index) (((const float8_unaligned *)(table))[index])
#define ROW_OUT(table, index) (((float8_unaligned *)(table))[index])
// The same of sixteen: the tones, then the interference.
#define ROW16(table, index) (((const float16_unaligned *)(table))[index])
#define ROW16_OUT(table, index) (((float16_unaligned *)(table))[index])

// The sum of the lanes in two steps.
KERNEL float total4(tonewall_float4 v) { return (v.x + v.y) + (v.z + v.w); }
#define TOTAL8(v) total4((v).lo + (v).hi)

// The largest value of each half, in all four lanes of that half.
KERNEL void maxima4(const float *values, float *maxima) {
    const tonewall_float8 v = ROW(values, 0);
    const tonewall_float8 w = __builtin_elementwise_max(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
    ROW_OUT(maxima, 0) = __builtin_elementwise_max(w, __builtin_shufflevector(w, w, 2, 3, 0, 1, 6, 7, 4, 5));
}

typedef _Bool bool8 __attribute__((ext_vector_type(8)));

// Which of eight values equal eight others, a bit each.
KERNEL unsigned equal8(const float *a, const float *b) {
    const bool8 is_equal = __builtin_convertvector(ROW(a, 0) == ROW(b, 0), bool8);
    unsigned char bits;
    __builtin_memcpy(&bits, &is_equal, 1);
    return bits;
}

// 4 · the index of the largest of the first four values + that of the largest of the last four.
KERNEL int strongest_pair(const float *values) {
    float maxima[8];
    maxima4(values, maxima);
    const unsigned bits = equal8(values, maxima);
    // A value that is not a number is no maximum: the bits above end the search.
    return 4 * __builtin_ctz((bits & 15u) | 8u) + __builtin_ctz(bits >> 4 | 8u);
}

// Sums and differences of the samples that lie as far before and after the centre, from the centre outwards.
KERNEL void fold(const float *samples, long half, float *sums, float *differences) {
    for (long i = 0; i < half; i += 8) {
        // The last row overlaps the one before where eight do not divide their number.
        if (i + 8 > half) i = half - 8;
        const tonewall_float8 after = ROW(samples + half + i, 0), reversed = ROW(samples + half - 8 - i, 0);
        const tonewall_float8 before = __builtin_shufflevector(reversed, reversed, 7, 6, 5, 4, 3, 2, 1, 0);
        ROW_OUT(sums + i, 0) = after + before;
        ROW_OUT(differences + i, 0) = after - before;
    }
}

KERNEL void correlate_folded(const float *sums, const float *differences, long half, const float *table, float *bins) {
    tonewall_float8 c0 = 0, c1 = 0, s0 = 0, s1 = 0;
    for (long i = 0; i < half; i += 2) {
        c0 += ROW(table, 2 * i) * sums[i];
        s0 += ROW(table, 2 * i + 1) * differences[i];
        c1 += ROW(table, 2 * i + 2) * sums[i + 1];
        s1 += ROW(table, 2 * i + 3) * differences[i + 1];
    }
    ROW_OUT(bins, 0) = c0 + c1;
    ROW_OUT(bins, 1) = s0 + s1;
}

KERNEL void correlate(const float *samples, long count, const float *table, float *bins) {
    float sums[window_samples / 2], differences[window_samples / 2];
    fold(samples, count / 2, sums, differences);
    correlate_folded(sums, differences, count / 2, table, bins);
}

// The sums of the lanes of eight rows, in the order 0, 4, 2, 6, 1, 5, 3, 7.
KERNEL void totals8(const tonewall_float8 *rows, tonewall_float8 *totals) {
    tonewall_float8 pairs[4], quads[2];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        const tonewall_float8 a = rows[2 * i], b = rows[2 * i + 1];
        pairs[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
            + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; i++) {
        const tonewall_float8 a = pairs[2 * i], b = pairs[2 * i + 1];
        quads[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
            + __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    *totals = __builtin_shufflevector(quads[0], quads[1], 0, 8, 2, 10, 4, 12, 6, 14)
        + __builtin_shufflevector(quads[0], quads[1], 1, 9, 3, 11, 5, 13, 7, 15);
}

enum { block_rows = window_samples / 16 };

// Eight inner products of a folded block with rows of `table`, which come in the order of ``totals8``.
KERNEL void correlate_block(const tonewall_float8 *folded, const float *table, tonewall_float8 *totals) {
    tonewall_float8 sums[8];
#pragma clang loop unroll(full)
    for (int k = 0; k < 8; k++) {
        sums[k] = folded[0] * ROW(table, block_rows * k);
#pragma clang loop unroll(full)
        for (int i = 1; i < block_rows; i++) sums[k] += folded[i] * ROW(table, block_rows * k + i);
    }
    totals8(sums, totals);
}

// A block from its centre outwards: rows after it, and rows before it, back to front.
typedef struct {
    tonewall_float8 after[block_rows], before[block_rows];
} outward_block;

#define REVERSED(row) __builtin_shufflevector(row, row, 7, 6, 5, 4, 3, 2, 1, 0)

KERNEL void load_block(const float *samples, outward_block *block) {
#pragma clang loop unroll(full)
    for (int i = 0; i < block_rows; i++) {
        const tonewall_float8 before = ROW(samples, block_rows - 1 - i);
        block->after[i] = ROW(samples, block_rows + i);
        block->before[i] = REVERSED(before);
    }
}

typedef int16_t short8_unaligned __attribute__((ext_vector_type(8), aligned(1)));

// Eight 16-bit samples as floats.
#define FLOATS_OF(shorts) (__builtin_convertvector(shorts, tonewall_float8) * 0x1p-15f)
#define ROW_OF_16(samples) FLOATS_OF(*(const short8_unaligned *)(samples))

KERNEL void load_block16(const int16_t *samples, outward_block *block) {
#pragma clang loop unroll(full)
    for (int i = 0; i < block_rows; i++) {
        const short8_unaligned before = *(const short8_unaligned *)(samples + 8 * (block_rows - 1 - i));
        block->after[i] = ROW_OF_16(samples + 8 * (block_rows + i));
        block->before[i] = FLOATS_OF(REVERSED(before));
    }
}

KERNEL tonewall_block examine(const outward_block *x, const float *table, float least_energy, float *bins) {
    tonewall_float8 sums[block_rows], differences[block_rows], energy = 0, sum = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < block_rows; i++) {
        sums[i] = x->after[i] + x->before[i];
        differences[i] = x->after[i] - x->before[i];
        // (a + b)² + (a − b)² = 2·(a² + b²)
        energy += sums[i] * sums[i] + differences[i] * differences[i];
        sum += sums[i];
    }
    tonewall_block block = {TOTAL8(energy) / 2, 0, 0, 0};
    if (block.energy < least_energy) return block;
    const float total = TOTAL8(sum);
    block.energy_without_dc = block.energy - total * total * (1.f / window_samples);
    tonewall_float8 cosine, sine;
    correlate_block(sums, table, &cosine);
    correlate_block(differences, table + 4 * window_samples, &sine);
    ROW_OUT(bins, 0) = cosine;
    ROW_OUT(bins, 1) = sine;
    float power[8], maxima[8];
    ROW_OUT(power, 0) = cosine * cosine + sine * sine;
    maxima4(power, maxima);
    block.low = maxima[0];
    block.high = maxima[4];
    return block;
}

KERNEL tonewall_block measure_block16(const int16_t *samples, const float *table, float least_energy, float *bins) {
    outward_block block;
    load_block16(samples, &block);
    return examine(&block, table, least_energy, bins);
}

KERNEL tonewall_block measure_block(const float *samples, const float *table, float least_energy, float *bins) {
    outward_block block;
    load_block(samples, &block);
    return examine(&block, table, least_energy, bins);
}

KERNEL void convert16(const void *from, long count, float *to) {
    typedef int16_t short_unaligned __attribute__((aligned(1)));
    const short_unaligned *samples = from;
    if (count < 8) {
#pragma clang loop vectorize(disable) unroll(disable)
        for (long i = 0; i < count; i++) to[i] = samples[i] * 0x1p-15f;
        return;
    }
#pragma clang loop unroll_count(4)
    for (long i = 0; i + 8 <= count; i += 8) ROW_OUT(to + i, 0) = ROW_OF_16(samples + i);
    // The last row overlaps the one before.
    ROW_OUT(to + count - 8, 0) = ROW_OF_16(samples + count - 8);
}

KERNEL tonewall_power measure(const float *samples, long count) {
    tonewall_float8 energy0 = 0, energy1 = 0, sum0 = 0, sum1 = 0;
    long i = 0;
    for (; i + 16 <= count; i += 16) {
        const tonewall_float8 x = ROW(samples + i, 0), y = ROW(samples + i, 1);
        energy0 += x * x;
        energy1 += y * y;
        sum0 += x;
        sum1 += y;
    }
    tonewall_power power = {0, 0};
    for (; i < count; i++) {
        power.energy += samples[i] * samples[i];
        power.sum += samples[i];
    }
    energy0 += energy1;
    sum0 += sum1;
    power.energy += TOTAL8(energy0);
    power.sum += TOTAL8(sum0);
    return power;
}

// Thirty-two lags at a time, in sums that do not wait for one another, and eight for the rest.
KERNEL void slide(const float *a, long count, const float *b, long lags, float *sums) {
    long lag = 0;
    for (; lag + 32 <= lags; lag += 32) {
        tonewall_float8 first = 0, second = 0, third = 0, fourth = 0;
        for (long n = 0; n < count; n++) {
            const float *from = b + n + lag;
            first += a[n] * ROW(from, 0);
            second += a[n] * ROW(from, 1);
            third += a[n] * ROW(from, 2);
            fourth += a[n] * ROW(from, 3);
        }
        ROW_OUT(sums + lag, 0) += first;
        ROW_OUT(sums + lag, 1) += second;
        ROW_OUT(sums + lag, 2) += third;
        ROW_OUT(sums + lag, 3) += fourth;
    }
    for (; lag < lags; lag += 8) {
        tonewall_float8 sum = 0;
        for (long n = 0; n < count; n++) sum += a[n] * ROW(b + n + lag, 0);
        ROW_OUT(sums + lag, 0) += sum;
    }
}

KERNEL float interpolate(const float *samples, const float *near, const float *far, float blend, long count) {
    tonewall_float8 a = 0, b = 0;
    long i = 0;
    for (; i + 8 <= count; i += 8) {
        const tonewall_float8 x = ROW(samples + i, 0);
        a += x * ROW(near + i, 0);
        b += x * ROW(far + i, 0);
    }
    float first = 0, second = 0;
    for (; i < count; i++) {
        first += samples[i] * near[i];
        second += samples[i] * far[i];
    }
    first += TOTAL8(a);
    second += TOTAL8(b);
    return first + (second - first) * blend;
}

KERNEL float clean_rows(
    const float *cosines, const float *sines, const float *interference_cosines, const float *interference_sines,
    const float *model, float energy, float *cleaned
) {
    tonewall_float8 cosine = ROW(cosines, 0), sine = ROW(sines, 0), even = 0, odd = 0;
    for (int i = 0; i < 5; i++) {
        cosine -= ROW(model, i) * interference_cosines[i];
        even += ROW(model, 5 + i) * interference_cosines[i];
        sine -= ROW(model, 10 + i) * interference_sines[i];
        odd += ROW(model, 15 + i) * interference_sines[i];
    }
    const tonewall_float8 explained = even * ROW(interference_cosines, 0) + odd * ROW(interference_sines, 0);
    energy -= TOTAL8(explained);
    ROW_OUT(cleaned, 0) = cosine;
    ROW_OUT(cleaned, 1) = sine;
    return energy > 0 ? energy : 0;
}

KERNEL float clean(const float *bins, const float *interference, const float *model, float energy, float *cleaned) {
    return clean_rows(bins, bins + 8, interference, interference + 8, model, energy, cleaned);
}

// What a block shows of a key. A key's pair is 38 % of a block or more, without the interference. Below 18 % no
// interference explains the rest.
enum { shows_none, shows_key, shows_key_if_cleaned };

KERNEL int judge_block(const tonewall_block *block, const tonewall_block_limits *limits, float ratio) {
    const float ratio_under_interference = 0.18f;
    if (!(block->energy >= limits->energy)) return shows_none;
    if (!(block->high >= limits->least_twist * block->low && block->high <= limits->most_twist * block->low)) {
        return shows_none;
    }
    const float pair = (block->low + block->high) * (2.f / window_samples);
    if (!(pair >= ratio_under_interference * block->energy_without_dc)) return shows_none;
    return pair >= ratio * block->energy_without_dc ? shows_key : shows_key_if_cleaned;
}

// Whether a block may hold a key. Its samples are of 16 bits, or else floats; the other pointer is null.
KERNEL int may_hold_key(
    const float *floats, const int16_t *shorts, const tonewall_window_tables *tables,
    const tonewall_block_limits *limits
) {
    const float ratio = 0.38f;
    outward_block x;
    float bins[16], interference[16], cleaned[16], converted[window_samples];
    if (floats) load_block(floats, &x);
    else load_block16(shorts, &x);
    const tonewall_block block = examine(&x, tables->window_tones, limits->energy, bins);
    const int shown = judge_block(&block, limits, ratio);
    if (shown != shows_key_if_cleaned) return shown;
    if (!floats) convert16(shorts, window_samples, converted);
    correlate(floats ? floats : converted, window_samples, tables->window_interference, interference);
    const float pair = (block.low + block.high) * (2.f / window_samples);
    return pair >= ratio * clean(bins, interference, tables->model, block.energy, cleaned);
}

// How many of `count` blocks show no key before one does.
KERNEL long skim_blocks(
    const float *samples, long count, const tonewall_window_tables *tables, const tonewall_block_limits *limits
) {
    for (long i = 0; i < count; i++) {
        if (may_hold_key(samples + i * window_samples, 0, tables, limits)) return i;
    }
    return count;
}

KERNEL long skim_blocks16(
    const int16_t *samples, long count, const tonewall_window_tables *tables, const tonewall_block_limits *limits
) {
    for (long i = 0; i < count; i++) {
        if (may_hold_key(0, samples + i * window_samples, tables, limits)) return i;
    }
    return count;
}

// The totals of two rows of four: each in two steps.
KERNEL void totals4(tonewall_float4 a, tonewall_float4 b, float *first, float *second) {
    const tonewall_float4 pairs =
        __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
    *first = pairs.x + pairs.y;
    *second = pairs.z + pairs.w;
}

#define ROW4(values) (*(const float4_unaligned *)(values))
#define ROW4_OUT(values) (*(float4_unaligned *)(values))

// Σ x² and Σ x of one hop, each in four parts.
KERNEL void measure_hop(const float *samples, tonewall_hop *h) {
    tonewall_float4 energy = 0, sum = 0;
#pragma clang loop unroll(full)
    for (int k = 0; k < hop; k += 4) {
        const tonewall_float4 x = ROW4(samples + k);
        energy += x * x;
        sum += x;
    }
    ROW4_OUT(h->energy) = energy;
    ROW4_OUT(h->sum) = sum;
}

// The bins of one hop at sixteen frequencies.
KERNEL void correlate_hop(const float *samples, const float *table, tonewall_hop *h) {
    enum { half = hop / 2 };
    float sums[half], differences[half];
    fold(samples, half, sums, differences);
    float16 cosine[2] = {0, 0}, sine[2] = {0, 0};
#pragma clang loop unroll(full)
    for (int i = 0; i < half; i++) {
        cosine[i & 1] += ROW16(table, 2 * i) * sums[i];
        sine[i & 1] += ROW16(table, 2 * i + 1) * differences[i];
    }
    ROW16_OUT(h->cosine, 0) = cosine[0] + cosine[1];
    ROW16_OUT(h->sine, 0) = sine[0] + sine[1];
}

// Turns the bins of a window's four hops to the phase of the window's centre and adds them: a row of cosines, a row of
// sines.
KERNEL void combine(const tonewall_hop *h, const float *rotation, float *sum) {
#define COSINE(index) ROW16(h[index].cosine, 0)
#define SINE(index) ROW16(h[index].sine, 0)
    const float16 outer_cosine = ROW16(rotation, 0), outer_sine = ROW16(rotation, 1);
    const float16 inner_cosine = ROW16(rotation, 2), inner_sine = ROW16(rotation, 3);
    ROW16_OUT(sum, 0) = (COSINE(3) + COSINE(0)) * outer_cosine - (SINE(3) - SINE(0)) * outer_sine
        + ((COSINE(2) + COSINE(1)) * inner_cosine - (SINE(2) - SINE(1)) * inner_sine);
    ROW16_OUT(sum, 1) = (SINE(3) + SINE(0)) * outer_cosine + (COSINE(3) - COSINE(0)) * outer_sine
        + ((SINE(2) + SINE(1)) * inner_cosine + (COSINE(2) - COSINE(1)) * inner_sine);
#undef COSINE
#undef SINE
}

// Energies of a window of four hops.
KERNEL void measure_window(const tonewall_hop *h, long end, tonewall_window *window) {
    float sum;
    totals4(
        (ROW4(h[0].energy) + ROW4(h[1].energy)) + (ROW4(h[2].energy) + ROW4(h[3].energy)),
        (ROW4(h[0].sum) + ROW4(h[1].sum)) + (ROW4(h[2].sum) + ROW4(h[3].sum)), &window->energy, &sum);
    window->energy_without_dc = window->energy - sum * sum * (1.f / window_samples);
    window->end = end;
}

// Takes the interference out of a window, of which `sum` holds the bins.
KERNEL void clean_window(const float *sum, const tonewall_window_tables *tables, tonewall_window *window) {
    window->energy_left = clean_rows(
        sum, sum + 16, sum + 8, sum + 24, tables->model, window->energy, (float *)window->cosine);
}

// Names the strongest pair of a clean window.
KERNEL void name_pair(
    const float *sum, const tonewall_window_tables *tables, float least_pair, tonewall_window *window
) {
    float power[8], maxima[8];
    const float *cosine = (const float *)window->cosine, *sine = (const float *)window->sine;
    ROW_OUT(power, 0) = ROW(sum, 0) * ROW(sum, 0) + ROW(sum + 16, 0) * ROW(sum + 16, 0);
    maxima4(power, maxima);
    const float pair = maxima[0] + maxima[4];
    ROW_OUT(power, 0) = ROW(cosine, 0) * ROW(cosine, 0) * ROW(tables->gains, 0)
        + ROW(sine, 0) * ROW(sine, 0) * ROW(tables->gains, 1);
    const float energy = pair * (2.f / (hop * window_hops));
    const int is_pair = energy >= 0.25f * window->energy_without_dc && pair >= least_pair;
    window->key = is_pair ? strongest_pair(power) : -1;
}

// Makes `oldest` the first hop, and keeps what is known of it and the next ones.
KERNEL void begin_hops(tonewall_hops *all, long oldest) {
    const tonewall_hop *from = all->hops + (oldest - all->oldest);
    const long known = all->measured - oldest;
#pragma clang loop unroll(disable)
    for (long i = 0; i < known; i++) all->hops[i] = from[i];
    all->oldest = oldest;
    if (known < 0) all->measured = oldest;
    if (all->correlated < oldest) all->correlated = oldest;
}

// The first hop of the windows that end with `first` and later of which something is not known.
KERNEL long first_unknown_hop(const tonewall_hops *all, long first) {
    const long oldest = first - window_hops;
    return all->correlated > oldest ? all->correlated : oldest;
}

// Gives the energies of `count` windows. Returns which of them are not quiet, a bit each.
KERNEL unsigned measure_energies(tonewall_hops *all, const float *samples, long count, float least_energy) {
    const long oldest = all->oldest, last = count + window_hops - 1;
#pragma clang loop unroll(disable)
    for (long i = all->measured - oldest; i < last; i++) measure_hop(samples + i * hop, all->hops + i);
    all->measured = oldest + last;
    unsigned loud = 0;
#pragma clang loop unroll(disable)
    for (long i = 0; i < count; i++) {
        measure_window(all->hops + i, oldest + window_hops + i, all->windows + i);
        loud |= (unsigned)(all->windows[i].energy >= least_energy) << i;
    }
    return loud;
}

// A loop a step: the steps of one window wait for each other, the windows in one step do not. A quiet window between
// others is analysed with them.
KERNEL void analyse_windows(
    tonewall_hops *all, const float *unknown, long first, long count, const tonewall_window_tables *tables,
    float least_energy, float least_pair
) {
    const long oldest = first - window_hops;
    const float *samples = unknown - (first_unknown_hop(all, first) - oldest) * hop;
    float sums[TONEWALL_WINDOWS_KEPT][32];
    begin_hops(all, oldest);
    const unsigned loud = measure_energies(all, samples, count, least_energy);
    if (!loud) return;
    const long from = __builtin_ctz(loud), to = 32 - __builtin_clz(loud), known = all->correlated - oldest;
#pragma clang loop unroll(disable)
    for (long i = from > known ? from : known; i < to + window_hops - 1; i++) {
        correlate_hop(samples + i * hop, tables->hop, all->hops + i);
    }
    all->correlated = oldest + to + window_hops - 1;
#pragma clang loop unroll(disable)
    for (long i = from; i < to; i++) combine(all->hops + i, tables->rotation, sums[i]);
#pragma clang loop unroll(disable)
    for (long i = from; i < to; i++) clean_window(sums[i], tables, all->windows + i);
#pragma clang loop unroll(disable)
    for (long i = from; i < to; i++) name_pair(sums[i], tables, least_pair, all->windows + i);
}

KERNEL long quiet_windows(const float *samples, long count, float least_energy) {
    tonewall_hop hops[window_hops];
    tonewall_window window;
    for (long i = 0; i < window_hops - 1; i++) measure_hop(samples + i * hop, hops + i);
    for (long i = 0; i < count; i++) {
        measure_hop(samples + (i + window_hops - 1) * hop, hops + window_hops - 1);
        measure_window(hops, 0, &window);
        if (window.energy >= least_energy) return i;
        for (long k = 0; k < window_hops - 1; k++) {
            ROW4_OUT(hops[k].energy) = ROW4(hops[k + 1].energy);
            ROW4_OUT(hops[k].sum) = ROW4(hops[k + 1].sum);
        }
    }
    return count;
}

KERNEL void analyse_window(
    const float *samples, long end, const tonewall_window_tables *tables, float least_pair, tonewall_window *window
) {
    tonewall_hop hops[window_hops];
    for (long i = 0; i < window_hops; i++) {
        measure_hop(samples + i * hop, hops + i);
        correlate_hop(samples + i * hop, tables->hop, hops + i);
    }
    measure_window(hops, end, window);
    float sum[32];
    combine(hops, tables->rotation, sum);
    clean_window(sum, tables, window);
    name_pair(sum, tables, least_pair, window);
}

// A sine eight samples at a time.
typedef struct {
    tonewall_float8 cosine, sine;
    float step_cosine, step_sine;
} oscillator;

KERNEL void turn_sine(float *cosine, float *sine, float by_cosine, float by_sine) {
    const float c = *cosine * by_cosine - *sine * by_sine;
    *sine = *cosine * by_sine + *sine * by_cosine;
    *cosine = c;
}

KERNEL void start_sine(oscillator *o, float cosine, float sine, float step_cosine, float step_sine) {
    for (int i = 0; i < 8; i++) {
        o->cosine[i] = cosine;
        o->sine[i] = sine;
        turn_sine(&cosine, &sine, step_cosine, step_sine);
    }
    for (int i = 0; i < 3; i++) {
        const float c = step_cosine, t = step_sine;
        turn_sine(&step_cosine, &step_sine, c, t);
    }
    o->step_cosine = step_cosine;
    o->step_sine = step_sine;
}

KERNEL void advance_sine(oscillator *o) {
    const tonewall_float8 cosine = o->cosine * o->step_cosine - o->sine * o->step_sine;
    o->sine = o->cosine * o->step_sine + o->sine * o->step_cosine;
    o->cosine = cosine;
}

KERNEL long follow_pair(const float *samples, long step, long count, const tonewall_pair_path *path, float give_up) {
    oscillator low, high;
    start_sine(&low, path->low_cosine, path->low_sine, path->low_step_cosine, path->low_step_sine);
    start_sine(&high, path->high_cosine, path->high_sine, path->high_step_cosine, path->high_step_sine);
    float sum = 0, best = 0;
    long explained = 0;
    for (long first = 0; first < count && best - sum <= give_up; first += 8, samples += 8 * step) {
        const long length = count - first < 8 ? count - first : 8;
        tonewall_float8 x = 0;
        if (length < 8) {
            // What is not there counts as silence, which no tone explains.
            for (long i = 0; i < length; i++) x[i] = samples[i * step];
        } else if (step > 0) {
            x = ROW(samples, 0);
        } else {
            const tonewall_float8 reversed = ROW(samples - 7, 0);
            x = __builtin_shufflevector(reversed, reversed, 7, 6, 5, 4, 3, 2, 1, 0);
        }
        const tonewall_float8 m = low.cosine + high.cosine, zero = 0;
        // Running sums: each lane of the lanes up to it.
        tonewall_float8 sums = m * (2.f * x - m);
        sums += __builtin_shufflevector(sums, zero, 8, 0, 1, 2, 3, 4, 5, 6);
        sums += __builtin_shufflevector(sums, zero, 8, 8, 0, 1, 2, 3, 4, 5);
        sums += __builtin_shufflevector(sums, zero, 8, 8, 8, 8, 0, 1, 2, 3);
        sums += sum;
        float running[8], maxima[8];
        ROW_OUT(running, 0) = sums;
        maxima4(running, maxima);
        const float most = maxima[0] > maxima[4] ? maxima[0] : maxima[4];
        if (most > best) {
            best = most;
            ROW_OUT(maxima, 0) = best;
            explained = first + 1 + __builtin_ctz(equal8(running, maxima) | 128u);
        }
        sum = sums[7];
        advance_sine(&low);
        advance_sine(&high);
    }
    return explained;
}
