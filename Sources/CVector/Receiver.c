#define RECEIVER(name) name##_plain
#include "Listening.h"

#define WIDE_TARGET "avx2,fma"
#define WIDE_IS_SUPPORTED (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#include "Dispatch.h"

// A function of Listening.h: as it is compiled for every processor of the family, or for those with more.
#if defined(__x86_64__)
#define RECEIVE(name, parameters, arguments) \
    int name##_wide parameters;              \
    int name parameters { return wide ? name##_wide arguments : name##_plain arguments; }
#else
#define RECEIVE(name, parameters, arguments) \
    int name parameters { return name##_plain arguments; }
#endif

RECEIVE(tonewall_receive, (void *receiver, limits_of *limits, const float *samples, long *taken, long count),
        (receiver, limits, samples, taken, count))

RECEIVE(tonewall_receive16, (void *receiver, limits_of *limits, const short *samples, long *taken, long count),
        (receiver, limits, samples, taken, count))

RECEIVE(tonewall_receive_from, (void *receiver, limits_of *limits, const float *ring, long length, long end),
        (receiver, limits, ring, length, end))

RECEIVE(tonewall_receive_from16, (void *receiver, limits_of *limits, const short *ring, long length, long end),
        (receiver, limits, ring, length, end))

RECEIVE(tonewall_receiver_finish, (void *receiver, limits_of *limits), (receiver, limits))

long tonewall_receiver_words(int kind) {
    const long size = kind == TONEWALL_FLOAT_RING ? sizeof(float) : kind == TONEWALL_SHORT_RING ? sizeof(int16_t) : 0;
    return (sizeof(receiver) + ring_length * size + 7) / 8;
}

void tonewall_receiver_start(void *receiver_, int kind) {
    receiver *r = receiver_;
    memset(r, 0, 8 * tonewall_receiver_words(kind));
    r->kind = kind;
    r->boundary = block_hops;
    reset(&r->press);
    for (int i = 0; i < presses - 1; i++) {
        r->competitors[i].log = i + 1;
        reset(&r->competitors[i]);
    }
}

void tonewall_receiver_widen(void *receiver_) {
    receiver *r = receiver_;
    const char *shorts = (const char *)r->own_ring;
    // From the end, since the floats lie over the samples before them.
    for (long i = ring_length - 1; i >= 0; i--) {
        int16_t sample;
        memcpy(&sample, shorts + i * sizeof sample, sizeof sample);
        r->own_ring[i] = sample * 0x1p-15f;
    }
    r->kind = TONEWALL_FLOAT_RING;
}

long tonewall_receiver_awaits(const void *receiver_) {
    const receiver *r = receiver_;
    return r->boundary * hop_samples - r->end;
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
