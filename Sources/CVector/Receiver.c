// The receiver: `ReceiverSpecification` of the tests, to the bit. Nothing here is contracted; the kernels that it calls
// are compiled elsewhere.
#pragma STDC FP_CONTRACT OFF
#define _GNU_SOURCE
#include "CVector.h"
#include "Press.h"
#include <stddef.h>
#include <string.h>

// Samples kept in a ring: 180 ms before the hop that is analysed, what a wake goes back, and what is taken at a time.
enum { look_back = 1440, taken_at_once = 160, look_back_hops = 10, ring_length = 2000 };
enum { block_hops = TONEWALL_WINDOW_HOPS, batch = 2, most_at_once = TONEWALL_HOPS_KEPT - 3 };
enum { presses = 3, most_events = 6, established_windows = 6 };

typedef struct {
    // Index of the next sample, and its place in the ring.
    long end, place;
    // Index of the next sample at which there is work to do.
    long next_boundary;
    // First hop that was not analysed; the window that was analysed last; end of the first one that was not.
    long next_hop, window, next_window;
    bool is_listening;
    // Events in the queue, and those that were taken from it.
    int events, taken_events;
    press press, competitors[presses - 1];
    tonewall_key_event queue[most_events];
    // The ring that holds the samples, as long as a call goes on.
    const float *ring;
    long length;
    tonewall_hops hops;
    pair_window logs[presses][log_capacity];
    // Left away where another ring holds the samples.
    float own_ring[ring_length];
} receiver;

typedef const tonewall_receiver_limits limits_of;

long tonewall_receiver_words(int has_ring) {
    return ((has_ring ? sizeof(receiver) : offsetof(receiver, own_ring)) + 7) / 8;
}

// MARK: - Samples

static long first_kept(const receiver *r) {
    const long first = r->next_hop * hop_samples - look_back;
    return first > 0 ? first : 0;
}

// `count` samples from index `from`, in the ring or, where they lie across its end, in `scratch`.
static const float *samples(const receiver *r, long from, long count, float *scratch) {
    const long reach = r->ring == r->own_ring ? ring_length : TONEWALL_RECEIVER_REACH;
    if (from < 0 || from < r->end - reach || from + count > r->end || count > ring_length) __builtin_trap();
    long place = r->place - (r->end - from);
    if (place < 0) place += r->length;
    if (place + count <= r->length) return r->ring + place;
    const long here = r->length - place;
    memcpy(scratch, r->ring + place, here * sizeof(float));
    memcpy(scratch + here, r->ring, (count - here) * sizeof(float));
    return scratch;
}

// MARK: - Windows

static const tonewall_window *window_at(const receiver *r, long end_hop) {
    return &r->hops.windows[end_hop & (TONEWALL_WINDOWS_KEPT - 1)];
}

static pair_window fit(const tonewall_window *window, const tonewall_window_tables *tables, int key) {
    const tonewall_pair_fit fit = tonewall_fit_pair(window, tables, key / 4, key % 4);
    const float left = window->energy_left, rest = left - fit.energy;
    const float interference = window->energy_without_dc - left;
    pair_window pair = {
        {fit.low_cosine, fit.low_sine}, {fit.high_cosine, fit.high_sine},
        __builtin_sqrtf(fit.low_cosine * fit.low_cosine + fit.low_sine * fit.low_sine),
        __builtin_sqrtf(fit.high_cosine * fit.high_cosine + fit.high_sine * fit.high_sine),
        fit.energy, 0 >= rest ? 0 : rest, 0 >= interference ? 0 : interference, 0, window->end};
    const float total = pair.pair_energy + pair.rest;
    pair.tone_ratio = total > 0 ? pair.pair_energy / total : 0;
    return pair;
}

static void analyse_windows(receiver *r, limits_of *limits, long end_hop, long wanted) {
    r->window = end_hop;
    if (end_hop < r->next_window) return;
    // Two if their samples are there, and as many as will be read.
    const long ready = r->end / hop_samples - end_hop + 1, few = ready < batch ? ready : batch;
    const long count = wanted < few ? few : wanted < most_at_once ? wanted : most_at_once;
    float scratch[window_length + (most_at_once - 1) * hop_samples];
    const float *from = samples(
        r, (end_hop - block_hops) * hop_samples, window_length + (count - 1) * hop_samples, scratch);
    tonewall_analyse_windows(
        &r->hops, from, end_hop, count, limits->tables,
        limits->minimum_power * (float)window_length / 2 / 7,
        limits->minimum_power * (float)(window_length * window_length) / 4);
    r->next_window = end_hop + count;
}

