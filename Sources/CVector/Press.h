// A key that may be pressed, window by window, and what proves it: `Press` and `PressMeasurement` of the tests, to the
// bit.
#pragma once
#include "CVector.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { hop_samples = TONEWALL_HOP, window_length = TONEWALL_HOP * TONEWALL_WINDOW_HOPS };
enum { log_capacity = 48, log_step = 8, advance_hops = 2, rising_windows = 2, edge_windows = 6, patience = 2 };
enum { recent_windows = 8 };

static const double rate = 8000;

// Cosine and sine of an angle.
typedef struct {
    float cosine, sine;
} turn;

// The measured frequencies of a press, and the turn of each tone in a sample.
typedef struct {
    double low_hz, high_hz;
    turn low_step, high_step;
} press_tones;

static inline turn turn_by(double frequency, double samples) {
    const float angle = (float)(2 * M_PI * frequency / rate * samples);
    turn t;
    sincosf(angle, &t.sine, &t.cosine);
    return t;
}

// Amplitudes of cosine and sine.
typedef float tone_amplitudes __attribute__((ext_vector_type(2)));
// Values of the low tone and of the high one.
typedef double pair_of_doubles __attribute__((ext_vector_type(2)));

// The fit of a pair in a window.
typedef struct {
    // Amplitudes about the window's centre: cosine and sine of the low tone, then of the high one.
    tonewall_float4 tones;
    // Energy of the pair, the same with what is left beside it, and that of the interference.
    float pair_energy, whole, interference;
    // Hop after the window.
    int end_hop;
} pair_window;

// A key that is followed. Where its log is kept stays with it when two change places.
typedef struct {
    int key, log, logged;
    int present, absent, faded, faded_before, nearly_clean;
    bool is_decided, is_whole;
    // Energy below which a window does not hold the pair; of an idle press, one that no window is below.
    float least_energy;
    // Until it is decided: index in the log of the purest of the last windows, from which the end is sought.
    int late;
    float late_ratio;
    long last_hop;
    double ratio_sum;
    // Of the squared amplitudes: sum and mean where the pair was present, and those of the last window.
    pair_of_doubles power, mean, last;
    press_tones tones;
    // Of a decided press, without its end.
    tonewall_key_event measured;
} press;

static double low_hz(int key) { return (const double[]){697, 770, 852, 941}[key / 4]; }
static double high_hz(int key) { return (const double[]){1209, 1336, 1477, 1633}[key % 4]; }

// As Swift chooses where one of two is not a number.
static inline double most(double a, double b) { return b >= a ? b : a; }
static inline double least(double a, double b) { return b < a ? b : a; }
static inline float least_float(float a, float b) { return b < a ? b : a; }

static bool is_idle(const press *p) { return p->present == 0; }

static bool may_be_digit(const press *p) {
    const double mean = p->ratio_sum / p->present;
    return mean >= 0.64 || p->nearly_clean >= 4 || (p->present >= 20 && mean >= 0.4);
}

static void set_least_energy(press *p) {
    double power = 0.25 * (p->mean.x + p->mean.y);
    if (p->is_decided) power = least(power, 0.15 * (p->last.x + p->last.y));
    p->least_energy = (float)(0.5 * power) * (float)window_length / 2;
}

static bool is_steady(const press *p) { return p->absent == 0 && p->faded == 0; }

static bool is_over(const press *p, long limit) {
    const long few = patience + patience * p->present;
    return p->faded_before >= limit || p->absent >= (p->is_decided || limit < few ? limit : few);
}

static bool is_plainly_present(const press *p, const float *bins, float energy) {
    const float *cosine = bins, *sine = bins + 8;
    const int row = p->key / 4, column = 4 + p->key % 4;
    const double low = cosine[row] * cosine[row] + sine[row] * sine[row];
    const double high = cosine[column] * cosine[column] + sine[column] * sine[column];
    const double unit = (double)(window_length * window_length) / 4;
    return low >= 0.5 * p->mean.x * unit && high >= 0.5 * p->mean.y * unit
        && (low + high) * 2 / window_length >= 0.7 * (double)energy;
}

static void reset(press *p) {
    const int key = p->key, log = p->log;
    const long last_hop = p->last_hop;
    // An undecided press has no event.
    if (p->is_decided) p->measured = (tonewall_key_event){0};
    __builtin_memset(p, 0, offsetof(press, measured));
    p->key = key, p->log = log, p->last_hop = last_hop;
    p->is_whole = true;
    p->least_energy = INFINITY;
}

