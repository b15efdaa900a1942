/// The loops in which a suppressor spends its time.
///
/// Each gives the same result to the bit on every processor: no product and sum are contracted, and each sum runs in
/// the order that its description names.
#pragma once

/// Hops that a bank keeps of each kind of sum: as many as anyone reads, four of them because a bank may look back.
#define TONEWALL_SUMS_KEPT 8
#define TONEWALL_SIXES_KEPT 11
#define TONEWALL_EIGHTS_KEPT 33
#define TONEWALL_SIXTEENS_KEPT 97
/// As many of the newest of those as are kept to the bit: a power of two.
#define TONEWALL_NEWEST_KEPT 8
#define TONEWALL_ENERGIES_KEPT 128
/// Most samples in a hop.
#define TONEWALL_LONGEST_HOP 16

/// Eight complex numbers.
typedef struct {
    float re[8], im[8];
} tonewall_complex8;

/// Sums Σ x[m]·e^(−jωm) of one sound over each hop and over the 8 ms that end with it, and the energy of each hop.
typedef struct {
    tonewall_complex8 sums[TONEWALL_SUMS_KEPT];
    tonewall_complex8 eights[TONEWALL_EIGHTS_KEPT];
    float energies[TONEWALL_ENERGIES_KEPT];
} tonewall_hop_sums;

/// The tone bank of one leg: its sound, and the same sound overdriven. All zero at the start.
typedef struct {
    tonewall_hop_sums sound;
    /// As far as ``overdriven_hops`` goes; the sums of hops before it may be those of older ones.
    tonewall_hop_sums overdriven;
    /// Sums over the 6 ms that end with each hop.
    tonewall_complex8 sixes[TONEWALL_SIXES_KEPT];
    /// Powers over the 16 ms that end with each hop: the newest ones, and all of them to 0.002 dB
    /// (``tonewall_power_of``).
    float newest[TONEWALL_NEWEST_KEPT][8];
    unsigned short sixteens[TONEWALL_SIXTEENS_KEPT][8];
    /// Hops that were taken, of the sound and of the overdriven sound.
    long hops;
    long overdriven_hops;
    /// Samples up to the last one that an overdriven input clips; 0 if there was none.
    long clipped_until;
} tonewall_bank;

/// Turns of the tones' phases.
typedef struct {
    /// Over 1, 6 and 8 hops.
    tonewall_complex8 rotation, rotation6, rotation8;
    /// e^(−jωm) for each sample m of a hop.
    tonewall_complex8 turns[TONEWALL_LONGEST_HOP];
} tonewall_bank_tables;

/// What a receiver model asks of a pair. Powers are mean squares.
typedef struct {
    /// Hops that it hears at a time.
    long hops;
    /// Least share of the pair in all power, least power of the weaker tone over that of the stronger one, and largest
    /// power of another tone of a group over the strongest one's.
    float share, twist, rival;
} tonewall_receiver;

/// Limits that decide which hops deserve a closer look.
typedef struct {
    /// Samples in a hop.
    long hop;
    /// Least energy Σ x² of three hops of a pair's window, least power of a pair, its least share in all power, and
    /// largest power of each tone over the other.
    float pair_energy, pair_power, pair_share, low_over_high, high_over_low, floor;
    /// Energy of a hop over that of the quiet beside it from which on it is a burst, and its least power.
    float burst_rise, burst_power;
    /// Power under which no receiver hears anything, and amplitude of the overdriven input over the input.
    float receiver_power, drive;
    /// Hops that the longest receiver model hears.
    long longest_receiver;
    /// A model that hears two blocks of the sound, and two that hear the sound and the overdriven sound.
    tonewall_receiver block, receivers[2];
} tonewall_screens;