static pair_window pair_ending_at(const receiver *r, limits_of *limits, int key, long end_hop) {
    const tonewall_window *kept = window_at(r, end_hop);
    if (kept->end == end_hop && kept->is_complete) return fit(kept, limits->tables, key);
    tonewall_window window;
    float scratch[window_length];
    const float *from = samples(r, (end_hop - block_hops) * hop_samples, window_length, scratch);
    tonewall_analyse_window(
        from, end_hop, limits->tables, limits->minimum_power * (float)(window_length * window_length) / 4, &window);
    return fit(&window, limits->tables, key);
}

// MARK: - Edges

static double centre_of(const pair_window *w) {
    return (double)(w->end_hop * hop_samples) - (double)(window_length + 1) / 2;
}

// a·cos + b·sin some samples later.
static turn times(const float *a, turn b) {
    return (turn){a[0] * b.cosine + a[1] * b.sine, a[0] * b.sine - a[1] * b.cosine};
}

static long follow(
    const receiver *r, const pair_window *w, const press_tones *tones, long start, long step, long count
) {
    if (count <= 0) return 0;
    const double offset = (double)start - centre_of(w);
    const turn low = times(w->low, turn_by(tones->low_hz, offset));
    const turn high = times(w->high, turn_by(tones->high_hz, offset));
    // Back is the same turn the other way round.
    const tonewall_pair_path path = {
        low.cosine, low.sine, high.cosine, high.sine, tones->low_step.cosine, (float)step * tones->low_step.sine,
        tones->high_step.cosine, (float)step * tones->high_step.sine};
    const long oldest = step > 0 ? start : start - count + 1;
    float scratch[ring_length];
    const float *from = samples(r, oldest, count, scratch);
    return tonewall_follow_pair(from + (start - oldest), step, count, &path, w->pair_energy * 0.3f);
}

static long onset_of(const receiver *r, const measurement *m, const press_tones *tones, long earliest) {
    const long start = (long)centre_of(m->early) - 20, first = first_kept(r);
    const long count = start - (earliest > first ? earliest : first) + 1;
    const long explained = follow(r, m->early, tones, start, -1, count);
    return start - (explained > 1 ? explained - 1 : 0);
}

static long end_of(const receiver *r, const pair_window *w, const press_tones *tones, long latest) {
    const long inside = (long)centre_of(w) + 20, first = first_kept(r), start = inside > first ? inside : first;
    return start + follow(r, w, tones, start, 1, (latest < r->end ? latest : r->end) - start);
}

// Σ x² one after the other.
static float energy_between(const receiver *r, long from, long to) {
    if (from >= to) return 0;
    float scratch[window_length], energy = 0;
    const float *x = samples(r, from, to - from, scratch);
    for (long i = 0; i < to - from; i++) energy += x[i] * x[i];
    return energy;
}

static long audible_before(const receiver *r, long onset, float pair_energy) {
    const float least = pair_energy / block_hops / 3;
    long start = onset;
    for (int i = 0; i < 5 && start - hop_samples >= first_kept(r); i++) {
        if (!(energy_between(r, start - hop_samples, start) >= least)) break;
        start -= hop_samples;
    }
    return start;
}

static long not_before(long a, long b) { return a > b ? a : b; }

static bool is_noise_steady(const receiver *r, long onset, double tone_ratio) {
    const long first = first_kept(r), analysed = r->next_hop * hop_samples;
    const float before = energy_between(r, not_before(onset - window_length, first), not_before(onset, first));
    const long last = onset + window_length < analysed ? onset + window_length : analysed;
    const float after = energy_between(r, not_before(onset, first), last);
    const double expected = (1 - tone_ratio) * (double)after * 1.13;
    return before >= 0.1 * expected && before <= 2.2 * expected;
}

// MARK: - Decision

static bool is_long_enough(
    const receiver *r, const press *p, const measurement *m, const press_tones *tones, long onset,
    const tonewall_criterion *c
) {
    if (!(c->minimum_duration > 0 && m->windows < c->ample_windows)) return true;
    const long end = end_of(r, &p->late, tones, r->next_hop * hop_samples);
    const bool goes_back = c->ample_windows < __LONG_MAX__;
    const long start = goes_back ? audible_before(r, onset, m->early->pair_energy) : onset;
    return (double)(end - start) >= c->minimum_duration * rate;
}

