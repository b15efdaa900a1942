// The receiver: `ReceiverSpecification` of the tests, to the bit. Receiver.c compiles it for every processor of the
// family, ReceiverWide.c for those with AVX2 and FMA: each says with RECEIVER what the functions are called.
#pragma once
#define _GNU_SOURCE
#include "CVector.h"
#include "Kernels.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// Of what follows nothing is contracted, so that it is the same on every processor. The kernels above are.
#pragma STDC FP_CONTRACT OFF
#include "Press.h"

// Samples before the hop that is analysed which stay readable (180 ms), those that are taken at a time, and hops that a
// wake goes back.
enum { look_back = 1440, taken_at_once = 160, look_back_hops = 10 };
enum { ring_length = TONEWALL_RECEIVER_REACH };
enum { block_hops = TONEWALL_WINDOW_HOPS, batch = 2, most_at_once = TONEWALL_WINDOWS_KEPT };
enum { presses = 3, most_events = 6, established_windows = 6 };

typedef struct {
    // What is read of each packet of a quiet line comes first: among thousands of channels it is not in the cache.
    // Index of the next sample, and its place in the ring.
    long end, place;
    // Hops after which there is work to do; first one that was not analysed.
    long boundary, next_hop;
    // The ring that holds the samples, as long as a call goes on: of floats, or of 16-bit samples.
    const float *ring;
    const int16_t *ring16;
    long length;
    // What ring it has of its own.
    int kind;
    // Events in the queue, and those that were taken from it.
    int events, taken_events;
    bool is_listening;
    // The window that was analysed last; end of the first one that was not.
    long window, next_window;
    press press, competitors[presses - 1];
    tonewall_key_event queue[most_events];
    tonewall_hops hops;
    pair_window logs[presses][log_capacity];
    // Its own ring: ``ring_length`` samples of its kind.
    float own_ring[];
} receiver;

typedef const tonewall_receiver_limits limits_of;

// MARK: - Samples

static long first_kept(const receiver *r) {
    const long first = r->next_hop * hop_samples - look_back;
    return first > 0 ? first : 0;
}

// Where in the ring the `count` samples from index `from` begin, that may lie across its end.
static inline long place_of(const receiver *r, long from, long count) {
    const long age = r->end - from, place = r->place - age;
    if (from < 0 || count > age || age > TONEWALL_RECEIVER_REACH) __builtin_trap();
    return place < 0 ? place + r->length : place;
}

// Those samples as floats: in the ring or, where they are of 16 bits or lie across its end, in `scratch`.
static const float *samples(const receiver *r, long from, long count, float *scratch) {
    const long place = place_of(r, from, count), room = r->length - place, here = count < room ? count : room;
    if (r->ring16) {
        convert16(r->ring16 + place, here, scratch);
        if (here < count) convert16(r->ring16, count - here, scratch + here);
        return scratch;
    }
    if (here == count) return r->ring + place;
    memcpy(scratch, r->ring + place, here * sizeof(float));
    memcpy(scratch + here, r->ring, (count - here) * sizeof(float));
    return scratch;
}

// MARK: - Windows

static const tonewall_window *window_at(const receiver *r, long end_hop) {
    return r->hops.windows + (end_hop - block_hops - r->hops.oldest);
}

static inline pair_window fit(const tonewall_window *window, const tonewall_window_tables *tables, int key) {
    const tonewall_pair_fit fit = tonewall_fit_pair(window, tables, key / 4, key % 4);
    const float left = window->energy_left, rest = left - fit.energy;
    const float interference = window->energy_without_dc - left;
    return (pair_window){
        fit.tones, fit.energy, fit.energy + (0 >= rest ? 0 : rest), 0 >= interference ? 0 : interference,
        (int)window->end};
}