/// What a hop may hold: a tone pair whose features are worth computing, the end or the beginning of a burst, a digit to
/// a receiver model, and a pair that is strong but too small a part of the sound.
#define TONEWALL_PAIR 1
#define TONEWALL_BURST 2
#define TONEWALL_FALSE_DIGIT 4
#define TONEWALL_FAINT_PAIR 8

/// A ring of samples: sample n is at n & `mask`. They are floats, or those of 16 bits where `shorts` is set.
typedef struct {
    const float *floats;
    const short *shorts;
    long mask;
} tonewall_ring;

/// Takes the next hop of a leg and screens it.
///
/// - Returns: What the hop may hold. Nothing is missed: what is not reported is not there.
int tonewall_take_hop(
    tonewall_bank *bank, const tonewall_ring *ring, const tonewall_bank_tables *tables,
    const tonewall_screens *screens);

/// Writes samples in −1…1 as those of 16 bits. Returns whether every one is such a sample, to the bit; else what was
/// written is of no use.
int tonewall_narrow(const float *from, long count, short *to);

/// Writes 16-bit samples as floats.
void tonewall_widen(const short *from, long count, float *to);

/// The sums of the sound, or of the overdriven sound.
static inline const tonewall_hop_sums *tonewall_sums_of(const tonewall_bank *bank, int is_overdriven) {
    return is_overdriven ? &bank->overdriven : &bank->sound;
}

/// The sum over the 8 ms that end with hop `n`.
static inline const tonewall_complex8 *tonewall_eight_at(const tonewall_hop_sums *sums, long n) {
    return &sums->eights[(n + TONEWALL_EIGHTS_KEPT) % TONEWALL_EIGHTS_KEPT];
}

/// The energy Σ x² of hop `n`.
static inline float tonewall_energy_at(const tonewall_hop_sums *sums, long n) {
    return sums->energies[(unsigned long)n % TONEWALL_ENERGIES_KEPT];
}

/// Mean power of the `hops` hops that end with hop `n`, summed from the newest to the oldest.
static inline float tonewall_mean_power(
    const tonewall_hop_sums *sums, long n, long hops, long hop
) {
    const long newest = (unsigned long)n % TONEWALL_ENERGIES_KEPT;
    const long unwrapped = hops <= newest ? hops : newest + 1;
    const float *from = sums->energies + newest;
    float total = 0;
    for (long age = 0; age < unwrapped; age++) total += from[-age];
    for (long age = unwrapped; age < hops; age++) total += from[TONEWALL_ENERGIES_KEPT - age];
    return total / (float)(hops * hop);
}

/// The sum over the 6 ms that end with hop `n`.
static inline const tonewall_complex8 *tonewall_six_at(const tonewall_bank *bank, long n) {
    return &bank->sixes[(n + TONEWALL_SIXES_KEPT) % TONEWALL_SIXES_KEPT];
}

/// A power in 16 bits is a float without its sign, two bits of its exponent and thirteen of its fraction: 2^−52 to
/// 2^12.
#define TONEWALL_POWER_SHIFT 13
#define TONEWALL_LEAST_POWER (75 << 23)

/// The power that the 16 bits stand for; less than 2^−52 is 0.
static inline float tonewall_power_of(unsigned short code) {
    const unsigned bits = code == 0 ? 0 : ((unsigned)code << TONEWALL_POWER_SHIFT) + TONEWALL_LEAST_POWER;
    float power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return power;
}

/// Gives the powers over the 16 ms that end with hop `n`.
static inline void tonewall_read_sixteen(const tonewall_bank *bank, long n, float *powers) {
    if (bank->hops - n <= TONEWALL_NEWEST_KEPT) {
        __builtin_memcpy(powers, bank->newest[n & (TONEWALL_NEWEST_KEPT - 1)], sizeof *bank->newest);
        return;
    }
    const unsigned short *codes = bank->sixteens[(n + TONEWALL_SIXTEENS_KEPT) % TONEWALL_SIXTEENS_KEPT];
    for (int i = 0; i < 8; i++) powers[i] = tonewall_power_of(codes[i]);
}

