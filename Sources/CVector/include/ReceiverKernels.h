/// A DTMF receiver of one channel at 8 kHz, in one piece of memory.
///
/// Its readable form is `ReceiverSpecification` in the tests of DTMF, which it equals to the bit.
#pragma once

/// Limits that prove a press to be a digit: those of `Criterion`.
typedef struct {
    long minimum_windows, ample_windows, minimum_clean_windows, minimum_pure_windows;
    double minimum_duration, minimum_tone_ratio, minimum_newest_tone_ratio, minimum_clean_share, minimum_pure_share;
    double maximum_amplitude_deviation, minimum_coherence, maximum_drift, maximum_frequency_error, maximum_twist;
    double maximum_clean_amplitude_deviation, maximum_clean_frequency_error, minimum_clean_coherence;
    double maximum_interference_share;
    int needs_steady_noise;
} tonewall_criterion;

/// The limits of a receiver, and the tables that it reads.
typedef struct {
    const tonewall_window_tables *tables;
    const tonewall_criterion *criteria;
    long criterion_count;
    /// Windows that a press needs before a criterion can hold.
    long least_windows;
    /// Windows without the pair after which a press has ended.
    long absent_limit;
    double frequency_tolerance, minimum_twist, maximum_twist;
    /// Least power (squared amplitude) of each tone.
    float minimum_power;
    /// What a block must show before the receiver listens.
    tonewall_block_limits block;
    /// Whether every hop is analysed, whatever its block shows.
    int is_unfiltered;
} tonewall_receiver_limits;

/// What a receiver reports.
typedef struct {
    /// Whether the press is over; else it has been decided.
    int is_end;
    /// 4 · row + column.
    int key;
    /// First sample of the tone, and one past its last.
    long start, end;
    double low_hz, high_hz;
    /// Level of the stronger tone in dBm0, and of the high tone less the low one in dB.
    double level, twist;
    /// Power of the pair relative to the rest, in dB.
    double signal_to_noise;
} tonewall_key_event;

/// Samples before the newest one that a receiver reads, at most: whole blocks, and whole packets of 20 ms. Its own ring
/// has so many.
#define TONEWALL_RECEIVER_REACH 1760

/// The ring that a receiver has of its own: none, one of 16-bit samples, or one of floats.
#define TONEWALL_NO_RING 0
#define TONEWALL_SHORT_RING 1
#define TONEWALL_FLOAT_RING 2

/// Words of 64 bits that a receiver with such a ring takes.
long tonewall_receiver_words(int ring);

/// Makes a receiver that has heard nothing.
void tonewall_receiver_start(void *receiver, int ring);

/// Makes a ring of floats of that of 16-bit samples. The receiver has room for it.
void tonewall_receiver_widen(void *receiver);

/// Fetches what a receiver with a ring of 16-bit samples needs of the memory to take 160 more of them after `count`.
///
/// Among thousands of channels it is not in the cache, and the misses need not wait for each other. `size` is that of a
/// receiver without a ring, in bytes.
static inline void tonewall_receiver_fetch(const void *receiver, long size, long count) {
    const char *to = (const char *)receiver + size + count % TONEWALL_RECEIVER_REACH * 2;
    __builtin_prefetch(receiver, 1);
    __builtin_prefetch((const char *)receiver + 64, 1);
    for (long i = 0; i <= 320; i += 64) __builtin_prefetch(to + i, 1);
}

/// Samples that are missing before anything can be decided.
long tonewall_receiver_awaits(const void *receiver);

/// Takes samples in −1…1 into a ring of floats, from `*taken` of `count`, up to the next event.
/// Returns whether there is one; else every sample was taken.
int tonewall_receive(
    void *receiver, const tonewall_receiver_limits *limits, const float *samples, long *taken, long count);

/// The same for 16-bit samples, into a ring of either kind.
int tonewall_receive16(
    void *receiver, const tonewall_receiver_limits *limits, const short *samples, long *taken, long count);

/// Takes the samples up to `end` from a ring in which sample n is at n modulo `length`, up to the next event. The ring
/// still holds the last ``TONEWALL_RECEIVER_REACH`` of them. The receiver has no ring of its own.
int tonewall_receive_from(
    void *receiver, const tonewall_receiver_limits *limits, const float *ring, long length, long end);

/// The same from a ring of 16-bit samples.
int tonewall_receive_from16(
    void *receiver, const tonewall_receiver_limits *limits, const short *ring, long length, long end);

/// Ends the press that is being followed by a receiver with a ring of its own. Returns whether that gives an event.
int tonewall_receiver_finish(void *receiver, const tonewall_receiver_limits *limits);

/// Takes the event that there is.
void tonewall_receiver_event(void *receiver, tonewall_key_event *event);