static void analyse_ready(receiver *r, limits_of *limits, long end_hop, long wanted) {
    r->window = end_hop;
    if (end_hop < r->next_window) return;
    // As many as will be read, if their samples are there.
    const press *p = &r->press;
    const long ready = r->end / hop_samples - end_hop + 1, undecided = limits->least_windows - p->logged;
    if (wanted < batch) wanted = batch;
    if (!is_idle(p) && !p->is_decided && wanted < undecided) wanted = undecided;
    long count = ready < most_at_once ? ready : most_at_once;
    if (count > wanted) count = wanted;
    float scratch[window_length + (most_at_once - 1) * hop_samples];
    const long unknown = first_unknown_hop(&r->hops, end_hop);
    const float *from = samples(r, unknown * hop_samples, (end_hop + count - 1 - unknown) * hop_samples, scratch);
    analyse_windows(
        &r->hops, from, end_hop, count, limits->tables,
        limits->minimum_power * (float)window_length / 2 / 7,
        limits->minimum_power * (float)(window_length * window_length) / 4);
    r->next_window = end_hop + count;
}

// The fit of the press in the window that ends with `end_hop`.
static pair_window pair_ending_at(const receiver *r, limits_of *limits, const press *p, long end_hop) {
    const pair_window *kept = recent_window(r->logs[p->log], end_hop);
    if (kept) return *kept;
    tonewall_window window;
    float scratch[window_length];
    const float *from = samples(r, (end_hop - block_hops) * hop_samples, window_length, scratch);
    analyse_window(
        from, end_hop, limits->tables, limits->minimum_power * (float)(window_length * window_length) / 4, &window);
    return fit(&window, limits->tables, p->key);
}

// MARK: - Edges

static double centre_of(const pair_window *w) {
    return (double)(w->end_hop * hop_samples) - (double)(window_length + 1) / 2;
}

// a·cos + b·sin some samples later.
static turn times(tone_amplitudes a, turn b) {
    return (turn){a.x * b.cosine + a.y * b.sine, a.x * b.sine - a.y * b.cosine};
}

