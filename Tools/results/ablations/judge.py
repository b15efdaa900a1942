"""What a suppressed call still gives away of its keys, and what it lost of the rest."""

import functools
import os
import re
import subprocess

# Calls are judged side by side, each on one core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from inputs import RATE, calls
from scipy.signal import resample_poly

#: The eight tones of the keypad, in Hz.
TONES = (*calls.LOW, *calls.HIGH, 1633)
#: A press leaks where its pair is within 26 dB of the input's, over 10 ms (20 ms beside a tone that stands).
LEAST = 10**-2.6
#: A tail or an echo is heard if it is louder than this relative to its press, in dB.
HEARD = -45
#: What lies this near to a press is not judged as speech.
GUARD = int(0.06 * RATE)


@functools.cache
def fitted(key, length):
    """What gives the amplitudes of a key's two tones in `length` samples, by least squares."""
    turns = 2 * np.pi * np.outer(np.arange(length), calls.KEYS[key]) / RATE
    return np.linalg.pinv(np.hstack([np.cos(turns), np.sin(turns)]))


def pair_power(samples, key, length, step):
    """Power of a key's two tones in windows of `length` samples."""
    length = min(length, len(samples))
    if length < 16:
        return np.zeros(1)
    windows = np.lib.stride_tricks.sliding_window_view(samples, length)[::step]
    return ((windows @ fitted(key, length).T) ** 2).sum(1) / 2


def residue(samples, start, end):
    """What a classifier may use: the eight tones in ten pieces of 10 ms, before, in and behind a press."""
    turns = np.exp(-2j * np.pi * np.outer(np.arange(80), TONES) / RATE)
    found = []
    for first in [start + 80 * (piece - 1) for piece in range(7)] + [end + 80 * piece for piece in range(3)]:
        piece = samples[max(0, first) : max(0, first) + 80]
        found.append(np.log10(np.abs(np.pad(piece, (0, 80 - len(piece))) @ turns) ** 2 + 1))
    return np.concatenate(found)


def multimon(call):
    """Digits that multimon-ng reads in both legs as they are, or 20 dB louder: the greater number."""
    most = 0
    for gain in (1, 10):
        both = np.concatenate([np.r_[leg, np.zeros(RATE // 2)] for leg in call.T.astype(float)])
        loud = np.clip(resample_poly(np.clip(both * gain, -32768, 32767), 441, 160), -32768, 32767).astype("<i2")
        listen = ["multimon-ng", "-q", "-a", "DTMF", "-t", "raw", "-"]
        run = subprocess.run(listen, input=loud.tobytes(), stdout=subprocess.PIPE, check=True)
        most = max(most, len(re.findall(r"DTMF: \S", run.stdout.decode())))
    return most


def judged(call, before, after, digits):
    """One call: leaking presses, level of each tail (at most) and echo (median), residue of each press, what changed elsewhere."""
    presses, free = call["presses"], np.ones(len(before), bool)
    result = {"read": max(digits, multimon(after)), "leaking": 0, "tails": [], "echoes": [], "residues": [], "keys": []}
    caller, left = before[:, 0].astype(float), after[:, 0].astype(float)
    tail, echo = int(call.get("tail", 0) * RATE), int(call.get("echo", 0) * RATE)
    agent = after[:, 1].astype(float)
    for index, (key, start, end) in enumerate(presses):
        first, last = int(start * RATE), int(end * RATE)
        free[max(0, first - GUARD) : last + GUARD + max(tail, echo and echo + GUARD)] = False
        length = 160 if call["kind"] == "standing" else 80
        was, is_left = (pair_power(leg[first:last], key, length, 8) for leg in (caller, left))
        level = np.median(was) + 1e-9
        result["leaking"] += bool((is_left > LEAST * level).any())
        following = presses[index + 1][1] if index + 1 < len(presses) else 0
        if tail and following:
            behind = left[last + 160 : min(last + 2400, last + 160 + tail, int(following * RATE))]
            if len(behind) > 160:
                result["tails"].append(10 * np.log10(pair_power(behind, key, 160, 40).max() / level + 1e-9))
        if echo:
            back = pair_power(agent[first + echo : last + echo], key, 320, 40)
            result["echoes"].append(10 * np.log10(np.median(back) / level + 1e-9))
        result["residues"].append(residue(left, first, last))
        result["keys"].append(key)
    wanted, given = before[free].astype(float), after[free].astype(float)
    result["free"], result["changed"] = wanted.size, int((wanted != given).sum())
    result["snr"] = 10 * np.log10((wanted**2).sum() / max(((wanted - given) ** 2).sum(), 1e-3))
    return result


def named(results):
    """Share of presses whose key a forest names that was trained on the residue of the others; chance is 8.3 %."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import cross_val_predict

    residues = np.array([one for result in results for one in result["residues"]])
    keys = np.array([one for result in results for one in result["keys"]])
    if len(keys) == 0:
        return float("nan")
    return float((cross_val_predict(ExtraTreesClassifier(60, min_samples_leaf=4, random_state=1), residues, keys, cv=5) == keys).mean())


def summary(results):
    """All calls together: shares in percent, levels in dB."""
    keyed, others = [one for one in results if one["keys"]], [one for one in results if not one["keys"]]
    tails = np.array([tail for one in keyed for tail in one["tails"]])
    return {
        "presses": sum(len(one["keys"]) for one in keyed),
        "leaking": sum(one["leaking"] for one in keyed),
        "read": sum(one["read"] for one in results),
        "named": 100 * named(keyed),
        "tails": len(tails),
        "heard": int((tails > HEARD).sum()),
        "after": float(max(tails, default=np.nan)),
        "echoes": sum(echo > HEARD for one in keyed for echo in one["echoes"]),
        "snr": float(min((one["snr"] for one in keyed), default=np.nan)),
        "changed": 100 * sum(one["changed"] for one in keyed) / max(1, sum(one["free"] for one in keyed)),
        "speech": 100 * sum(one["changed"] for one in others) / max(1, sum(one["free"] for one in others)),
    }
