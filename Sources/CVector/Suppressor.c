#include "Kernels.h"

// The same to the bit on every processor: no multiplication and addition become one.
#pragma STDC FP_CONTRACT OFF
// Vectors are passed between functions that are always inlined alone.
#pragma clang diagnostic ignored "-Wpsabi"

#define WIDE_TARGET "avx2"
#define WIDE_IS_SUPPORTED __builtin_cpu_supports("avx2")
#include "Dispatch.h"

typedef tonewall_float8 float8;
typedef struct {
    float8 re, im;
} complex8;
typedef double double2 __attribute__((ext_vector_type(2)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double4_unaligned __attribute__((ext_vector_type(4), aligned(8)));
typedef int int8 __attribute__((ext_vector_type(8)));
typedef short short8 __attribute__((ext_vector_type(8)));
typedef unsigned short ushort8 __attribute__((ext_vector_type(8)));
typedef long long4 __attribute__((ext_vector_type(4)));
#define QUAD(table, index) (((const double4_unaligned *)(table))[index])
#define QUAD_OUT(table, index) (((double4_unaligned *)(table))[index])

// The tone bank.

KERNEL complex8 load(const tonewall_complex8 *from) { return (complex8){ROW(from->re, 0), ROW(from->im, 0)}; }
KERNEL void store(tonewall_complex8 *to, complex8 value) {
    ROW_OUT(to->re, 0) = value.re, ROW_OUT(to->im, 0) = value.im;
}

KERNEL complex8 plus_turned(complex8 sum, complex8 turn, complex8 window) {
    const complex8 turned = {turn.re * window.re - turn.im * window.im, turn.re * window.im + turn.im * window.re};
    return (complex8){sum.re + turned.re, sum.im + turned.im};
}

KERNEL float8 power_of(complex8 sum) { return sum.re * sum.re + sum.im * sum.im; }

// What turns the squared magnitude of a sum over some hops into the mean square of a sine.
KERNEL float per_sample(long hops, long hop) {
    const float samples = (float)(hops * hop);
    return 2 / (samples * samples);
}

// The samples of a hop in one piece; `copy` holds those of 16 bits, and those where the ring ends.
KERNEL const float *hop_at(const tonewall_ring *ring, long first, long hop, float *copy) {
    const long start = first & ring->mask;
    if (start + hop > ring->mask + 1) {
        for (long m = 0; m < hop; m++) {
            const long place = (start + m) & ring->mask;
            copy[m] = ring->shorts ? ring->shorts[place] * 0x1p-15f : ring->floats[place];
        }
        return copy;
    }
    if (!ring->shorts) return ring->floats + start;
    convert16(ring->shorts + start, hop, copy);
    return copy;
}

KERNEL void sum_hop(
    tonewall_hop_sums *sums, long n, const float *x, const tonewall_bank_tables *tables, long hop
) {
    complex8 sum = {0, 0};
    float energy = 0;
    for (long m = 0; m < hop; m++) {
        const float8 sample = x[m];
        sum.re = sum.re + sample * ROW(tables->turns[m].re, 0);
        sum.im = sum.im + sample * ROW(tables->turns[m].im, 0);
        energy += x[m] * x[m];
    }
    store(&sums->sums[n % TONEWALL_SUMS_KEPT], sum);
    sums->energies[n % TONEWALL_ENERGIES_KEPT] = energy;
}

// The sum over the 8 ms that end with hop `n`, and in `six` that over 6 ms.
KERNEL complex8 sum_eight(tonewall_hop_sums *sums, long n, const tonewall_bank_tables *tables, complex8 *six) {
    const complex8 rotation = load(&tables->rotation);
    complex8 window = {0, 0};
    for (long age = 0; age < 8; age++) {
        window = plus_turned(load(&sums->sums[(unsigned long)(n - age) % TONEWALL_SUMS_KEPT]), rotation, window);
        if (age == 5) *six = window;
    }
    store(&sums->eights[n % TONEWALL_EIGHTS_KEPT], window);
    return window;
}

// Powers over the last 24 and 40 hops: the second goes on where the first ends.
KERNEL void power_of_pieces(
    const tonewall_hop_sums *sums, long n, const tonewall_bank_tables *tables, long hop, float8 *powers
) {
    const complex8 rotation8 = load(&tables->rotation8);
    complex8 window = {0, 0};
    for (long piece = 0; piece < 5; piece++) {
        window = plus_turned(load(tonewall_eight_at(sums, n - 8 * piece)), rotation8, window);
        if (piece == 2) powers[0] = power_of(window) * per_sample(24, hop);
    }
    powers[1] = power_of(window) * per_sample(40, hop);
}

KERNEL float8 larger(float8 a, float8 b) { return a > b ? a : b; }
KERNEL float8 smaller(float8 a, float8 b) { return a < b ? a : b; }

// The largest and the second largest of each group's powers.
typedef struct {
    float low, high, second_low, second_high;
} strongest;

KERNEL strongest strongest_of(float8 v) {
    const float8 w = __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
    const float8 winners = larger(v, w), losers = smaller(v, w);
    const float8 others = __builtin_shufflevector(winners, winners, 2, 3, 0, 1, 6, 7, 4, 5);
    const float8 other_losers = __builtin_shufflevector(losers, losers, 2, 3, 0, 1, 6, 7, 4, 5);
    const float8 first = larger(winners, others);
    const float8 second = larger(smaller(winners, others), larger(losers, other_losers));
    return (strongest){first[0], first[4], second[0], second[4]};
}

KERNEL int hears(
    const tonewall_receiver *model, float8 power, const tonewall_hop_sums *sums, long n, long hop
) {
    const strongest s = strongest_of(power);
    if (!(s.low > model->twist * s.high) || !(s.high > model->twist * s.low)) return 0;
    if (!(s.second_low <= model->rival * s.low) || !(s.second_high <= model->rival * s.high)) return 0;
    return s.low + s.high > model->share * tonewall_mean_power(sums, n, model->hops, hop);
}

// Whether one of the models that hear 40 and 24 hops hears a digit.
KERNEL int hears_in_pieces(
    const tonewall_screens *screens, const tonewall_hop_sums *sums, long n, const tonewall_bank_tables *tables,
    long hop, int is_short_too
) {
    float8 powers[2];
    power_of_pieces(sums, n, tables, hop, powers);
    return hears(&screens->receivers[0], powers[1], sums, n, hop)
        || (is_short_too && hears(&screens->receivers[1], powers[0], sums, n, hop));
}

// Brings the overdriven sound up to hop `n`: from where it stopped, or from what the longest model hears.
KERNEL void overdrive(
    tonewall_bank *bank, long n, const tonewall_ring *ring, const tonewall_bank_tables *tables,
    const tonewall_screens *screens, long hop
) {
    const long earliest = n + 1 - screens->longest_receiver;
    const int is_behind = bank->overdriven_hops < earliest;
    const long first = is_behind ? earliest : bank->overdriven_hops;
    for (long h = first; h <= n; h++) {
        float x[TONEWALL_LONGEST_HOP];
        const float *sound = hop_at(ring, h * hop, hop, x);
        for (long m = 0; m < hop; m++) {
            const float driven = screens->drive * sound[m];
            x[m] = driven > 1 ? 1 : driven < -1 ? -1 : driven;
        }
        sum_hop(&bank->overdriven, h, x, tables, hop);
        complex8 six;
        if (!is_behind || h >= first + 7) sum_eight(&bank->overdriven, h, tables, &six);
    }
    bank->overdriven_hops = n + 1;
}

KERNEL int hears_digit(
    tonewall_bank *bank, long n, const tonewall_ring *ring, const tonewall_bank_tables *tables,
    const tonewall_screens *screens, long hop
) {
    if (n + 1 < screens->longest_receiver) return 0;
    if (!(tonewall_mean_power(&bank->sound, n, 8, hop) > screens->receiver_power)) return 0;
    const complex8 both = plus_turned(
        load(tonewall_six_at(bank, n - 6)), load(&tables->rotation6), load(tonewall_six_at(bank, n)));
    const int is_heard = hears(&screens->block, power_of(both) * per_sample(12, hop), &bank->sound, n, hop);
    const long unclipped = (n + 1) * hop - bank->clipped_until;
    const int is_clipped = unclipped < screens->receivers[0].hops * hop;
    if (is_clipped) overdrive(bank, n, ring, tables, screens, hop);
    return is_heard || hears_in_pieces(screens, &bank->sound, n, tables, hop, 1)
        || (is_clipped
            && hears_in_pieces(
                screens, &bank->overdriven, n, tables, hop, unclipped < screens->receivers[1].hops * hop));
}

KERNEL int has_burst(const tonewall_bank *bank, long n, long hop, const tonewall_screens *screens) {
#define ENERGY(age) tonewall_energy_at(&bank->sound, n - (age))
    const float least = screens->burst_power * (float)hop;
    const float after = ENERGY(0) > ENERGY(1) ? ENERGY(0) : ENERGY(1);
    if (ENERGY(3) > screens->burst_rise * after && ENERGY(3) > least) return 1;
    float before = ENERGY(10) > ENERGY(11) ? ENERGY(10) : ENERGY(11);
    if (ENERGY(12) > before) before = ENERGY(12);
    return ENERGY(9) > screens->burst_rise * before && ENERGY(8) > least;
}

KERNEL int screen_pair(const tonewall_bank *bank, long n, long hop, const tonewall_screens *screens) {
    if (!(ENERGY(0) + ENERGY(4) + ENERGY(8) > screens->pair_energy)) return 0;
    const strongest s = strongest_of(ROW(bank->newest[n % TONEWALL_NEWEST_KEPT], 0));
    const float pair = s.low + s.high;
    if (!(pair > screens->pair_power)) return 0;
    const float total = tonewall_mean_power(&bank->sound, n, 16, hop) + screens->floor;
    const int is_pair = pair > screens->pair_share * total && s.low < screens->low_over_high * s.high
        && s.high < screens->high_over_low * s.low;
    return is_pair ? TONEWALL_PAIR : TONEWALL_FAINT_PAIR;
}

KERNEL int has_any(int8 lanes) {
    const bool8 is_set = __builtin_convertvector(lanes, bool8);
    unsigned char bits;
    __builtin_memcpy(&bits, &is_set, 1);
    return bits != 0;
}

KERNEL void keep_sixteen(tonewall_bank *bank, long n, float8 power) {
    ROW_OUT(bank->newest[n % TONEWALL_NEWEST_KEPT], 0) = power;
    const int half = 1 << (TONEWALL_POWER_SHIFT - 1), most = 0xFFFF;
    int8 codes = ((int8)power + (half - TONEWALL_LEAST_POWER)) >> TONEWALL_POWER_SHIFT;
    codes = codes < 0 ? 0 : codes > most ? most : codes;
    const ushort8 kept = __builtin_convertvector(codes, ushort8);
    __builtin_memcpy(bank->sixteens[n % TONEWALL_SIXTEENS_KEPT], &kept, sizeof kept);
}

KERNEL int take_hop_of(
    tonewall_bank *bank, const tonewall_ring *ring, const tonewall_bank_tables *tables,
    const tonewall_screens *screens, long hop
) {
    const long n = bank->hops++;
    float copy[TONEWALL_LONGEST_HOP];
    const float *x = hop_at(ring, n * hop, hop, copy);
    sum_hop(&bank->sound, n, x, tables, hop);
    int may_clip = 1;
    if (hop == 8) {
        const float8 driven = screens->drive * ROW(x, 0);
        may_clip = has_any((driven > 1) | (driven < -1));
    }
    for (long m = 0; may_clip && m < hop; m++) {
        const float driven = screens->drive * x[m];
        if (driven > 1 || driven < -1) bank->clipped_until = n * hop + m + 1;
    }
    complex8 six;
    const complex8 window = sum_eight(&bank->sound, n, tables, &six);
    store(&bank->sixes[n % TONEWALL_SIXES_KEPT], six);
    const complex8 before = load(tonewall_eight_at(&bank->sound, n - 8));
    const float8 magnitude
        = __builtin_elementwise_sqrt(power_of(window)) + __builtin_elementwise_sqrt(power_of(before));
    keep_sixteen(bank, n, magnitude * magnitude * per_sample(16, hop));
    return screen_pair(bank, n, hop, screens) | (has_burst(bank, n, hop, screens) ? TONEWALL_BURST : 0)
        | (hears_digit(bank, n, ring, tables, screens, hop) ? TONEWALL_FALSE_DIGIT : 0);
}

// At 8 kHz the compiler knows the length of every loop.
KERNEL int take_hop(
    tonewall_bank *bank, const tonewall_ring *ring, const tonewall_bank_tables *tables,
    const tonewall_screens *screens
) {
    return screens->hop == 8 ? take_hop_of(bank, ring, tables, screens, 8)
                             : take_hop_of(bank, ring, tables, screens, screens->hop);
}

ENTRY(int, tonewall_take_hop,
      (tonewall_bank *bank, const tonewall_ring *ring, const tonewall_bank_tables *tables,
       const tonewall_screens *screens),
      take_hop, (bank, ring, tables, screens))

// Samples of 16 bits.

KERNEL int narrow(const float *from, long count, short *to) {
    int8 differs = 0;
    int others = 0;
    long i = 0;
    for (; i + 8 <= count; i += 8) {
        const float8 x = ROW(from + i, 0), scaled = x * 0x1p15f;
        // What is no such sample becomes one that differs.
        const int8 is_inside = scaled >= -32768 & scaled <= 32767;
        const int8 whole = __builtin_convertvector((float8)((int8)scaled & is_inside), int8);
        const float8 again = __builtin_convertvector(whole, float8) * 0x1p-15f;
        differs |= (int8)again ^ (int8)x;
        const short8 shorts = __builtin_convertvector(whole, short8);
        __builtin_memcpy(to + i, &shorts, sizeof shorts);
    }
    for (; i < count; i++) {
        const float scaled = from[i] * 0x1p15f;
        to[i] = scaled >= -32768 && scaled <= 32767 ? (short)scaled : 0;
        const float again = to[i] * 0x1p-15f;
        others |= __builtin_memcmp(&again, from + i, sizeof again);
    }
    return !has_any(differs != 0) && !others;
}

ENTRY(int, tonewall_narrow, (const float *from, long count, short *to), narrow, (from, count, to))

KERNEL void widen(const short *from, long count, float *to) { convert16(from, count, to); }

ENTRY(void, tonewall_widen, (const short *from, long count, float *to), widen, (from, count, to))

// Fits of two sinusoids.

// Inner products of cosine and sine of the low tone (0, 1) and of the high tone (2, 3), and with the samples.
typedef struct {
    double4 g00, g01, g02, g03, g11, g12, g13, g22, g23, g33;
    double4 p[4];
} normal_equations;

#define LEAST_DIVISOR 1e-12
#define LEAST_PIVOT 1e-9

KERNEL double4 at_least(double4 value, double4 least) { return value > least ? value : least; }

KERNEL double4 share_of(double4 product, double4 pivot) {
    const long4 counts = pivot > (double4)LEAST_PIVOT;
    return (double4)((long4)(product * product / pivot) & counts);
}

// bᵀG⁻¹b of four fits at a time.
KERNEL double4 explained_energy(normal_equations e) {
    const double4 f1 = e.g01 / at_least(e.g00, LEAST_DIVISOR), f2 = e.g02 / at_least(e.g00, LEAST_DIVISOR);
    const double4 f3 = e.g03 / at_least(e.g00, LEAST_DIVISOR);
    const double4 g11 = e.g11 - e.g01 * f1, g12 = e.g12 - e.g02 * f1, g13 = e.g13 - e.g03 * f1;
    const double4 p1 = e.p[1] - e.p[0] * f1;
    // Rows 2 and 3: their first columns are those of the rows, not of the transpose.
    const double4 g21 = e.g12 - e.g01 * f2, g31 = e.g13 - e.g01 * f3;
    double4 g22 = e.g22 - e.g02 * f2, g23 = e.g23 - e.g03 * f2, p2 = e.p[2] - e.p[0] * f2;
    double4 g32 = e.g23 - e.g02 * f3, g33 = e.g33 - e.g03 * f3, p3 = e.p[3] - e.p[0] * f3;
    const double4 h2 = g21 / at_least(g11, LEAST_DIVISOR), h3 = g31 / at_least(g11, LEAST_DIVISOR);
    g22 = g22 - g12 * h2, g23 = g23 - g13 * h2, p2 = p2 - p1 * h2;
    g32 = g32 - g12 * h3, g33 = g33 - g13 * h3, p3 = p3 - p1 * h3;
    const double4 i3 = g32 / at_least(g22, LEAST_DIVISOR);
    g33 = g33 - g23 * i3, p3 = p3 - p2 * i3;
    double4 taken = 0;
    taken += share_of(e.p[0], e.g00);
    taken += share_of(p1, g11);
    taken += share_of(p2, g22);
    taken += share_of(p3, g33);
    return taken;
}

KERNEL double4 next_basis(double4 basis, double4 cosines, double4 sines) {
    // c·cos − s·sin, s·cos + c·sin, of each tone.
    return basis * cosines + __builtin_shufflevector(basis, basis, 1, 0, 3, 2) * sines;
}

KERNEL void eliminate(double4 *row, double *value, double4 by, double with, long column) {
    const double divisor = by[column] > LEAST_DIVISOR ? by[column] : LEAST_DIVISOR;
    const double factor = (*row)[column] / divisor;
    *row = *row - by * factor;
    *value = *value - with * factor;
}

KERNEL void solve(double4 *g, double *p, tonewall_sinusoids *fit) {
    for (long by = 0; by < 3; by++)
        for (long row = by + 1; row < 4; row++) eliminate(&g[row], &p[row], g[by], p[by], by);
    double taken = 0, least = g[0][0];
    for (long k = 0; k < 4; k++) {
        const double pivot = g[k][k];
        if (pivot > LEAST_PIVOT) taken += p[k] * p[k] / pivot;
        if (pivot < least) least = pivot;
    }
    fit->explained = taken / fit->energy;
    if (!(least > LEAST_PIVOT)) return;
    const double d = p[3] / g[3][3];
    const double c = (p[2] - g[2][3] * d) / g[2][2];
    const double b = (p[1] - g[1][3] * d - g[1][2] * c) / g[1][1];
    const double a = (p[0] - g[0][3] * d - g[0][2] * c - g[0][1] * b) / g[0][0];
    fit->coefficients[0] = a, fit->coefficients[1] = b, fit->coefficients[2] = c, fit->coefficients[3] = d;
}

// What a fit leaves of one half of its samples.
typedef struct {
    double energy, left;
} half_sums;

// Goes on with four samples.
KERNEL void add_rests(
    half_sums *sums, double4 *largest, const float *x, long k, const double *basis, double4 coefficients
) {
    const double4 a = coefficients * QUAD(basis, k), b = coefficients * QUAD(basis, k + 1);
    const double4 c = coefficients * QUAD(basis, k + 2), d = coefficients * QUAD(basis, k + 3);
    const double4 ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const double4 cd0 = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd1 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    const double4 first = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
    const double4 second = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
    const double4 third = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
    const double4 fourth = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
    const double4 sample = {x[k], x[k + 1], x[k + 2], x[k + 3]};
    const double4 rest = sample - (((first + second) + third) + fourth);
    const double4 squares = sample * sample, rests = rest * rest;
    *largest = rests > *largest ? rests : *largest;
    for (long lane = 0; lane < 4; lane++) sums->energy += squares[lane], sums->left += rests[lane];
}

// Goes on from sample `k` to the end of a half.
KERNEL void end_half(
    half_sums *sums, double4 *largest, const float *x, long k, long to, const double *basis, double4 coefficients
) {
    for (; k + 4 <= to; k += 4) add_rests(sums, largest, x, k, basis, coefficients);
    for (; k < to; k++) {
        const double sample = x[k];
        const double4 terms = coefficients * QUAD(basis, k);
        const double rest = sample - (((terms[0] + terms[1]) + terms[2]) + terms[3]);
        sums->energy += sample * sample, sums->left += rest * rest;
        if (rest * rest > (*largest)[0]) (*largest)[0] = rest * rest;
    }
}

// The remainder of both halves: their sums do not wait for each other.
KERNEL void measure_halves(const float *x, long count, const double *basis, tonewall_sinusoids *fit) {
    const double4 coefficients = QUAD(fit->coefficients, 0);
    const long middle = (count + 1) / 2;
    half_sums older = {0, 0}, newer = {0, 0};
    double4 largest = fit->largest;
    long k = 0;
    for (; middle + k + 4 <= count; k += 4) {
        add_rests(&older, &largest, x, k, basis, coefficients);
        add_rests(&newer, &largest, x, middle + k, basis, coefficients);
    }
    end_half(&older, &largest, x, k, middle, basis, coefficients);
    end_half(&newer, &largest, x, middle + k, count, basis, coefficients);
    for (long lane = 0; lane < 4; lane++)
        if (largest[lane] > fit->largest) fit->largest = largest[lane];
    fit->energies[0] = older.energy, fit->left[0] = older.left;
    fit->energies[1] = newer.energy, fit->left[1] = newer.left;
}

KERNEL void fit_of(
    const float *x, long count, const double *turns, long ramp, int has_remainder, tonewall_sinusoids *fit
) {
    double rows[4 * TONEWALL_LONGEST_REMAINDER];
    // Inner products of the basis with itself, and with its neighbours and with those behind, in a ring.
    double4 own = 0, beside = 0, product = 0, steady = {1, 0, 1, 0};
    double2 across = 0;
    const double4 cosines = {turns[0], turns[0], turns[2], turns[2]};
    const double4 sines = {-turns[1], turns[1], -turns[3], turns[3]};
    double energy = 0;
    __builtin_memset(fit, 0, sizeof *fit);
    for (long k = 0; k < count; k++) {
        const double sample = x[k];
        const double4 basis = k < ramp ? steady * (((double)k + 0.5) / (double)ramp) : steady;
        own += basis * basis;
        beside += basis * __builtin_shufflevector(basis, basis, 1, 2, 3, 0);
        across += basis.lo * basis.hi;
        product += basis * sample;
        energy += sample * sample;
        if (has_remainder) QUAD_OUT(rows, k) = steady;
        steady = next_basis(steady, cosines, sines);
    }
    fit->energy = energy;
    double p[4] = {product[0], product[1], product[2], product[3]};
    double4 g[4] = {
        {own[0], beside[0], across[0], beside[3]}, {beside[0], own[1], beside[1], across[1]},
        {across[0], beside[1], own[2], beside[2]}, {beside[3], across[1], beside[2], own[3]}};
    if (energy > 0) solve(g, p, fit);
    if (!has_remainder) return;
    measure_halves(x, count, rows, fit);
}

KERNEL void fit_sinusoids(
    const float *x, long count, const double *turns, long ramp, int has_remainder, tonewall_sinusoids *fit
) {
    if (has_remainder)
        fit_of(x, count, turns, 0, 1, fit);
    else if (ramp > 0)
        fit_of(x, count, turns, ramp, 0, fit);
    else
        fit_of(x, count, turns, 0, 0, fit);
}

KERNEL void sum_products(const double *basis, long count, double *products) {
    double4 sums[TONEWALL_PRODUCTS / 4] = {0};
    for (long k = 0; k <= count; k++) {
        for (long i = 0; i < TONEWALL_PRODUCTS / 4; i++) QUAD_OUT(products + TONEWALL_PRODUCTS * k, i) = sums[i];
        if (k == count) break;
        const double4 cl = QUAD(basis, 4 * k), sl = QUAD(basis, 4 * k + 1);
        const double4 ch = QUAD(basis, 4 * k + 2), sh = QUAD(basis, 4 * k + 3);
        sums[0] += cl * cl, sums[1] += sl * cl, sums[2] += sl * sl;
        sums[3] += ch * ch, sums[4] += sh * ch, sums[5] += sh * sh;
        for (long low = 0; low < 4; low++) {
            sums[6 + 4 * low] += ch * cl[low], sums[7 + 4 * low] += sh * cl[low];
            sums[8 + 4 * low] += ch * sl[low], sums[9 + 4 * low] += sh * sl[low];
        }
    }
}

KERNEL void explain_by_known_pairs(
    const float *x, long count, const double *basis, const double *products, double *shares
) {
    double4 cl = 0, sl = 0, ch = 0, sh = 0;
    double energy = 0;
    for (long k = 0; k < count; k++) {
        const double sample = x[k];
        cl += QUAD(basis, 4 * k) * sample, sl += QUAD(basis, 4 * k + 1) * sample;
        ch += QUAD(basis, 4 * k + 2) * sample, sh += QUAD(basis, 4 * k + 3) * sample;
        energy += sample * sample;
    }
    for (long low = 0; low < 4; low++) {
        if (!(energy > 0)) {
            QUAD_OUT(shares, low) = 0;
            continue;
        }
        const double *between = products + 24 + 16 * low;
        const normal_equations equations = {
            products[low], products[4 + low], QUAD(between, 0), QUAD(between, 1), products[8 + low],
            QUAD(between, 2), QUAD(between, 3), QUAD(products, 3), QUAD(products, 4), QUAD(products, 5),
            {cl[low], sl[low], ch, sh}};
        QUAD_OUT(shares, low) = explained_energy(equations) / energy;
    }
}

KERNEL void explain_by_pairs_of(const float *x, long count, const double *turns, long ramp, double *shares) {
    // Cosine and sine of four low tones, then of four high ones.
    double4 cl = 1, sl = 0, ch = 1, sh = 0, low[5] = {0}, high[5] = {0}, both[16] = {0};
    double energy = 0;
    for (long k = 0; k < count; k++) {
        const double4 sample = (double)x[k], rise = k < ramp ? ((double)k + 0.5) / (double)ramp : 1;
        const double4 a = cl * rise, b = sl * rise, c = ch * rise, d = sh * rise;
        low[0] += a * a, low[1] += a * b, low[2] += b * b, low[3] += a * sample, low[4] += b * sample;
        high[0] += c * c, high[1] += c * d, high[2] += d * d, high[3] += c * sample, high[4] += d * sample;
        for (long tone = 0; tone < 4; tone++) {
            both[4 * tone] += a[tone] * c, both[4 * tone + 1] += a[tone] * d;
            both[4 * tone + 2] += b[tone] * c, both[4 * tone + 3] += b[tone] * d;
        }
        energy += sample[0] * sample[0];
        const double4 before = cl, high_before = ch;
        cl = cl * QUAD(turns, 0) - sl * QUAD(turns, 1), sl = sl * QUAD(turns, 0) + before * QUAD(turns, 1);
        ch = ch * QUAD(turns, 2) - sh * QUAD(turns, 3), sh = sh * QUAD(turns, 2) + high_before * QUAD(turns, 3);
    }
    for (long tone = 0; tone < 4; tone++) {
        const normal_equations equations = {
            low[0][tone], low[1][tone], both[4 * tone], both[4 * tone + 1], low[2][tone], both[4 * tone + 2],
            both[4 * tone + 3], high[0], high[1], high[2], {low[3][tone], low[4][tone], high[3], high[4]}};
        QUAD_OUT(shares, tone) = energy > 0 ? explained_energy(equations) / energy : (double4)0;
    }
}

KERNEL void explain_by_pairs(const float *x, long count, const double *turns, long ramp, double *shares) {
    if (ramp > 0)
        explain_by_pairs_of(x, count, turns, ramp, shares);
    else
        explain_by_pairs_of(x, count, turns, 0, shares);
}

// The sums of one sinusoid, and of four others with it, over the samples so far.
typedef struct {
    double c, s, cc, cs, ss, pc, ps, energy;
} one_sums;

typedef struct {
    double4 c, s, cc, cs, ss, both_cc, both_cs, both_sc, both_ss, pc, ps;
} four_sums;

#define PIECE 256

// Goes on with one sinusoid, and leaves its cosine and sine at each sample in `rows`.
KERNEL void add_one(one_sums *sums, const float *x, long count, const double *turn, double *rows) {
    one_sums o = *sums;
    for (long k = 0; k < count; k++) {
        const double sample = x[k], before = o.c;
        rows[2 * k] = o.c, rows[2 * k + 1] = o.s;
        o.energy += sample * sample;
        o.cc += o.c * o.c, o.cs += o.c * o.s, o.ss += o.s * o.s, o.pc += o.c * sample, o.ps += o.s * sample;
        o.c = o.c * turn[0] - o.s * turn[1], o.s = o.s * turn[0] + before * turn[1];
    }
    *sums = o;
}

// Goes on with four others: their sums stay in registers.
KERNEL void add_four(
    four_sums *sums, const float *x, long count, double4 cosine, double4 sine, const double *rows
) {
    four_sums f = *sums;
    for (long k = 0; k < count; k++) {
        const double4 sample = (double)x[k], c = rows[2 * k], s = rows[2 * k + 1], before = f.c;
        f.cc += f.c * f.c, f.cs += f.c * f.s, f.ss += f.s * f.s;
        f.both_cc += f.c * c, f.both_cs += f.c * s, f.both_sc += f.s * c, f.both_ss += f.s * s;
        f.pc += f.c * sample, f.ps += f.s * sample;
        f.c = f.c * cosine - f.s * sine, f.s = f.s * cosine + before * sine;
    }
    *sums = f;
}

KERNEL double4 explained_with(one_sums o, four_sums f, int is_low) {
    const normal_equations low = {
        f.cc, f.cs, f.both_cc, f.both_cs, f.ss, f.both_sc, f.both_ss, o.cc, o.cs, o.ss, {f.pc, f.ps, o.pc, o.ps}};
    const normal_equations high = {
        o.cc, o.cs, f.both_cc, f.both_sc, o.ss, f.both_cs, f.both_ss, f.cc, f.cs, f.ss, {o.pc, o.ps, f.pc, f.ps}};
    return o.energy > 0 ? explained_energy(is_low ? low : high) / o.energy : (double4)0;
}

KERNEL void explain_by_neighbours(
    const float *x, long count, const double *one, const double *others, int is_low, double *shares
) {
    double rows[2 * PIECE];
    one_sums o = {1, 0, 0, 0, 0, 0, 0, 0};
    four_sums first = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, second = first;
    for (long from = 0; from < count; from += PIECE) {
        const long length = count - from < PIECE ? count - from : PIECE;
        add_one(&o, x + from, length, one, rows);
        add_four(&first, x + from, length, QUAD(others, 0), QUAD(others, 2), rows);
        add_four(&second, x + from, length, QUAD(others, 1), QUAD(others, 3), rows);
    }
    QUAD_OUT(shares, 0) = explained_with(o, first, is_low);
    QUAD_OUT(shares, 1) = explained_with(o, second, is_low);
}

ENTRY(void, tonewall_fit_sinusoids,
      (const float *samples, long count, const double *turns, long ramp, int has_remainder, tonewall_sinusoids *fit),
      fit_sinusoids, (samples, count, turns, ramp, has_remainder, fit))

ENTRY(void, tonewall_sum_products, (const double *basis, long count, double *products),
      sum_products, (basis, count, products))

ENTRY(void, tonewall_explain_by_known_pairs,
      (const float *samples, long count, const double *basis, const double *products, double *shares),
      explain_by_known_pairs, (samples, count, basis, products, shares))

ENTRY(void, tonewall_explain_by_pairs,
      (const float *samples, long count, const double *turns, long ramp, double *shares),
      explain_by_pairs, (samples, count, turns, ramp, shares))

ENTRY(void, tonewall_explain_by_neighbours,
      (const float *samples, long count, const double *one, const double *others, int is_low, double *shares),
      explain_by_neighbours, (samples, count, one, others, is_low, shares))

// The score of a pair.

#define MOST_FEATURES 64
#define LARGEST_DEVIATION 4

// Adds what `number` groups of eight units give to `sum`.
KERNEL float add_units(
    float sum, const float *scaled, const float *inner, const float *inner_bias, const float *outer, long count,
    long number
) {
    float8 units[4];
    for (long g = 0; g < number; g++) units[g] = ROW(inner_bias, g);
    for (long i = 0; i < count; i++) {
        const float8 feature = scaled[i];
        for (long g = 0; g < number; g++) units[g] = units[g] + feature * ROW(inner, count * g + i);
    }
    for (long g = 0; g < number; g++) {
        const float8 active = larger(units[g], (float8)0) * ROW(outer, g);
        for (long lane = 0; lane < 8; lane++) sum += active[lane];
    }
    return sum;
}

KERNEL float run_network(
    const float *features, const float *means, const float *scales, const float *inner, const float *inner_bias,
    const float *outer, float bias, long count, long groups
) {
    float scaled[MOST_FEATURES], sum = bias;
    for (long i = 0; i < count; i++) {
        const float value = (features[i] - means[i]) * scales[i];
        const float high = value > -LARGEST_DEVIATION ? value : -LARGEST_DEVIATION;
        scaled[i] = high < LARGEST_DEVIATION ? high : LARGEST_DEVIATION;
    }
    long group = 0;
    for (; group + 4 <= groups; group += 4)
        sum = add_units(sum, scaled, inner + 8 * count * group, inner_bias + 8 * group, outer + 8 * group, count, 4);
    for (; group < groups; group++)
        sum = add_units(sum, scaled, inner + 8 * count * group, inner_bias + 8 * group, outer + 8 * group, count, 1);
    return sum;
}

KERNEL void measure_surroundings(
    const float *x, long count, const float *table, const float *middle, float *powers, float *middle_power
) {
    complex8 first = {0, 0}, second = {0, 0};
    float re = 0, im = 0;
    for (long m = 0; m < count; m++) {
        const float8 sample = x[m];
        first.re = first.re + sample * ROW(table, 4 * m), first.im = first.im + sample * ROW(table, 4 * m + 1);
        second.re = second.re + sample * ROW(table, 4 * m + 2), second.im = second.im + sample * ROW(table, 4 * m + 3);
        re += x[m] * middle[m], im += x[m] * middle[count + m];
    }
    ROW_OUT(powers, 0) = power_of(first), ROW_OUT(powers, 1) = power_of(second);
    *middle_power = re * re + im * im;
}

ENTRY(float, tonewall_run_network,
      (const float *features, const float *means, const float *scales, const float *inner, const float *inner_bias,
       const float *outer, float bias, long count, long groups),
      run_network, (features, means, scales, inner, inner_bias, outer, bias, count, groups))

ENTRY(void, tonewall_measure_surroundings,
      (const float *samples, long count, const float *table, const float *middle, float *powers, float *middle_power),
      measure_surroundings, (samples, count, table, middle, powers, middle_power))

// Echo.

KERNEL void correlate_with_itself(const float *a, long count, long lags, float *sums) {
    for (long lag = 0; lag < lags; lag += 8) {
        // All eight lags have as many terms; the shorter ones have a few more.
        const long common = count - lag - 7;
        float8 sum = 0;
        for (long n = 0; n < common; n++) {
            const float8 first = a[n];
            sum = sum + first * ROW(a + n + lag, 0);
        }
        for (long k = 0; k < 8; k++) {
            float rest = sum[k];
            for (long n = common > 0 ? common : 0; n + lag + k < count; n++) rest += a[n] * a[n + lag + k];
            sums[lag + k] += rest;
        }
    }
}

ENTRY(void, tonewall_correlate_with_itself, (const float *a, long count, long lags, float *sums),
      correlate_with_itself, (a, count, lags, sums))

// Spectra.

KERNEL void transform(
    const float *ring, long mask, long first, long size, const float *window, const float *turns, const int *order,
    float *amplitudes
) {
    float re[TONEWALL_LONGEST_FRAME], im[TONEWALL_LONGEST_FRAME];
    for (long i = 0; i < size; i++) re[order[i]] = ring[(first + i) & mask] * window[i], im[order[i]] = 0;
    for (long half = 1; half < size; half *= 2) {
        const long step = size / (2 * half);
        for (long start = 0; start < size; start += 2 * half) {
            for (long i = 0; i < half; i++) {
                const float cosine = turns[2 * i * step], sine = turns[2 * i * step + 1];
                const long a = start + i, b = a + half;
                const float x = re[b] * cosine - im[b] * sine, y = re[b] * sine + im[b] * cosine;
                re[b] = re[a] - x, im[b] = im[a] - y;
                re[a] = re[a] + x, im[a] = im[a] + y;
            }
        }
    }
    // The sum of the window is half its length, and half of a tone lies at the negative frequency.
    const float scale = 4 / (float)size;
    for (long bin = 0; bin < size / 2; bin++)
        amplitudes[bin] = scale * __builtin_sqrtf(re[bin] * re[bin] + im[bin] * im[bin]);
}

ENTRY(void, tonewall_transform,
      (const float *ring, long mask, long first, long size, const float *window, const float *turns, const int *order,
       float *amplitudes),
      transform, (ring, mask, first, size, window, turns, order, amplitudes))