static long follow(
    const receiver *r, const pair_window *w, const press_tones *tones, long start, long step, long count
) {
    if (count <= 0) return 0;
    const double offset = (double)start - centre_of(w);
    const turn low = times(w->tones.lo, turn_by(tones->low_hz, offset));
    const turn high = times(w->tones.hi, turn_by(tones->high_hz, offset));
    // Back is the same turn the other way round.
    const tonewall_pair_path path = {
        low.cosine, low.sine, high.cosine, high.sine, tones->low_step.cosine, (float)step * tones->low_step.sine,
        tones->high_step.cosine, (float)step * tones->high_step.sine};
    const long oldest = step > 0 ? start : start - count + 1;
    float scratch[ring_length];
    const float *from = samples(r, oldest, count, scratch);
    return follow_pair(from + (start - oldest), step, count, &path, w->pair_energy * 0.3f);
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
    const long end = end_of(r, &r->logs[p->log][p->late], tones, r->next_hop * hop_samples);
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
    set_least_energy(p);
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
        const pair_window window = pair_ending_at(r, limits, p, end_hop);
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
    energy = least_float(energy, r->press.least_energy);
    for (int i = 0; i < presses - 1; i++) energy = least_float(energy, r->competitors[i].least_energy);
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

// Takes the window for the press. Returns whether a criterion now proves it to be a digit.
static bool is_new_digit(receiver *r, limits_of *limits, press *p, measurement *m, long *onset) {
    return take_window(r, limits, p) && !p->is_decided && p->logged >= limits->least_windows && may_be_digit(p)
        && is_proved(r, limits, p, m, onset);
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
    const bool is_digit = is_new_digit(r, limits, p, &m, &onset);
    if (is_digit) {
        end_press(r, limits);
        swap(&r->press, p);
        decide(r, &r->press, &m, onset);
        return;
    }
    if (is_over(p, limits->absent_limit)) reset(p);
    if (is_idle(&r->press)) swap(&r->press, p);
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
    analyse_ready(r, limits, end_hop, wanted);
    const tonewall_window *window = window_at(r, end_hop);
    if (!(window->energy >= least_energy(r, limits))) return pass_over(r, limits);
    const int key = window->key;
    press *p = &r->press;
    if (!is_idle(p)) {
        measurement m;
        long onset;
        if (is_new_digit(r, limits, p, &m, &onset)) decide(r, p, &m, onset);
        if (is_over(p, limits->absent_limit)) end_press(r, limits);
    }
    if (has_competitors(r)) {
        for (int i = 0; i < presses - 1; i++) {
            if (!is_idle(&r->competitors[i])) follow_competitor(r, limits, &r->competitors[i]);
        }
    }
    if (key >= 0) consider(r, limits, key);
}

// Measures the block from index `start`.
static tonewall_block block_at(const receiver *r, limits_of *limits, long start, float least, float *bins) {
    const float *table = limits->tables->window_tones;
    const long place = place_of(r, start, window_length);
    if (r->ring16 && place + window_length <= r->length) return measure_block16(r->ring16 + place, table, least, bins);
    float scratch[window_length];
    return measure_block(samples(r, start, window_length, scratch), table, least, bins);
}

// Skips one window length if a decided press clearly goes on, or if the line is quiet after it.
static bool fast_forward(receiver *r, limits_of *limits) {
    press *p = &r->press;
    if (!p->is_decided || has_competitors(r) || r->next_hop < block_hops) return false;
    const float least = least_energy(r, limits);
    const long start = r->next_hop * hop_samples;
    if (is_steady(p)) {
        float bins[16];
        const tonewall_block block = block_at(r, limits, start, least, bins);
        if (!(block.energy >= least && is_plainly_present(p, bins, block.energy))) return false;
        r->next_hop += block_hops;
        p->last_hop = r->next_hop;
        p->absent = 0;
    } else {
        // All samples of the next four windows.
        const long count = 2 * window_length - hop_samples;
        float scratch[2 * window_length];
        const float *from = samples(r, start - window_length + hop_samples, count, scratch);
        if (!(measure(from, count).energy < least)) return false;
        r->next_hop += block_hops;
        p->absent += block_hops;
        if (is_over(p, limits->absent_limit)) end_press(r, limits);
    }
    return true;
}

// How many of `count` blocks from index `start` show no key before one does: of those in one piece of the ring, and of
// one at least.
static long skim_piece(receiver *r, limits_of *limits, long start, long count) {
    const long place = place_of(r, start, window_length), here = (r->length - place) / window_length;
    if (here == 0) {
        // It lies across the end of the ring.
        float scratch[window_length];
        return skim_blocks(samples(r, start, window_length, scratch), 1, limits->tables, &limits->block);
    }
    if (count > here) count = here;
    return r->ring16 ? skim_blocks16(r->ring16 + place, count, limits->tables, &limits->block)
        : skim_blocks(r->ring + place, count, limits->tables, &limits->block);
}

// Passes over the blocks that show no key. Returns whether one did.
static bool skim(receiver *r, limits_of *limits) {
    const long start = (r->boundary - block_hops) * hop_samples, count = (r->end - start) / window_length;
    for (long done = 0; done < count;) {
        const long passed = skim_piece(r, limits, start + done * window_length, count - done);
        if (passed == 0) return true;
        done += passed;
        r->boundary += passed * block_hops;
    }
    return false;
}

// Begins to listen. A digit may have begun before the block that passed.
static void wake(receiver *r, limits_of *limits) {
    const long earliest = r->boundary - block_hops - look_back_hops;
    r->is_listening = true;
    if (r->next_hop < earliest) r->next_hop = earliest;
    const long first = r->next_hop > block_hops - 1 ? r->next_hop : block_hops - 1, count = r->boundary - first;
    if (count <= 0) return;
    float scratch[window_length + (look_back_hops + block_hops) * hop_samples];
    const float *from = samples(
        r, (first + 1 - block_hops) * hop_samples, window_length + (count - 1) * hop_samples, scratch);
    r->next_hop = first + quiet_windows(from, count, least_energy(r, limits));
}

// Takes the hops up to the boundary. Returns whether no event came before it.
static bool catch_up(receiver *r, limits_of *limits) {
    long left = r->boundary - r->next_hop;
    for (; left > 0; left = r->boundary - r->next_hop) {
        if (r->events != 0) return false;
        if (left >= block_hops && fast_forward(r, limits)) continue;
        r->next_hop++;
        if (r->next_hop >= block_hops) analyse(r, limits, r->next_hop, left);
    }
    return true;
}

// Does the work that is due up to the next event.
__attribute__((noinline)) static void advance(receiver *r, limits_of *limits) {
    while (r->events == 0 && r->end >= r->boundary * hop_samples) {
        if (!r->is_listening) {
            if (!limits->is_unfiltered && !skim(r, limits)) continue;
            wake(r, limits);
        }
        if (!catch_up(r, limits)) return;
        r->is_listening = limits->is_unfiltered || r->boundary % block_hops != 0 || !is_quiet(r);
        const bool skips = r->press.is_decided && !has_competitors(r);
        r->boundary += r->is_listening && !skips ? 1 : block_hops;
    }
}

// MARK: - The receiver as others see it

// Does the work that is due. Returns whether there is an event.
static inline int is_due(receiver *r, limits_of *limits) {
    if (r->events == 0 && r->end >= r->boundary * hop_samples) advance(r, limits);
    return r->events != 0;
}

// Notes that samples come; a ring may be long.
static void advance_end(receiver *r, long count) {
    r->end += count;
    r->place += count;
    if (r->place >= r->length) r->place -= r->length;
}

// Uses its own ring.
static void open_own_ring(receiver *r) {
    r->ring = r->kind == TONEWALL_FLOAT_RING ? r->own_ring : 0;
    r->ring16 = r->kind == TONEWALL_SHORT_RING ? (const int16_t *)r->own_ring : 0;
    r->length = ring_length;
}

// Takes samples of the kind that its ring has.
static inline int receive(receiver *r, limits_of *limits, const void *from, long size, long *taken, long count) {
    open_own_ring(r);
    for (;;) {
        if (is_due(r, limits)) return 1;
        long piece = count - *taken;
        if (piece == 0) return 0;
        if (piece > taken_at_once) piece = taken_at_once;
        if (piece > ring_length - r->place) piece = ring_length - r->place;
        char *to = (char *)r->own_ring + r->place * size;
        // Stores that lie across two lines which are both missing are slow: the library's function makes none.
        memcpy(to, (const char *)from + *taken * size, piece * size);
        advance_end(r, piece);
        *taken += piece;
    }
}

int RECEIVER(tonewall_receive)(void *receiver_, limits_of *limits, const float *samples, long *taken, long count) {
    receiver *r = receiver_;
    if (r->kind != TONEWALL_FLOAT_RING) __builtin_trap();
    return receive(r, limits, samples, sizeof *samples, taken, count);
}

int RECEIVER(tonewall_receive16)(void *receiver_, limits_of *limits, const short *samples, long *taken, long count) {
    receiver *r = receiver_;
    if (r->kind == TONEWALL_SHORT_RING) return receive(r, limits, samples, sizeof *samples, taken, count);
    // Floats came before.
    float converted[taken_at_once];
    for (;;) {
        long piece = count - *taken, done = 0;
        if (piece > taken_at_once) piece = taken_at_once;
        convert16(samples + *taken, piece, converted);
        const int is_event = RECEIVER(tonewall_receive)(r, limits, converted, &done, piece);
        *taken += done;
        if (is_event || *taken == count) return is_event;
    }
}

// Takes the samples up to `end` from the ring that it was given.
static int receive_until(receiver *r, limits_of *limits, long end) {
    for (;;) {
        if (is_due(r, limits)) return 1;
        const long open = end - r->end, awaited = r->boundary * hop_samples - r->end;
        if (open == 0) return 0;
        // Not beyond what it waits for: then it looks back least.
        advance_end(r, open < awaited ? open : awaited);
    }
}

int RECEIVER(tonewall_receive_from)(void *receiver_, limits_of *limits, const float *ring, long length, long end) {
    receiver *r = receiver_;
    r->ring = ring, r->ring16 = 0, r->length = length;
    return receive_until(r, limits, end);
}

int RECEIVER(tonewall_receive_from16)(void *receiver_, limits_of *limits, const short *ring, long length, long end) {
    receiver *r = receiver_;
    r->ring = 0, r->ring16 = ring, r->length = length;
    return receive_until(r, limits, end);
}

int RECEIVER(tonewall_receiver_finish)(void *receiver_, limits_of *limits) {
    receiver *r = receiver_;
    open_own_ring(r);
    if (r->events == 0) {
        end_press(r, limits);
        for (int i = 0; i < presses - 1; i++) reset(&r->competitors[i]);
    }
    return r->events != 0;
}
