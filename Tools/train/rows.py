"""Rows of features of made calls and of recordings, by name, with what is known about each. No model has a part in them."""

import multiprocessing
import os
import subprocess
import tempfile
from dataclasses import dataclass, replace

import calls
import lookalikes
import numpy as np
from scipy.signal import resample_poly

RATE = 8000
SPEEDS = [(20, 17), (10, 9), (20, 19), (19, 20), (9, 10), (17, 20)]
#: Log-odds asked for; one millisecond alone must give `ALONE` more. Bounds of a score.
ONSET, NEXT, ALONE, LEAST, MOST = 3.5, 1.5, 4, -8, 12
#: Least share of the pair in the sound for the onset model.
ONSET_SHARE = 0.3
#: The level over the digits before of what may be the next one, dB; for how long one is due, ms; digits that are remembered.
NEXT_LEVELS, DUE, REMEMBERED = (-16, 8), 800, 8


class Probe:
    """Runs Tools/train/FeatureProbe."""

    def __init__(self, path):
        self.path = path
        names, _ = self._split(b"")
        self.features = names[2:]

    def _split(self, sound):
        output = subprocess.run([self.path], input=sound, stdout=subprocess.PIPE, check=True).stdout
        end = output.index(b"\n")
        names = output[:end].decode().split()
        if names[:3] != ["millisecond", "level", "share16"] or len(set(names)) != len(names):
            raise ValueError(f"{self.path} does not name its columns")
        return names, np.frombuffer(output[end + 1 :], "<f4").reshape(-1, len(names))

    def __call__(self, samples):
        """A row for each millisecond that holds a pair: millisecond, level, features."""
        return self._split(np.asarray(samples).astype("<i2").tobytes())[1]


@dataclass
class Call:
    kind: str
    rows: np.ndarray
    presses: list
    #: Seconds behind a press in which it may still be heard.
    tail: float
    #: The level of each row's pair over that of the digits before; NaN where no digit is due.
    next_level: np.ndarray

    @property
    def for_onset(self):
        """With the rows that the onset model is asked about."""
        chosen = is_for_onset(self.rows)
        return replace(self, rows=self.rows[chosen], next_level=self.next_level[chosen])


@dataclass
class Sound:
    """What holds no digit."""

    source: str
    rows: np.ndarray
    seconds: float


def is_for_onset(rows):
    return rows[:, 2] > ONSET_SHARE


def between(time, first, last):
    return slice(np.searchsorted(time, first), np.searchsorted(time, last))


