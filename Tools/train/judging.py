"""Judges models on speakers, music and calls that they were not trained on."""

import numpy as np
import rows
from recordings import joined

KINDS = (
    "plain",
    "ring",
    "room",
    "clipped",
    "flutter",
    "fade",
    "burst",
    "standing",
    "loud-speech",
    "trouble",
    "behind-speech",
    "under-speech",
)
WAYS = ("plain", "noise", "gsm")


def everything(found, rng):
    return np.ones(len(found), bool)


class Held:
    def __init__(self, maker, sounds, seed, share):
        part = max(1, round(1 / share))
        self.calls = maker.calls(
            {kind: max(2, round(16 * share)) for kind in KINDS}, [s.samples for s in sounds if s.kind == "speech"], seed + 100
        )
        pieces = joined(sounds[::part])
        self.sounds = [(way, maker.sounds(pieces, lambda rng, way=way: [way], seed + 101, everything)) for way in WAYS]
        self.sounds.append(("look-alikes", maker.lookalikes(max(3, round(60 * share)), seed + 102, everything)))

    def table(self, onset, following):
        """Of keys by condition and of sounds by source: what a line of the model card says."""
        keys, lines = [], []
        for kind in KINDS:
            found = [self._missed(call, onset, following) for call in self.calls if call.kind == kind]
            presses, missed, due, late = np.sum(found, 0)
            keys.append((kind, int(presses), f"{100 * missed / presses:.1f} %", int(due), f"{100 * late / max(1, due):.1f} %"))
        for way, sounds in self.sounds:
            for source in sorted({sound.source for sound in sounds}):
                chosen = [sound for sound in sounds if sound.source == source]
                hours = sum(sound.seconds for sound in chosen) / 3600
                times = [rows.onsets(s.rows[:, 0], onset(s.rows[:, 2:]), rows.ONSET) for s in chosen if len(s.rows)]
                lines.append((source, way, f"{hours:.1f} h", f"{sum(map(rows.events, times)) / hours:.1f}"))
        return keys, lines

    def _missed(self, call, onset, following):
        """Presses and how many have no onset within 20 ms; those due with a pair at their level, and how many of these are missed."""
        heard, time = call.for_onset.rows, call.rows[:, 0]
        presses = [span for span in call.presses if span[1] - span[0] >= 15.5]
        times = rows.onsets(heard[:, 0], onset(heard[:, 2:]), rows.ONSET)
        is_due = ~np.isnan(call.next_level)
        next_scores = np.full(len(time), rows.LEAST, float)
        if is_due.any():
            next_scores[is_due] = following(np.c_[call.rows[:, 2:], call.next_level][is_due])
        next_times = rows.onsets(time, next_scores, rows.NEXT)
        missed = due = late = 0
        for start, _ in presses:
            window = (start + 8, start + 20)
            missed += not has(times, *window)
            if has(time[is_due], *window):
                due += 1
                late += not has(next_times, *window)
        return len(presses), missed, due, late

    def golden_rows(self, number=20):
        """Rows of all kinds, each with a level over the digits before, whose scores a test holds."""
        chosen = []
        for call in self.calls:
            due = np.nonzero(~np.isnan(call.next_level))[0]
            if len(due):
                chosen.append(np.r_[call.rows[due[len(due) // 3], 2:], call.next_level[due[len(due) // 3]]])
        return np.array(chosen[:: max(1, len(chosen) // number)][:number], np.float32)


def has(times, first, last):
    place = np.searchsorted(times, first)
    return bool(place < len(times) and times[place] <= last)


def area(scores, is_key):
    """Under the curve of keys found over what is taken for one."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    keys = int(is_key.sum())
    return (ranks[is_key].sum() - keys * (keys + 1) / 2) / (keys * (len(scores) - keys))


def small_area(maker, model, sounds, seed):
    keys, others = [], [sound.rows[:, 2:] for sound in maker.sounds(sounds, lambda rng: ["plain", "speed"], seed + 9, everything)]
    for call in maker.calls({"plain": 1, "clipped": 1, "loud-speech": 2}, [sound.samples for sound in sounds], seed + 8):
        call = call.for_onset
        found, _, free = rows.examples(call, weight=0.15, step=14, most=250, clearance=150)
        keys.append(call.rows[found, 2:])
        others.append(call.rows[free, 2:])
    both = np.concatenate(keys + others)
    return area(model(both), np.arange(len(both)) < sum(map(len, keys)))
