/// Vector arithmetic that Swift imports as `SIMD8<Float>`, and the loops in which a detector spends its time.
///
/// The standard library's operators on `SIMD8<Float>` are generic lane loops that the optimiser reassembles badly.
/// These are one instruction each, or two at SSE width. The loops use AVX2 if the processor has it.
#pragma once

typedef float tonewall_float8 __attribute__((ext_vector_type(8)));
typedef float tonewall_float4 __attribute__((ext_vector_type(4)));

static inline tonewall_float8 tonewall_add8(tonewall_float8 a, tonewall_float8 b) { return a + b; }
static inline tonewall_float8 tonewall_subtract8(tonewall_float8 a, tonewall_float8 b) { return a - b; }
static inline tonewall_float8 tonewall_multiply8(tonewall_float8 a, tonewall_float8 b) { return a * b; }
static inline tonewall_float8 tonewall_sqrt8(tonewall_float8 a) { return __builtin_elementwise_sqrt(a); }

/// Σ x² and Σ x.
typedef struct {
    float energy;
    float sum;
} tonewall_power;

/// Eight correlations of `count` samples (a multiple of 4, 16 to 80), folded about their centre; `table` holds for each
/// pair of samples, from the centre outwards, eight cosines and eight sines. Gives eight sums Σ x·cos, then eight Σ
/// x·sin in `bins`.
void tonewall_correlate_folded(const float *samples, long count, const float *table, float *bins);

/// Energies of a window, and its strongest bins.
typedef struct {
    /// Σ x², and the same without DC.
    float energy;
    float energy_without_dc;
    /// The largest |Σ x·e^(−iωn)|² of the first four bins, and of the last four.
    float low, high;
} tonewall_block;

/// Measures the 80 samples of a window; `bins` are as in ``tonewall_correlate_folded``.
///
/// `table` holds eight rows of 40 cosines from the centre outwards, a frequency each, in the order 0, 4, 2, 6, 1, 5, 3,
/// 7, then eight such rows of sines. So the sums over the lanes of eight rows come out in the order of the bins.
/// If the window holds less than `least_energy`, only `energy` is computed.
tonewall_block tonewall_measure_block(const float *samples, const float *table, float least_energy, float *bins);

/// 16-bit samples in the processor's byte order, at any address, as −1…1.
void tonewall_convert16(const void *from, long count, float *to);

/// Energy and sum of `count` samples.
tonewall_power tonewall_measure(const float *samples, long count);

/// The inner product of `samples` with `near`, moved by `blend` towards that with `far`.
float tonewall_interpolate(const float *samples, const float *near, const float *far, float blend, long count);

/// Adds Σ `a`[n] · `b`[n + k] to `sums`[k], for n below `count` and k below `lags`, a multiple of 8.
void tonewall_cross_correlate(const float *a, long count, const float *b, long lags, float *sums);

/// Projects five interferers out of the bins of a window. Returns the energy that is left of `energy`.
///
/// `model` holds five rows of eight: each interferer's share in the tones' cosines, the inverse of the interferers'
/// inner products, and both again for the sines. `bins` and `interference` are as ``tonewall_correlate_folded`` leaves
/// them; `cleaned` is 16 floats.
float tonewall_project_out_interference(
    const float *bins, const float *interference, const float *model, float energy, float *cleaned);

/// Samples in a hop, and hops in a window (a power of two).
#define TONEWALL_HOP 20
#define TONEWALL_WINDOW_HOPS 4

/// The most windows that are analysed at once, and their hops.
#define TONEWALL_WINDOWS_KEPT 4
#define TONEWALL_HOPS_KEPT 7

/// One window of 80 samples.
typedef struct {
    /// The bins without the interference: eight each, the low tones first.
    tonewall_float4 cosine[2];
    tonewall_float4 sine[2];
    /// Σ x², the same without DC, and what is left without the interference.
    float energy;
    float energy_without_dc;
    float energy_left;
    /// The strongest pair, 4 · row + column; −1 if its bins hold too little.
    int key;
    /// Hop after the window.
    long end;
} tonewall_window;

/// One hop: its bins at the tones, then at the interference, and four parts each of Σ x² and of Σ x.
typedef struct {
    float cosine[16], sine[16];
    float energy[4], sum[4];
} tonewall_hop;

/// The last hops of a stream, and the windows that were made of them. All zero at the start.
typedef struct {
    /// The windows that were analysed last, and their hops, in order: so the four of a window lie together.
    tonewall_window windows[TONEWALL_WINDOWS_KEPT];
    tonewall_hop hops[TONEWALL_HOPS_KEPT];
    /// The first of them, and the hops after the last whose energies, and whose bins, were computed.
    long oldest;
    long measured;
    long correlated;
} tonewall_hops;