// The amplitude of each tone: low and high, twice.
static inline tonewall_float4 amplitudes_of(tonewall_float4 tones) {
    const tonewall_float4 squares = tones * tones;
    return __builtin_elementwise_sqrt(__builtin_shufflevector(squares, squares, 0, 2, 0, 2)
                                      + __builtin_shufflevector(squares, squares, 1, 3, 1, 3));
}

// Share of the pair in the window's energy without interference.
static inline float tone_ratio_of(const pair_window *w) { return w->whole > 0 ? w->pair_energy / w->whole : 0; }

static void log_window(press *p, pair_window *log, const pair_window *w, float tone_ratio) {
    if (p->logged == log_capacity) {
        __builtin_memmove(log, log + log_step, (log_capacity - log_step) * sizeof *log);
        p->logged -= log_step;
        p->late -= log_step;
        p->is_whole = false;
    }
    if (tone_ratio >= p->late_ratio - 0.02f || w->end_hop - log[p->late].end_hop > edge_windows) {
        p->late = p->logged;
        p->late_ratio = tone_ratio;
    }
    log[p->logged++] = *w;
}

static void add_window(press *p, const pair_window *w, float tone_ratio) {
    p->present++;
    p->ratio_sum += tone_ratio;
    if (tone_ratio >= 0.7f) p->nearly_clean++;
    p->power += p->last;
    p->mean = p->power * (1 / (double)p->present);
}

// The window that ends with a hop, of the last eight that a decided press took; else `NULL`. Its log is free for them.
static const pair_window *recent_window(const pair_window *log, long end_hop) {
    const pair_window *kept = log + (end_hop & (recent_windows - 1));
    return kept->end_hop == end_hop ? kept : NULL;
}

// Takes the next window. Returns whether the pair is present in it.
static bool update(press *p, pair_window *log, const pair_window *w, float minimum_power) {
    const tonewall_float4 amplitudes = amplitudes_of(w->tones), powers = amplitudes * amplitudes;
    const float low = powers.x, high = powers.y, tone_ratio = tone_ratio_of(w);
    if (!p->is_decided && p->present > 0 && p->present <= 4 && low > 4 * p->mean.x && high > 4 * p->mean.y) {
        // The windows so far were a faint precursor of this tone.
        reset(p);
    }
    const bool is_loud = low >= minimum_power && high >= minimum_power;
    const bool is_present = tone_ratio >= 0.35f && is_loud && low >= 0.25 * p->mean.x && high >= 0.25 * p->mean.y;
    p->faded_before = is_present ? p->faded : 0;
    const bool is_fading = !is_present && p->is_decided && tone_ratio >= 0.8f && is_loud
        && low >= 0.15 * p->last.x && high >= 0.15 * p->last.y;
    p->faded = is_fading ? p->faded + 1 : 0;
    if (p->is_decided) log[w->end_hop & (recent_windows - 1)] = *w;
    if (!is_present && !is_fading) {
        p->absent++;
        return false;
    }
    p->absent = 0;
    if (p->faded_before == 0) {
        p->last_hop = w->end_hop;
        p->last = (pair_of_doubles){low, high};
        if (is_present) add_window(p, w, tone_ratio);
        if (!p->is_decided) log_window(p, log, w, tone_ratio);
        set_least_energy(p);
    }
    return is_present;
}

// A sum of phase advances, each weighted by the power of the tone.
typedef struct {
    // Real and imaginary part.
    pair_of_doubles sum;
    double weight;
} phasor;

// The same of both tones.
typedef struct {
    pair_of_doubles low, high, weights;
} pair_of_phasors;

// The phase advances of both tones from one window to a later one: real and imaginary part of each.
static inline tonewall_float4 advance_between(tonewall_float4 after, tonewall_float4 before) {
    const tonewall_float4 signs = {1, -1, 1, -1}, turned = __builtin_shufflevector(before, before, 1, 0, 3, 2);
    return __builtin_shufflevector(after, after, 0, 0, 2, 2) * before
        + signs * (__builtin_shufflevector(after, after, 1, 1, 3, 3) * turned);
}

static inline void add_advance(pair_of_phasors *sum, tonewall_float4 advance, tonewall_float4 weights) {
    sum->low += __builtin_convertvector(advance.lo, pair_of_doubles);
    sum->high += __builtin_convertvector(advance.hi, pair_of_doubles);
    sum->weights += __builtin_convertvector(weights.lo, pair_of_doubles);
}

static phasor low_of(const pair_of_phasors *p) { return (phasor){p->low, p->weights.x}; }
static phasor high_of(const pair_of_phasors *p) { return (phasor){p->high, p->weights.y}; }

