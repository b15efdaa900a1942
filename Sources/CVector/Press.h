// A key that may be pressed, window by window, and what proves it: `Press` and `PressMeasurement` of the tests, to the
// bit.
#pragma once
#include "CVector.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { hop_samples = TONEWALL_HOP, window_length = TONEWALL_HOP * TONEWALL_WINDOW_HOPS };
enum { log_capacity = 48, log_step = 8, advance_hops = 2, rising_windows = 2, edge_windows = 6, patience = 2 };

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

// The fit of a pair in a window.
typedef struct {
    // Amplitudes of cosine and sine about the window's centre.
    float low[2], high[2];
    float low_amplitude, high_amplitude;
    float pair_energy, rest, interference;
    // Share of the pair in the window's energy without interference.
    float tone_ratio;
    // Hop after the window.
    int end_hop;
} pair_window;

// A key that is followed. Where its log is kept stays with it when two change places.
typedef struct {
    int key, log, logged;
    int present, absent, faded, faded_before, nearly_clean;
    bool is_decided, is_whole;
    long last_hop;
    double ratio_sum, low_power, high_power, mean_low, mean_high, last_low, last_high;
    float late_ratio;
    pair_window late;
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

static float least_energy_of(const press *p) {
    double power = 0.25 * (p->mean_low + p->mean_high);
    if (p->is_decided) power = least(power, 0.15 * (p->last_low + p->last_high));
    return (float)(0.5 * power) * (float)window_length / 2;
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
    return low >= 0.5 * p->mean_low * unit && high >= 0.5 * p->mean_high * unit
        && (low + high) * 2 / window_length >= 0.7 * (double)energy;
}

static void reset(press *p) {
    const int key = p->key, log = p->log;
    *p = (press){.key = key, .log = log, .is_whole = true, .last_hop = p->last_hop};
}

static void note_level(press *p, const pair_window *w) {
    p->last_hop = w->end_hop;
    p->last_low = w->low_amplitude * w->low_amplitude;
    p->last_high = w->high_amplitude * w->high_amplitude;
}

static void add_window(press *p, pair_window *log, const pair_window *w) {
    p->present++;
    note_level(p, w);
    p->ratio_sum += w->tone_ratio;
    if (w->tone_ratio >= 0.7f) p->nearly_clean++;
    p->low_power += p->last_low;
    p->high_power += p->last_high;
    const double share = 1 / (double)p->present;
    p->mean_low = p->low_power * share;
    p->mean_high = p->high_power * share;
    if (w->tone_ratio >= p->late_ratio - 0.02f || w->end_hop - p->late.end_hop > edge_windows) {
        p->late = *w;
        p->late_ratio = w->tone_ratio;
    }
    if (p->is_decided) return;
    if (p->logged == log_capacity) {
        __builtin_memmove(log, log + log_step, (log_capacity - log_step) * sizeof *log);
        p->logged -= log_step;
        p->is_whole = false;
    }
    log[p->logged++] = *w;
}

// Takes the next window. Returns whether the pair is present in it.
static bool update(press *p, pair_window *log, const pair_window *w, float minimum_power) {
    const float low = w->low_amplitude * w->low_amplitude, high = w->high_amplitude * w->high_amplitude;
    if (!p->is_decided && p->present > 0 && p->present <= 4 && low > 4 * p->mean_low && high > 4 * p->mean_high) {
        // The windows so far were a faint precursor of this tone.
        reset(p);
    }
    const bool is_loud = low >= minimum_power && high >= minimum_power;
    const bool is_present =
        w->tone_ratio >= 0.35f && is_loud && low >= 0.25 * p->mean_low && high >= 0.25 * p->mean_high;
    p->faded_before = is_present ? p->faded : 0;
    const bool is_fading = !is_present && p->is_decided && w->tone_ratio >= 0.8f && is_loud
        && low >= 0.15 * p->last_low && high >= 0.15 * p->last_high;
    p->faded = is_fading ? p->faded + 1 : 0;
    if (is_fading) {
        p->absent = 0;
        note_level(p, w);
    } else if (!is_present) {
        p->absent++;
    } else {
        p->absent = 0;
        if (p->faded_before == 0) add_window(p, log, w);
    }
    return is_present;
}

// A sum of phase advances, each weighted by the power of the tone.
typedef struct {
    double re, im, weight;
} phasor;

typedef struct {
    float re, im, weight;
} advance_of_tone;

static inline advance_of_tone advance_between(const float *after, const float *before, float a, float b) {
    return (advance_of_tone){
        after[0] * before[0] + after[1] * before[1], after[0] * before[1] - after[1] * before[0], a * b};
}

static inline void add_advance(phasor *sum, const advance_of_tone *a) {
    sum->re += a->re;
    sum->im += a->im;
    sum->weight += a->weight;
}

static phasor both(const phasor *halves) {
    return (phasor){
        halves[0].re + halves[1].re, halves[0].im + halves[1].im, halves[0].weight + halves[1].weight};
}

static double coherence_of(const phasor *p) {
    return p->weight > 0 ? __builtin_sqrt(p->re * p->re + p->im * p->im) / p->weight : 0;
}

static double frequency_of(const phasor *p, double nominal) {
    const double seconds = advance_hops * hop_samples / rate;
    const double cycles = (double)atan2f((float)p->im, (float)p->re) / (2 * M_PI) - nominal * seconds;
    return nominal + (cycles - round(cycles)) / seconds;
}

// Mean and deviation of an amplitude.
typedef struct {
    double count, sum, squares;
} amplitudes;

static inline void add_amplitude(amplitudes *a, float amplitude) {
    a->count += 1;
    a->sum += amplitude;
    a->squares += amplitude * amplitude;
}

static double relative_deviation(const amplitudes *a) {
    const double mean = a->sum / a->count;
    return __builtin_sqrt(most(a->squares / a->count - mean * mean, 0)) / mean;
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
    phasor low_halves[2], high_halves[2], clean_low, clean_high;
    // −1 until it is needed.
    double drift;
} measurement;

// Share of a tone's energy that the nominal tone's window keeps at `deviation` Hz from nominal.
static double kept_at(double deviation) {
    const double x = M_PI * deviation * (double)window_length / rate;
    if (!(fabs(x) > 1e-6)) return 1;
    const double sinc = (double)sinf((float)x) / x;
    return sinc * sinc;
}

static void measure_purity(
    measurement *m, const pair_window *log, double kept, const advance_of_tone (*advances)[2], const bool *has_partner
) {
    const float clean_limit = (float)(0.93 * kept);
    amplitudes low = {0}, high = {0};
    double ratio_sum = 0, ratio = 0;
    float energy = 0, interference = 0;
    m->early = log;
    for (long i = 0; i < m->windows; i++) {
        ratio = least(1, log[i].tone_ratio / kept);
        if (ratio >= 0.93) {
            m->clean_windows++;
            add_amplitude(&low, log[i].low_amplitude);
            add_amplitude(&high, log[i].high_amplitude);
            if (has_partner[i] && log[i - advance_hops].tone_ratio >= clean_limit) {
                add_advance(&m->clean_low, &advances[i][0]);
                add_advance(&m->clean_high, &advances[i][1]);
            }
        }
        if (ratio >= 0.96) m->pure_windows++;
        if (i < edge_windows && log[i].tone_ratio > m->early->tone_ratio) m->early = log + i;
        if (i < rising_windows) continue;
        ratio_sum += ratio;
        energy += log[i].pair_energy + log[i].rest;
        interference += log[i].interference;
    }
    m->newest_tone_ratio = ratio;
    m->tone_ratio = ratio_sum / (double)(m->windows - rising_windows);
    const float whole = energy + interference;
    m->interference_share = interference / (FLT_MIN >= whole ? FLT_MIN : whole);
    m->clean_amplitude_deviation =
        m->clean_windows > 0 ? most(relative_deviation(&low), relative_deviation(&high)) : INFINITY;
}

// Measures `key` in a log of four windows or more. Returns whether frequencies and twist are within `limits`; the rest
// is measured only then.
static bool measure_press(
    measurement *m, int key, const pair_window *log, int windows, const tonewall_receiver_limits *limits
) {
    advance_of_tone advances[log_capacity][2];
    bool has_partner[log_capacity] = {false};
    amplitudes low = {0}, high = {0};
    *m = (measurement){.key = key, .windows = windows, .drift = -1};
    for (int i = rising_windows; i < windows; i++) {
        add_amplitude(&low, log[i].low_amplitude);
        add_amplitude(&high, log[i].high_amplitude);
        const pair_window *before = log + i - advance_hops;
        has_partner[i] = log[i].end_hop - before->end_hop == advance_hops;
        if (!has_partner[i]) continue;
        advances[i][0] = advance_between(log[i].low, before->low, log[i].low_amplitude, before->low_amplitude);
        advances[i][1] = advance_between(log[i].high, before->high, log[i].high_amplitude, before->high_amplitude);
        add_advance(&m->low_halves[i > windows / 2], &advances[i][0]);
        add_advance(&m->high_halves[i > windows / 2], &advances[i][1]);
    }
    const phasor low_advance = both(m->low_halves), high_advance = both(m->high_halves);
    m->low_hz = frequency_of(&low_advance, low_hz(key));
    m->high_hz = frequency_of(&high_advance, high_hz(key));
    m->frequency_error = most(fabs(m->low_hz / low_hz(key) - 1), fabs(m->high_hz / high_hz(key) - 1));
    if (!(m->frequency_error <= limits->frequency_tolerance)) return false;
    const double low_power = low.squares / low.count, high_power = high.squares / high.count;
    m->twist = 10 * log10(high_power / low_power);
    if (!(m->twist <= limits->maximum_twist && m->twist >= limits->minimum_twist)) return false;
    m->loudest = most(low_power, high_power);
    m->amplitude_deviation = most(relative_deviation(&low), relative_deviation(&high));
    m->coherence = least(coherence_of(&low_advance), coherence_of(&high_advance));
    // A tone off its nominal frequency puts a part of its energy outside the nominal window: sinc² of the error.
    const double share = low_power / (low_power + high_power);
    const double kept = share * kept_at(m->low_hz - low_hz(key)) + (1 - share) * kept_at(m->high_hz - high_hz(key));
    measure_purity(m, log, kept, advances, has_partner);
    return true;
}

// Whether two phasors of one tone are clearly less than `angle` apart.
static bool are_close(const phasor *halves, double angle) {
    const double along = halves[0].re * halves[1].re + halves[0].im * halves[1].im;
    const double across = halves[0].re * halves[1].im - halves[0].im * halves[1].re;
    return along > 0 && fabs(across) <= 0.95 * angle * along;
}

static double drift_of(measurement *m) {
    if (m->drift >= 0) return m->drift;
    const double low = low_hz(m->key), high = high_hz(m->key);
    m->drift = most(
        fabs(frequency_of(&m->low_halves[1], low) - frequency_of(&m->low_halves[0], low)),
        fabs(frequency_of(&m->high_halves[1], high) - frequency_of(&m->high_halves[0], high)));
    return m->drift;
}

// Whether no tone's frequency changes by more than `limit` Hz within the press. Arc tangents are for what is near it.
static bool is_drift_within(double limit, measurement *m) {
    const double angle = 2 * M_PI * limit * (advance_hops * hop_samples / rate);
    return (are_close(m->low_halves, angle) && are_close(m->high_halves, angle)) || drift_of(m) <= limit;
}

static double clean_frequency_error_of(const measurement *m) {
    const double low = low_hz(m->key), high = high_hz(m->key);
    return most(
        fabs(frequency_of(&m->clean_low, low) / low - 1), fabs(frequency_of(&m->clean_high, high) / high - 1));
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
            || least(coherence_of(&m->clean_low), coherence_of(&m->clean_high)) >= c->minimum_clean_coherence);
}
