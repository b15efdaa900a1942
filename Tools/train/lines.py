"""What lines, rooms, radios and recorders do to a key."""

import numpy as np
from scipy.signal import fftconvolve, lfilter

RATE = 8000
#: Frequencies of tones that stand on a line: of dialling, ringing, modems and fax machines, squelch and hum.
STANDING = [(350, 440), (425,), (440, 480), (480, 620), (400,), (2100,), (1100,), (1300,), (203.5,), (100, 150), (350, 450), (1004,)]


def gain(decibel):
    return 10 ** (decibel / 20)


def rung(rng, tone, pair):
    """The key through two resonances near its tones, which go on ringing behind it; their seconds."""
    seconds, level = rng.uniform(0.005, 0.06), gain(-rng.uniform(0, 28))
    radius = np.exp(-1 / (seconds * RATE))
    length = int(6 * seconds * RATE)
    fed = np.r_[tone, np.zeros(length)]
    sound = fed.copy()
    for hertz in pair:
        angle = 2 * np.pi * hertz * (1 + rng.uniform(-0.004, 0.004)) / RATE
        rest = lfilter([2 * (1 - radius)], [1, -2 * radius * np.cos(angle), radius**2], fed)
        peak = np.abs(rest).max() + 1e-12
        sound += level * rest * (np.abs(tone).max() / 2 / peak)
    return sound, 6 * seconds


def in_room(rng, samples):
    """Through a room: a few early reflections and a decaying diffuse field; the seconds that it rings."""
    decay, direct = rng.uniform(0.08, 0.45), rng.uniform(5, 20)
    response = np.zeros(int(0.9 * decay * RATE))
    time = np.arange(len(response)) / RATE
    response[16:] = rng.normal(0, 1, len(response) - 16) * gain(-60 * time[16:] / decay)
    for place in rng.integers(24, len(response) // 2, rng.integers(0, 5)):
        response[place] += rng.choice([-3, 3]) * gain(-60 * place / RATE / decay)
    response *= gain(-direct) / np.sqrt((response**2).sum())
    response[0] = 1
    return fftconvolve(samples, response)[: len(samples)], 0.9 * decay


def clipped(rng, tone):
    """Overdriven: hard, soft or on one side more than the other."""
    peak = np.abs(tone).max() + 1e-12
    driven = tone * gain(rng.uniform(3, 20))
    way = rng.integers(3)
    if way == 0:
        return np.clip(driven, -peak, peak)
    return peak * np.tanh(driven / peak) if way == 1 else np.clip(driven, -peak, peak * rng.uniform(0.5, 1))


def fluttering(rng, tone):
    """The level swings: a fading path."""
    swing = np.sin(2 * np.pi * rng.uniform(3, 65) * np.arange(len(tone)) / RATE + rng.uniform(0, 2 * np.pi))
    return tone * (1 - rng.uniform(0.3, 0.95) * (1 + swing) / 2)


def fading(rng, tone):
    """The level falls or rises, steadily or by a step."""
    count, fall = len(tone), rng.uniform(-26, 12)
    if rng.random() < 0.5:
        course = np.linspace(0, fall, count)
    else:
        course = np.where(np.arange(count) < rng.uniform(0.2, 0.8) * count, 0, max(fall, -15))
    return tone * gain(course - max(course.max(), 0))


def standing(rng, count, level):
    """A standing tone of `level` dB (root mean square), at times with pauses."""
    time = np.arange(count) / RATE
    sound = sum(np.sin(2 * np.pi * hertz * time + rng.uniform(0, 2 * np.pi)) for hertz in STANDING[rng.integers(len(STANDING))])
    sound *= gain(level) / np.sqrt(np.mean(sound**2))
    if rng.random() < 0.3:
        on, off = rng.uniform(0.2, 2), rng.uniform(0.2, 2)
        sound = sound * ((time + rng.uniform(0, on)) % (on + off) < on)
    return sound