// Whether a criterion proves the press to be a digit.
static bool is_proved(const receiver *r, limits_of *limits, press *p, measurement *m, long *onset) {
    const pair_window *log = r->logs[p->log];
    if (!measure_press(m, p->key, log, p->logged, limits)) return false;
    bool is_found = false;
    for (long i = 0; i < limits->criterion_count; i++) {
        const tonewall_criterion *c = limits->criteria + i;
        if (!holds(c, m)) continue;
        if (!is_found) {
            p->tones = (press_tones){m->low_hz, m->high_hz, turn_by(m->low_hz, 1), turn_by(m->high_hz, 1)};
            const long earliest = log[0].end_hop * hop_samples - window_length - hop_samples;
            *onset = onset_of(r, m, &p->tones, earliest > 0 ? earliest : 0);
            is_found = true;
        }
        if (!is_long_enough(r, p, m, &p->tones, *onset, c)) continue;
        if (c->needs_steady_noise && !(p->is_whole && is_noise_steady(r, *onset, m->tone_ratio))) continue;
        return true;
    }
    return false;
}

static void emit(receiver *r, const tonewall_key_event *event) {
    if (r->events == most_events) __builtin_trap();
    r->queue[r->events++] = *event;
}

static void decide(receiver *r, press *p, const measurement *m, long onset) {
    const double noise = most(1 - m->tone_ratio, 1e-9);
    p->is_decided = true;
    p->logged = 0;
    p->measured = (tonewall_key_event){
        .key = p->key, .start = onset, .end = onset, .low_hz = m->low_hz, .high_hz = m->high_hz,
        .level = 20 * log10(__builtin_sqrt(m->loudest)) + 3.14, .twist = m->twist,
        .signal_to_noise = least(10 * log10(m->tone_ratio / noise), 90)};
    emit(r, &p->measured);
}

static void end_press(receiver *r, limits_of *limits) {
    press *p = &r->press;
    if (p->is_decided) {
        tonewall_key_event event = p->measured;
        // The last window may be only half tone. The window two hops before is full.
        const long full = event.start / hop_samples + block_hops;
        const long end_hop = p->last_hop - 2 > full ? p->last_hop - 2 : full;
        const pair_window window = pair_ending_at(r, limits, p->key, end_hop);
        const long latest = p->last_hop < r->next_hop ? p->last_hop + 1 : r->next_hop;
        const long end = end_of(r, &window, &p->tones, latest * hop_samples);
        event.is_end = 1;
        event.end = end > event.start + 1 ? end : event.start + 1;
        emit(r, &event);
    }
    reset(p);
}

// MARK: - Hops

// Energy below which a window holds neither a new pair nor a followed one.
static float least_energy(const receiver *r, limits_of *limits) {
    float energy = limits->minimum_power * (float)window_length / 2;
    if (!is_idle(&r->press)) energy = least_float(energy, least_energy_of(&r->press));
    for (int i = 0; i < presses - 1; i++) {
        if (!is_idle(&r->competitors[i])) energy = least_float(energy, least_energy_of(&r->competitors[i]));
    }
    return energy;
}

static bool has_competitors(const receiver *r) { return !is_idle(&r->competitors[0]) || !is_idle(&r->competitors[1]); }

static bool is_quiet(const receiver *r) { return is_idle(&r->press) && !has_competitors(r); }

static bool is_competing(const receiver *r, int key) {
    for (int i = 0; i < presses - 1; i++) {
        if (!is_idle(&r->competitors[i]) && r->competitors[i].key == key) return true;
    }
    return false;
}

static void swap(press *a, press *b) {
    const press kept = *a;
    *a = *b;
    *b = kept;
}

static bool take_window(receiver *r, limits_of *limits, press *p) {
    const pair_window pair = fit(window_at(r, r->window), limits->tables, p->key);
    return update(p, r->logs[p->log], &pair, limits->minimum_power);
}

static void begin(receiver *r, limits_of *limits, press *p, int key) {
    reset(p);
    p->key = key;
    take_window(r, limits, p);
}

// Notes a window that is too quiet for any pair.
static void pass_over(receiver *r, limits_of *limits) {
    if (!is_idle(&r->press)) {
        r->press.absent++;
        if (is_over(&r->press, limits->absent_limit)) end_press(r, limits);
    }
    for (int i = 0; i < presses - 1; i++) {
        press *p = &r->competitors[i];
        if (is_idle(p)) continue;
        p->absent++;
        if (is_over(p, limits->absent_limit)) reset(p);
    }
}