static double coherence_of(phasor p) {
    const pair_of_doubles squares = p.sum * p.sum;
    return p.weight > 0 ? __builtin_sqrt(squares.x + squares.y) / p.weight : 0;
}

static double lesser_coherence(const pair_of_phasors *p) {
    return least(coherence_of(low_of(p)), coherence_of(high_of(p)));
}

static double frequency_of(phasor p, double nominal) {
    const double seconds = advance_hops * hop_samples / rate;
    const double cycles = (double)atan2f((float)p.sum.y, (float)p.sum.x) / (2 * M_PI) - nominal * seconds;
    return nominal + (cycles - round(cycles)) / seconds;
}

// Mean and deviation of the amplitudes of both tones.
typedef struct {
    double count;
    pair_of_doubles sum, squares;
} amplitudes;

static inline void add_amplitudes(amplitudes *a, tonewall_float4 amplitude) {
    a->count += 1;
    a->sum += __builtin_convertvector(amplitude.lo, pair_of_doubles);
    a->squares += __builtin_convertvector((amplitude * amplitude).lo, pair_of_doubles);
}

// The larger of their deviations relative to the mean.
static double relative_deviation(const amplitudes *a) {
    const pair_of_doubles mean = a->sum / a->count, variance = a->squares / a->count - mean * mean;
    return most(__builtin_sqrt(most(variance.x, 0)) / mean.x, __builtin_sqrt(most(variance.y, 0)) / mean.y);
}

// The measurements of a press over its windows.
typedef struct {
    int key;
    long windows;
    double low_hz, high_hz, frequency_error, twist, loudest;
    double tone_ratio, newest_tone_ratio, amplitude_deviation, coherence;
    double clean_amplitude_deviation, interference_share;
    long clean_windows, pure_windows;
    // The purest of the first windows.
    const pair_window *early;
    pair_of_phasors halves[2], clean;
    // −1 until it is needed.
    double drift;
} measurement;

// What is computed of each window of a log.
typedef struct {
    tonewall_float4 amplitudes, advance, weights;
    float tone_ratio;
    // Whether there is an advance, from the window ``advance_hops`` before.
    bool has_partner;
} window_measures;

// Share of a tone's energy that the nominal tone's window keeps at `deviation` Hz from nominal.
static double kept_at(double deviation) {
    const double x = M_PI * deviation * (double)window_length / rate;
    if (!(fabs(x) > 1e-6)) return 1;
    const double sinc = (double)sinf((float)x) / x;
    return sinc * sinc;
}

static void measure_purity(measurement *m, const pair_window *log, double kept, const window_measures *measures) {
    const float clean_limit = (float)(0.93 * kept);
    amplitudes clean = {0};
    double ratio_sum = 0, ratio = 0;
    float energy = 0, interference = 0, earliest = measures[0].tone_ratio;
    m->early = log;
    for (long i = 0; i < m->windows; i++) {
        const window_measures *w = measures + i;
        ratio = least(1, w->tone_ratio / kept);
        if (ratio >= 0.93) {
            m->clean_windows++;
            add_amplitudes(&clean, w->amplitudes);
            if (w->has_partner && w[-advance_hops].tone_ratio >= clean_limit) {
                add_advance(&m->clean, w->advance, w->weights);
            }
        }
        if (ratio >= 0.96) m->pure_windows++;
        if (i < edge_windows && w->tone_ratio > earliest) m->early = log + i, earliest = w->tone_ratio;
        if (i < rising_windows) continue;
        ratio_sum += ratio;
        energy += log[i].whole;
        interference += log[i].interference;
    }
    m->newest_tone_ratio = ratio;
    m->tone_ratio = ratio_sum / (double)(m->windows - rising_windows);
    const float whole = energy + interference;
    m->interference_share = interference / (FLT_MIN >= whole ? FLT_MIN : whole);
    m->clean_amplitude_deviation = m->clean_windows > 0 ? relative_deviation(&clean) : INFINITY;
}

// Measures each window of a log, and sums the steady ones.
static void measure_windows(
    measurement *m, const pair_window *log, int windows, window_measures *measures, amplitudes *all
) {
    for (int i = 0; i < windows; i++) {
        window_measures *w = measures + i;
        w->amplitudes = amplitudes_of(log[i].tones);
        w->tone_ratio = tone_ratio_of(log + i);
        w->has_partner = i >= rising_windows && log[i].end_hop - log[i - advance_hops].end_hop == advance_hops;
        if (i < rising_windows) continue;
        add_amplitudes(all, w->amplitudes);
        if (!w->has_partner) continue;
        w->advance = advance_between(log[i].tones, log[i - advance_hops].tones);
        w->weights = w->amplitudes * w[-advance_hops].amplitudes;
        add_advance(&m->halves[i > windows / 2], w->advance, w->weights);
    }
}