/// A least-squares fit of two sinusoids.
typedef struct {
    /// Weights of cosine and sine of the low tone, then of the high tone.
    double coefficients[4];
    /// Σ x² of the samples, and the share of it that the fit explains.
    double energy, explained;
    /// Σ x² of each half, the energy that the fit leaves of each half, and the largest power that it leaves.
    double energies[2], left[2], largest;
} tonewall_sinusoids;

/// Most samples of a fit whose remainder is wanted.
#define TONEWALL_LONGEST_REMAINDER 256

/// Fits two sinusoids to `count` samples. `turns` are cosine and sine of the low tone's advance a sample, then of the
/// high tone's. The sinusoids rise linearly from zero over `ramp` samples.
///
/// All sums run from the first sample to the last. The remainder is computed if `has_remainder`.
void tonewall_fit_sinusoids(
    const float *samples, long count, const double *turns, long ramp, int has_remainder, tonewall_sinusoids *fit);

/// Doubles that the inner products of eight sinusoids with one another take.
#define TONEWALL_PRODUCTS 88

/// Inner products of the first 0 to `count` samples of eight sinusoids: a row of ``TONEWALL_PRODUCTS`` each.
///
/// A row of `basis` holds a sample of four low cosines, four low sines, four high cosines and four high sines.
void tonewall_sum_products(const double *basis, long count, double *products);

/// The share of the energy of `count` samples that each of sixteen pairs explains: to the bit as
/// ``tonewall_fit_sinusoids`` has it. `products` is the row for `count`.
void tonewall_explain_by_known_pairs(
    const float *samples, long count, const double *basis, const double *products, double *shares);

/// The share of the energy of `count` samples that each pair of four low tones and four high ones explains: to the bit
/// as ``tonewall_fit_sinusoids`` has it.
///
/// `turns` holds the cosines and the sines of the low tones' advance a sample, then those of the high tones.
void tonewall_explain_by_pairs(
    const float *samples, long count, const double *turns, long ramp, double *shares);

/// Frequencies that ``tonewall_explain_by_neighbours`` tries at a time.
#define TONEWALL_NEIGHBOURS 8

/// The share of the energy of `count` samples that one sinusoid explains together with each of eight others: to the bit
/// as ``tonewall_fit_sinusoids`` has it.
///
/// `others` holds eight cosines and eight sines of an advance a sample. `is_low` says whether they are the low tone.
void tonewall_explain_by_neighbours(
    const float *samples, long count, const double *one, const double *others, int is_low, double *shares);

/// The log-odds of a network of one hidden layer; rows of `inner` hold the weights of one feature to eight units, group
/// of units by group of units.
float tonewall_run_network(
    const float *features, const float *means, const float *scales, const float *inner, const float *inner_bias,
    const float *outer, float bias, long count, long groups);

/// |Σ x·e^(jωm)|² of `count` samples at sixteen frequencies, and at one more.
///
/// A row of `table` holds cosine and sine of the first eight, then of the second eight. `middle` holds the cosines of
/// the one, then its sines.
void tonewall_measure_surroundings(
    const float *samples, long count, const float *table, const float *middle, float *powers, float *middle_power);

/// Adds Σ a[n] · a[n + k] to `sums`[k], for all n and n + k below `count` and for k below `lags`, a multiple of 8.
void tonewall_correlate_with_itself(const float *a, long count, long lags, float *sums);

/// Most samples of a frame that is transformed.
#define TONEWALL_LONGEST_FRAME 2048

/// The amplitudes of `size` samples of a ring from `first` on, at the centres of `size` / 2 bins. Sample n is at n &
/// `mask`.
///
/// `turns` holds cosine and sine of the turns of half a circle, `order` where each sample goes.
void tonewall_transform(
    const float *ring, long mask, long first, long size, const float *window, const float *turns, const int *order,
    float *amplitudes);