static void follow_competitor(receiver *r, limits_of *limits, press *p) {
    measurement m;
    long onset;
    const bool is_present = take_window(r, limits, p);
    if (is_over(p, limits->absent_limit)) reset(p);
    if (is_present && p->logged >= limits->least_windows && may_be_digit(p) && is_proved(r, limits, p, &m, &onset)) {
        end_press(r, limits);
        swap(&r->press, p);
        decide(r, &r->press, &m, onset);
    } else if (is_idle(&r->press)) {
        swap(&r->press, p);
    }
}

// Starts to follow `key`, the strongest pair of the window, unless it is followed already.
static void consider(receiver *r, limits_of *limits, int key) {
    if (is_idle(&r->press)) {
        if (!is_competing(r, key)) begin(r, limits, &r->press, key);
        return;
    }
    if (key == r->press.key || is_competing(r, key)) return;
    // An idle one, or else the least present of those that are absent now.
    press *weakest = NULL;
    for (int i = 0; i < presses - 1; i++) {
        press *p = &r->competitors[i];
        if (!is_idle(p) && p->absent == 0) continue;
        if (p->present < (weakest ? weakest->present : established_windows)) weakest = p;
    }
    if (weakest) begin(r, limits, weakest, key);
}

static void analyse(receiver *r, limits_of *limits, long end_hop, long wanted) {
    analyse_windows(r, limits, end_hop, wanted);
    const tonewall_window *window = window_at(r, end_hop);
    if (!(window->energy >= least_energy(r, limits))) return pass_over(r, limits);
    const int key = window->key;
    if (key < 0 && is_quiet(r)) return;
    press *p = &r->press;
    if (!is_idle(p)) {
        measurement m;
        long onset;
        if (take_window(r, limits, p) && !p->is_decided && p->logged >= limits->least_windows && may_be_digit(p)
            && is_proved(r, limits, p, &m, &onset)) {
            decide(r, p, &m, onset);
        }
        if (is_over(p, limits->absent_limit)) end_press(r, limits);
    }
    for (int i = 0; i < presses - 1; i++) {
        if (!is_idle(&r->competitors[i])) follow_competitor(r, limits, &r->competitors[i]);
    }
    if (key >= 0) consider(r, limits, key);
}

// Skips one window length if a decided press clearly goes on, or if the line is quiet after it.
static bool fast_forward(receiver *r, limits_of *limits) {
    press *p = &r->press;
    if (!p->is_decided || has_competitors(r) || r->next_hop < block_hops) return false;
    const float least = least_energy(r, limits);
    const long start = r->next_hop * hop_samples;
    float scratch[2 * window_length];
    if (is_steady(p)) {
        float bins[16];
        const float *from = samples(r, start, window_length, scratch);
        const tonewall_block block = tonewall_measure_block(from, limits->tables->window_tones, least, bins);
        if (!(block.energy >= least && is_plainly_present(p, bins, block.energy))) return false;
        r->next_hop += block_hops;
        p->last_hop = r->next_hop;
        p->absent = 0;
    } else {
        // All samples of the next four windows.
        const long count = 2 * window_length - hop_samples;
        const float *from = samples(r, start - window_length + hop_samples, count, scratch);
        if (!(tonewall_measure(from, count).energy < least)) return false;
        r->next_hop += block_hops;
        p->absent += block_hops;
        if (is_over(p, limits->absent_limit)) end_press(r, limits);
    }
    return true;
}

// Passes over the blocks that show no key. Returns whether one did.
static bool wake(receiver *r, limits_of *limits) {
    if (!limits->is_unfiltered) {
        const long start = r->next_boundary - window_length, here = (r->length - start % r->length) / window_length;
        long count = (r->end - start) / window_length;
        // A block that lies across the end of the ring is looked at alone.
        if (count > here) count = here > 0 ? here : 1;
        float scratch[window_length];
        const float *from = samples(r, start, count * window_length, scratch);
        const long skipped = tonewall_skim_blocks(from, count, limits->tables, &limits->block);
        r->next_boundary += skipped * window_length;
        if (skipped == count) return false;
    }
    // A digit may have begun before the block that passed.
    const long end_hop = r->next_boundary / hop_samples, earliest = end_hop - block_hops - look_back_hops;
    r->is_listening = true;
    if (r->next_hop < earliest) r->next_hop = earliest;
    const long first = r->next_hop > block_hops - 1 ? r->next_hop : block_hops - 1;
    if (first >= end_hop) return true;
    float scratch[window_length + (look_back_hops + block_hops) * hop_samples];
    const float *from = samples(
        r, (first + 1 - block_hops) * hop_samples, window_length + (end_hop - first - 1) * hop_samples, scratch);
    r->next_hop = first + tonewall_count_quiet_windows(from, end_hop - first, least_energy(r, limits));
    return true;
}