def next_levels(rows, presses):
    """As the onset detector would know it: the median of the digits before, from the confirmation of one on."""
    time, level = rows[:, 0], rows[:, 1]
    clear_time, clear_level = rows[is_for_onset(rows), :2].T
    result, known = np.full(len(rows), np.nan, np.float32), []
    for number, (start, end) in enumerate(presses):
        within = clear_level[between(clear_time, start + 34, start + 38)]
        if end - start >= 40 and len(within):
            known = (known + [float(within.mean())])[-REMEMBERED:]
        if not known:
            continue
        until = presses[number + 1][0] + 45 if number + 1 < len(presses) else np.inf
        due = between(time, start + 45, min(end + DUE, until))
        distance = level[due] - sorted(known)[len(known) // 2]
        result[due] = np.where((distance >= NEXT_LEVELS[0]) & (distance < NEXT_LEVELS[1]), distance, np.nan)
    return result


def heard(samples, way, rng, path):
    """A recording as one hears it: at a speed, in noise or through a codec; -24 dB."""
    sound = samples.astype(float) / 32768
    if way.startswith("speed"):
        sound = resample_poly(sound, *SPEEDS[rng.integers(len(SPEEDS))])
    sound *= 10 ** (-24 / 20) / (np.sqrt(np.mean(sound**2)) + 1e-9)
    sound += rng.normal(0, 10 ** ((-40 if way == "noise" else -62) / 20), len(sound))
    codec = str(rng.choice(calls.CODECS[7:])) if way == "codec" else "gsm" if way == "gsm" else "none"
    return calls.coded(sound, codec, path)


class Maker:
    """Makes rows on several processes; what it gives depends on the seeds alone."""

    def __init__(self, probe, jobs):
        self.probe, self.jobs = probe, jobs

    def _map(self, function, jobs):
        # The processes inherit what the function refers to, so that no sound is copied.
        global _work
        _work = function
        if self.jobs == 1:
            return [function(job) for job in jobs]
        with multiprocessing.get_context("fork").Pool(self.jobs) as pool:
            return pool.map(_run, jobs, chunksize=4)

    def calls(self, kinds, voices, seed, select=lambda made, rng: made):
        """What `select` takes of each call; `kinds` gives how many of each kind, and `voices` are arrays of samples."""

        def make(job):
            kind, number = job
            rng = np.random.default_rng((seed, sum(kind.encode()), number))
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "call.wav")
                if kind in calls.HARD:
                    samples, presses, tail = calls.hard_call(rng, voices, path, kind)
                else:
                    (samples, presses), tail = calls.call(rng, voices, path, kind), 0.0
            rows = self.probe(samples)
            spans = [(1000 * start, 1000 * end) for _, start, end in presses]
            return select(Call(kind, rows, spans, tail, next_levels(rows, spans)), rng)

        return self._map(make, [(kind, number) for kind, count in kinds.items() for number in range(count)])

    def sounds(self, recordings, ways, seed, keep):
        """Rows of recordings, each in as many ways; `keep(rows, rng)` tells which of them."""

        def make(job):
            number, way = job
            rng = np.random.default_rng((seed, number, sum(way.encode())))
            with tempfile.TemporaryDirectory() as folder:
                samples = heard(recordings[number].samples, way, rng, os.path.join(folder, "sound.wav"))
            rows = self.probe(samples)
            rows = rows[is_for_onset(rows)]
            return Sound(recordings[number].source, rows[keep(rows, rng)], len(samples) / RATE)

        jobs = []
        for number in range(len(recordings)):
            rng = np.random.default_rng((seed, number))
            jobs += [(number, way) for way in ways(rng)]
        return self._map(make, jobs)

    def lookalikes(self, count, seed, keep):
        def make(number):
            samples = lookalikes.lookalikes(seed, number)
            rows = self.probe(samples)
            rows = rows[is_for_onset(rows)]
            return Sound("look-alikes", rows[keep(rows, np.random.default_rng((seed, number, 1)))], len(samples) / RATE)

        return self._map(make, range(count))


def _run(job):
    return _work(job)


def examples(made, weight, step, most, clearance):
    """Indices of a call's rows of keys, their weights, and indices of what lies between them.

    A key counts from 17 to 20 ms after its first sample and, with `weight`, every `step` milliseconds of its first `most`."""
    time, free = made.rows[:, 0], np.ones(len(made.rows), bool)
    early, later = [], []
    for start, end in made.presses:
        free[between(time, start - 10, end + clearance + 1000 * made.tail)] = False
        if end - start < 15.5:
            continue
        early.append(np.arange(len(time))[between(time, start + 16.5, min(start + 20.5, end + 2))])
        later.append(np.arange(len(time))[between(time, start + 20.5, min(end, start + most))][::step])
    early, later = (np.concatenate(part) if part else np.zeros(0, int) for part in (early, later))
    return np.r_[early, later], np.r_[np.ones(len(early)), np.full(len(later), weight)], np.nonzero(free)[0]


def onsets(time, scores, asked):
    """Milliseconds at which the onset detector would find an onset."""
    before = np.full(len(scores), LEAST, float)
    follows = np.nonzero(np.diff(time) == 1)[0] + 1
    before[follows] = scores[follows - 1]
    return time[np.maximum((before + scores) / 2, scores - ALONE) > asked]


def events(times):
    """Onsets within 0.1 s of each other are one."""
    return int(len(times) > 0) + int((np.diff(times) > 100).sum())