// Measures `key` in a log of four windows or more. Returns whether frequencies and twist are within `limits`; the rest
// is measured only then.
static bool measure_press(
    measurement *m, int key, const pair_window *log, int windows, const tonewall_receiver_limits *limits
) {
    window_measures measures[log_capacity];
    amplitudes all = {0};
    *m = (measurement){.key = key, .windows = windows, .drift = -1};
    measure_windows(m, log, windows, measures, &all);
    const pair_of_phasors advance = {
        m->halves[0].low + m->halves[1].low, m->halves[0].high + m->halves[1].high,
        m->halves[0].weights + m->halves[1].weights};
    m->low_hz = frequency_of(low_of(&advance), low_hz(key));
    m->high_hz = frequency_of(high_of(&advance), high_hz(key));
    m->frequency_error = most(fabs(m->low_hz / low_hz(key) - 1), fabs(m->high_hz / high_hz(key) - 1));
    if (!(m->frequency_error <= limits->frequency_tolerance)) return false;
    const pair_of_doubles power = all.squares / all.count;
    m->twist = 10 * log10(power.y / power.x);
    if (!(m->twist <= limits->maximum_twist && m->twist >= limits->minimum_twist)) return false;
    m->loudest = most(power.x, power.y);
    m->amplitude_deviation = relative_deviation(&all);
    m->coherence = lesser_coherence(&advance);
    // A tone off its nominal frequency puts a part of its energy outside the nominal window: sinc² of the error.
    const double share = power.x / (power.x + power.y);
    const double kept = share * kept_at(m->low_hz - low_hz(key)) + (1 - share) * kept_at(m->high_hz - high_hz(key));
    measure_purity(m, log, kept, measures);
    return true;
}

// Whether two phasors of one tone are clearly less than `angle` apart.
static bool are_close(pair_of_doubles a, pair_of_doubles b, double angle) {
    const double along = a.x * b.x + a.y * b.y, across = a.x * b.y - a.y * b.x;
    return along > 0 && fabs(across) <= 0.95 * angle * along;
}

static double drift_of(measurement *m) {
    if (m->drift >= 0) return m->drift;
    const double low = low_hz(m->key), high = high_hz(m->key);
    const pair_of_phasors *halves = m->halves;
    m->drift = most(
        fabs(frequency_of(low_of(halves + 1), low) - frequency_of(low_of(halves), low)),
        fabs(frequency_of(high_of(halves + 1), high) - frequency_of(high_of(halves), high)));
    return m->drift;
}

// Whether no tone's frequency changes by more than `limit` Hz within the press. Arc tangents are for what is near it.
static bool is_drift_within(double limit, measurement *m) {
    const double angle = 2 * M_PI * limit * (advance_hops * hop_samples / rate);
    const pair_of_phasors *halves = m->halves;
    return (are_close(halves[0].low, halves[1].low, angle) && are_close(halves[0].high, halves[1].high, angle))
        || drift_of(m) <= limit;
}

static double clean_frequency_error_of(const measurement *m) {
    const double low = low_hz(m->key), high = high_hz(m->key);
    return most(
        fabs(frequency_of(low_of(&m->clean), low) / low - 1), fabs(frequency_of(high_of(&m->clean), high) / high - 1));
}

// Whether the press meets every limit of a criterion.
static bool holds(const tonewall_criterion *c, measurement *m) {
    return m->windows >= c->minimum_windows && m->tone_ratio >= c->minimum_tone_ratio
        && m->newest_tone_ratio >= c->minimum_newest_tone_ratio && m->clean_windows >= c->minimum_clean_windows
        && m->pure_windows >= c->minimum_pure_windows
        && m->clean_windows >= c->minimum_clean_share * m->windows
        && m->pure_windows >= c->minimum_pure_share * m->windows
        && m->amplitude_deviation <= c->maximum_amplitude_deviation && m->coherence >= c->minimum_coherence
        && m->frequency_error <= c->maximum_frequency_error && fabs(m->twist) <= c->maximum_twist
        && m->interference_share <= c->maximum_interference_share
        && m->clean_amplitude_deviation <= c->maximum_clean_amplitude_deviation
        && (c->maximum_drift == INFINITY || is_drift_within(c->maximum_drift, m))
        && (c->maximum_clean_frequency_error == INFINITY
            || clean_frequency_error_of(m) <= c->maximum_clean_frequency_error)
        && (c->minimum_clean_coherence == 0
            || lesser_coherence(&m->clean) >= c->minimum_clean_coherence);
}