// Does the work that is due up to the next event.
static void advance(receiver *r, limits_of *limits) {
    while (r->end >= r->next_boundary && r->events == 0) {
        if (!r->is_listening && !wake(r, limits)) continue;
        const long end_hop = r->next_boundary / hop_samples;
        while (r->next_hop < end_hop && r->events == 0) {
            if (end_hop - r->next_hop >= block_hops && fast_forward(r, limits)) continue;
            r->next_hop++;
            if (r->next_hop >= block_hops) analyse(r, limits, r->next_hop, end_hop - r->next_hop + 1);
        }
        if (r->next_hop < end_hop) return;
        const bool is_block_end = end_hop % block_hops == 0;
        r->is_listening = limits->is_unfiltered || !(is_block_end && is_quiet(r));
        const bool skips = r->press.is_decided && !has_competitors(r);
        r->next_boundary += r->is_listening && !skips ? hop_samples : window_length;
    }
}

// MARK: - The receiver as others see it

void tonewall_receiver_start(void *receiver_, int has_ring) {
    receiver *r = receiver_;
    memset(r, 0, 8 * tonewall_receiver_words(has_ring));
    r->next_boundary = window_length;
    r->press.is_whole = true;
    for (int i = 0; i < presses - 1; i++) r->competitors[i] = (press){.log = i + 1, .is_whole = true};
}

long tonewall_receiver_awaits(const void *receiver_) {
    const receiver *r = receiver_;
    return r->next_boundary - r->end;
}

void tonewall_receiver_event(void *receiver_, tonewall_key_event *event) {
    receiver *r = receiver_;
    if (r->events == 0) __builtin_trap();
    tonewall_key_event *oldest = r->queue + r->taken_events++;
    *event = *oldest;
    // No key stays in memory.
    *oldest = (tonewall_key_event){0};
    if (r->taken_events == r->events) r->events = r->taken_events = 0;
}

// Does the work that is due. Returns whether there is an event.
static inline int is_due(receiver *r, limits_of *limits) {
    if (r->end >= r->next_boundary && r->events == 0) advance(r, limits);
    return r->events != 0;
}

// Notes that samples come; a ring may be long.
static void advance_end(receiver *r, long count) {
    r->end += count;
    r->place += count;
    if (r->place >= r->length) r->place -= r->length;
}

// Room for samples, in one piece; sets how many.
static float *room(receiver *r, long *count) {
    float *to = r->own_ring + r->place;
    // Among thousands of channels none of this is in the cache, and the misses need not wait for each other.
    for (long i = 0; i < taken_at_once; i += 16) __builtin_prefetch(to + i, 1);
    if (*count > taken_at_once) *count = taken_at_once;
    if (*count > ring_length - r->place) *count = ring_length - r->place;
    advance_end(r, *count);
    return to;
}

// Takes samples of one kind, of which the other pointer is null.
static inline int receive(
    receiver *r, limits_of *limits, const float *floats, const short *shorts, long *taken, long count
) {
    r->ring = r->own_ring, r->length = ring_length;
    for (;;) {
        if (is_due(r, limits)) return 1;
        long piece = count - *taken;
        if (piece == 0) return 0;
        float *to = room(r, &piece);
        if (floats) memcpy(to, floats + *taken, piece * sizeof(float));
        else tonewall_convert16(shorts + *taken, piece, to);
        *taken += piece;
    }
}

int tonewall_receive(void *receiver_, limits_of *limits, const float *samples, long *taken, long count) {
    return receive(receiver_, limits, samples, 0, taken, count);
}

int tonewall_receive16(void *receiver_, limits_of *limits, const short *samples, long *taken, long count) {
    return receive(receiver_, limits, 0, samples, taken, count);
}

int tonewall_receive_from(void *receiver_, limits_of *limits, const float *ring, long length, long end) {
    receiver *r = receiver_;
    r->ring = ring, r->length = length;
    for (;;) {
        if (is_due(r, limits)) return 1;
        const long open = end - r->end, awaited = r->next_boundary - r->end;
        if (open == 0) return 0;
        // Not beyond what it waits for: then it looks back least.
        advance_end(r, open < awaited ? open : awaited);
    }
}

int tonewall_receiver_finish(void *receiver_, limits_of *limits) {
    receiver *r = receiver_;
    r->ring = r->own_ring, r->length = ring_length;
    if (r->events == 0) {
        end_press(r, limits);
        for (int i = 0; i < presses - 1; i++) reset(&r->competitors[i]);
    }
    return r->events != 0;
}
