"""Sounds that come close to keys and are none.

Pulses are trains of a low voice's pulses each: 4.5 to 9 ms long, 8 to 18 ms apart, ringing out at two
frequencies within 3 % of a key's. A piece of a key is as short but keeps its level; that is all that tells them apart. Vowels have two
harmonics that stand within 1.5 % of a key's tones: a key begins at once, a vowel swells.
"""

import lines
import numpy as np

RATE = 8000
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477)


def pulses(rng):
    """6 to 15 pulses of one pair, with the pause before them."""
    frequencies = np.array([rng.choice(LOW), rng.choice(HIGH)]) * (1 + rng.uniform(-0.03, 0.03, 2))
    level, twist = rng.uniform(-33, -8), rng.uniform(-8, 8)
    amplitudes = 10 ** ((level + np.array([twist, -twist]) / 2) / 20)
    period = int(rng.uniform(0.008, 0.018) * RATE)
    length = min(period, int(rng.uniform(0.0045, 0.009) * RATE))
    time = np.arange(length) / RATE
    decay = np.exp(-rng.uniform(110, 300) * time)
    # A voice excites its resonances in the same way each time; where it is hoarse it does not.
    phases, is_hoarse = rng.uniform(0, 2 * np.pi, 2), rng.random() < 0.5
    parts = [np.zeros(int(rng.uniform(0.15, 0.4) * RATE))]
    for _ in range(rng.integers(6, 16)):
        if is_hoarse:
            phases = rng.uniform(0, 2 * np.pi, 2)
        tones = amplitudes[:, None] * np.sin(2 * np.pi * frequencies[:, None] * time + phases[:, None])
        parts += [decay * tones.sum(0), np.zeros(period - length)]
    return np.concatenate(parts)


def vowel(rng):
    """A vowel that swells and dies away in 0.1 to 0.5 s, with the pause before it."""
    count = int(rng.uniform(0.1, 0.5) * RATE)
    time = np.arange(count) / RATE
    pair = np.array([rng.choice(LOW), rng.choice(HIGH)]) * (1 + rng.uniform(-0.015, 0.015, 2))
    others = [rng.uniform(100, 450), rng.uniform(1900, 2500), rng.uniform(2500, 3400)]
    levels = np.r_[1, 10 ** (rng.uniform(-8, 4) / 20), rng.uniform(0, 1.2), rng.uniform(0, 0.6), rng.uniform(0, 0.5)]
    phases = rng.uniform(0, 2 * np.pi, 5)
    tones = levels[:, None] * np.sin(2 * np.pi * np.r_[pair, others][:, None] * time + phases[:, None])
    swell = np.sin(np.pi * (time * RATE / count) ** rng.uniform(0.6, 1.6))
    return np.r_[np.zeros(int(rng.uniform(0.1, 0.3) * RATE)), 10 ** (rng.uniform(-33, -10) / 20) * swell * tones.sum(0)]


def standing(rng):
    """Tones of a line that stand for a while, and none of them a key's pair."""
    return lines.standing(rng, int(rng.uniform(1, 4) * RATE), rng.uniform(-40, -6))


def lookalikes(seed, number):
    """A recording of many of them, 16 bits; pulses, vowels and standing tones in turn."""
    rng = np.random.default_rng((seed, number))
    make, count = ((pulses, 120), (vowel, 120), (standing, 20))[number % 3]
    samples = np.concatenate([make(rng) for _ in range(count)])
    samples += rng.normal(0, rng.choice([3e-4, 8e-4, 3e-3]), len(samples))
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