/// Constants of ``tonewall_analyse_windows``. Rows of sixteen hold the tones, then the interference.
typedef struct {
    /// As in ``tonewall_correlate_folded``, for one hop, in rows of sixteen.
    const float *hop;
    /// Four rows of sixteen: cosine and sine of the phase from the window's centre to the centre of an outer hop, then
    /// of an inner one.
    const float *rotation;
    /// Of ``tonewall_project_out_interference``.
    const float *model;
    /// Two rows: 1 / energy of each tone's cosine and sine without the interference.
    const float *gains;
    /// A row a key, of the inverses of the cosines' and of the sines' 2 × 2 system: low-low of both, low-high of both,
    /// again, and high-high of both.
    const float *inverses;
    /// As in ``tonewall_measure_block``.
    const float *window_tones;
    /// As in ``tonewall_correlate_folded``, for a whole window.
    const float *window_interference;
} tonewall_window_tables;

/// What a block of 80 samples must show of a key.
typedef struct {
    /// Least Σ x².
    float energy;
    /// Least and most power of the high tone over that of the low one.
    float least_twist, most_twist;
} tonewall_block_limits;

/// The first hop whose samples are needed to analyse the windows of which the first ends with hop `first` (exclusive).
long tonewall_first_unknown_hop(const tonewall_hops *hops, long first);

/// Analyses `count` windows (1 to 4), a hop apart; the last hop of the first is the one before `first`. `unknown` are
/// the samples from ``tonewall_first_unknown_hop`` on.
///
/// A window of less than `least_energy` is only measured. The strongest pair is named if the two strongest bins
/// |Σ x·e^(−iωn)|² hold a quarter of the window's energy and at least `least_pair` together.
void tonewall_analyse_windows(
    tonewall_hops *hops, const float *unknown, long first, long count, const tonewall_window_tables *tables,
    float least_energy, float least_pair);

/// How many of `count` windows, a hop apart from `samples` on, hold less than `least_energy` before one holds more.
long tonewall_count_quiet_windows(const float *samples, long count, float least_energy);

/// Analyses the window whose 80 samples begin at `samples` and whose last hop is the one before `end`: to the bit as
/// ``tonewall_analyse_windows`` leaves it.
void tonewall_analyse_window(
    const float *samples, long end, const tonewall_window_tables *tables, float least_pair, tonewall_window *window);

/// One pair's share of a window: amplitudes of cosine and sine about the window's centre, of the low tone, then of the
/// high one, and the energy Σ x² that it explains.
typedef struct {
    tonewall_float4 tones;
    float energy;
} tonewall_pair_fit;

/// The least-squares fit of the pair `row`, `column` to a complete window.
static inline tonewall_pair_fit tonewall_fit_pair(
    const tonewall_window *window, const tonewall_window_tables *tables, long row, long column
) {
#pragma STDC FP_CONTRACT OFF
    const float *inverse = tables->inverses + 8 * (4 * row + column);
    const float *cosine = (const float *)window->cosine, *sine = (const float *)window->sine;
    const tonewall_float4 low = {cosine[row], sine[row], cosine[row], sine[row]};
    const tonewall_float4 high = {cosine[4 + column], sine[4 + column], cosine[4 + column], sine[4 + column]};
    const tonewall_float4 by_low = {inverse[0], inverse[1], inverse[2], inverse[3]};
    const tonewall_float4 by_high = {inverse[4], inverse[5], inverse[6], inverse[7]};
    const tonewall_float4 tones = by_low * low + by_high * high;
    const tonewall_float4 energies = tones * __builtin_shufflevector(low, high, 0, 1, 4, 5);
    return (tonewall_pair_fit){tones, energies.x + energies.z + energies.y + energies.w};
}

/// The sum of two sines on their way along a stretch of samples.
typedef struct {
    /// cos and −i·sin parts of each tone at the first sample.
    float low_cosine, low_sine, high_cosine, high_sine;
    /// cos and sin of each tone's phase advance a sample, in the direction of the walk.
    float low_step_cosine, low_step_sine, high_step_cosine, high_step_sine;
} tonewall_pair_path;

/// How many of `count` samples, from `samples` on in steps of `step` (1 or −1), the pair explains best.
///
/// There Σ (x² − (x − m)²) = Σ m·(2·x − m) is largest. The walk ends when the sum has fallen by `give_up`
/// since then.
long tonewall_follow_pair(const float *samples, long step, long count, const tonewall_pair_path *path, float give_up);

#include "ReceiverKernels.h"
#include "SuppressorKernels.h"
