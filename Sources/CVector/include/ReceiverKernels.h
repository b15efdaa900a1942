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

/// Words of 64 bits that a receiver takes, with a ring of its own or without.
long tonewall_receiver_words(int has_ring);

/// Makes a receiver that has heard nothing.
void tonewall_receiver_start(void *receiver, int has_ring);

/// Samples that are missing before anything can be decided.
long tonewall_receiver_awaits(const void *receiver);

/// Takes samples in −1…1, from `*taken` of `count`, up to the next event. Returns whether there is one; else every
/// sample was taken.
int tonewall_receive(
    void *receiver, const tonewall_receiver_limits *limits, const float *samples, long *taken, long count);

/// The same for 16-bit samples.
int tonewall_receive16(
    void *receiver, const tonewall_receiver_limits *limits, const short *samples, long *taken, long count);

/// Samples before `end` that a receiver without a ring of its own reads, at most.
#define TONEWALL_RECEIVER_REACH 1760

/// Takes the samples up to `end` from a ring in which sample n is at n modulo `length`, up to the next event. The ring
/// still holds the last ``TONEWALL_RECEIVER_REACH`` of them. The receiver has no ring of its own.
int tonewall_receive_from(
    void *receiver, const tonewall_receiver_limits *limits, const float *ring, long length, long end);

/// Ends the press that is being followed by a receiver with a ring of its own. Returns whether that gives an event.
int tonewall_receiver_finish(void *receiver, const tonewall_receiver_limits *limits);

/// Takes the event that there is.
void tonewall_receiver_event(void *receiver, tonewall_key_event *event);
