"""Calls of two legs for the ablations, made with Tools/train/calls.py of the speech in the repository."""

import json
import os
import sys

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "train"))
import calls  # noqa: E402

RATE = calls.RATE
#: Kinds of hard lines, and those of Tools/train/calls.py's command.
LINES = ("plain", "ring", "room", "clipped", "flutter", "fade", "burst", "standing", "loud-speech")
TROUBLES = ("trouble", "behind-speech", "under-speech", "before-speech")
#: Kinds that are made here of plain keys: pieces of keys, keys torn by an overrun, a call that ends in a key, loud noise from the
#: beginning, an echo on the other leg, and speech alone.
OWN = ("fragments", "torn", "cut", "noisy", "echo", "speech")
#: The speeds at which the speech is heard when it is alone.
SPEEDS = ((1, 1), (20, 17), (10, 9), (9, 10), (17, 20))


def plain(rng, files, path):
    samples, presses, _ = calls.hard_call(rng, files, path, "plain")
    return samples.astype(float) / 32768, presses


def torn(samples, presses, rng, what):
    """Each key as a piece of 5 to 35 ms, or torn: up to three times 4 to 12 ms of it are lost, or heard twice."""
    samples = samples.copy()
    kept = []
    for key, start, end in presses:
        first, last = int(start * RATE), int(end * RATE)
        if what == "fragments":
            cut = first + int(rng.uniform(0.005, 0.035) * RATE)
            samples[cut:last] = rng.normal(0, calls.amplitude(-62), max(0, last - cut))
            last = cut
        else:
            for _ in range(rng.integers(1, 4)):
                length = int(rng.uniform(0.004, 0.012) * RATE)
                place = rng.integers(first, last - length)
                again = rng.random() < 0.5
                samples[place : place + length] = samples[place - length : place] if again else 0
        kept.append([key, start, last / RATE])
    return samples, kept


def caller(rng, files, path, kind):
    """The caller's samples, presses, and the seconds for which a key rings."""
    if kind in LINES:
        samples, presses, tail = calls.hard_call(rng, files, path, kind)
        return samples / 32768, presses, tail
    if kind in TROUBLES:
        samples, presses = calls.call(rng, files, path, kind)
        return samples / 32768, presses, 0.0
    if kind == "speech":
        file = files[rng.integers(len(files))]
        sound = resample_poly(calls.recording(file) / 32768.0, *SPEEDS[rng.integers(len(SPEEDS))])
        return np.resize(calls.speech(rng, [sound, *files], 20), 20 * RATE), [], 0.0
    samples, presses = plain(rng, files, path)
    if kind in ("fragments", "torn"):
        samples, presses = torn(samples, presses, rng, kind)
    if kind == "cut":
        key, start, end = presses[rng.integers(20, len(presses))]
        last = int((start + rng.uniform(0.1, 1) * (end - start)) * RATE)
        presses = [press for press in presses if press[1] < start] + [[key, start, last / RATE]]
        samples = samples[:last]
    if kind == "noisy":
        samples = samples + rng.normal(0, np.abs(samples[4 * RATE :]).max() * calls.amplitude(-28), len(samples))
    return samples, presses, 0.0


def agent(rng, files, samples, presses, kind):
    """The agent's samples, and the seconds after which the keys come back on this leg in `echo`; speech is beside them at times."""
    count = len(samples)
    leg = calls.speech(rng, files, count / RATE + 1)[:count]
    if presses and rng.random() < 0.6:
        leg[int(presses[0][1] * RATE) :] = 0
    leg += rng.normal(0, calls.amplitude(-65), count)
    if kind == "echo":
        keys = np.zeros(count)
        for _, start, end in presses:
            keys[int(start * RATE) : int(end * RATE)] = samples[int(start * RATE) : int(end * RATE)]
        late = int(rng.uniform(0.03, 0.12) * RATE)
        leg[late:] += keys[:-late] * calls.amplitude(rng.uniform(-34, -22))
        return leg, late / RATE
    return leg, 0


def make(folder, speech_files, seed, each, speech_each):
    """Makes `each` calls of every kind, `speech_each` of speech alone. Returns the path of calls.jsonl."""
    rng = np.random.default_rng(seed)
    os.makedirs(folder, exist_ok=True)
    truth = os.path.join(folder, "calls.jsonl")
    kinds = [kind for kind in LINES + TROUBLES + OWN for _ in range(speech_each if kind == "speech" else each)]
    with open(truth, "w") as file:
        for number, kind in enumerate(kinds):
            name = f"{number:03d}-{kind}.wav"
            path = os.path.join(folder, name)
            samples, presses, tail = caller(rng, speech_files, path, kind)
            other, echo = agent(rng, speech_files, samples, presses, kind)
            both = np.stack([samples, other], 1)
            wavfile.write(path, RATE, np.round(np.clip(both, -1, 32767 / 32768) * 32767).astype(np.int16))
            line = {"file": name, "kind": kind, "presses": presses, "tail": tail, "echo": echo}
            file.write(json.dumps(line) + "\n")
    return truth
