#!/usr/bin/env python3
"""Make calls with keys in trouble: for Tools/train/train, and as a command for Tools/results/results.

usage: Tools/train/calls.py OUT --speech DIR [DIR ...] [--calls N] [--seed S] [--kind KIND]

Each call is a mono 8 kHz WAV of 46 keys behind 3 s of speech, as it is or through a codec (sox with libsox-fmt-all, and ffmpeg). KIND:
  trouble        keys and pieces of keys under speech, babble, coloured noise or nothing (the default)
  behind-speech  each key begins where speech breaks off, and nothing is over it
  under-speech   whole keys at the pace of a number that is keyed, under speech up to as loud as they
  before-speech  0.9 s of speech right behind each key, and nothing over it
The voices of the last two are heard at a speed by chance, which moves their pitch past every key. calls.jsonl has a line for each call:
file, presses = [[digit, start s, end s]], with the codec's delay taken into account.

Training also uses the kinds of HARD: what lines, rooms, radios and recorders do to keys.
"""

import argparse
import glob
import json
import os
import subprocess
import sys

import lines
import numpy as np
from scipy.io import wavfile
from scipy.signal import lfilter, resample_poly

RATE = 8000
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477)
KEYS = {key: (LOW[row], HIGH[column]) for row, keys in enumerate(("123", "456", "789", "*0#")) for column, key in enumerate(keys)}
SOX = {"ulaw": (["-e", "mu-law", "-t", "wav"],), "gsm": (["-t", "gsm"],), "ulaw-gsm": (["-e", "mu-law", "-t", "wav"], ["-t", "gsm"])}
FFMPEG = {
    "g726": ("wav", ["-c:a", "g726", "-b:a", "32000"]),
    "opus 9k": ("ogg", ["-c:a", "libopus", "-b:a", "9000", "-application", "voip"]),
    "opus 20k": ("ogg", ["-c:a", "libopus", "-b:a", "20000", "-application", "voip"]),
    "speex": ("ogg", ["-c:a", "libspeex", "-b:a", "8000"]),
    "g723": ("mkv", ["-c:a", "g723_1", "-b:a", "6300"]),
    "ima": ("wav", ["-c:a", "adpcm_ima_wav"]),
    "mp3": ("mp3", ["-c:a", "libmp3lame", "-b:a", "24k"]),
}
SOX |= {f"amr {mode}": (["-C", str(mode), "-t", "amr-nb"],) for mode in (1, 4, 7)}
SPEEDS = [(1, 1), (1, 1), (20, 17), (10, 9), (9, 10), (17, 20)]
CODECS = ["none"] * 5 + ["gsm"] * 2 + list(SOX) + list(FFMPEG)


def amplitude(decibel):
    return 10 ** (decibel / 20)


def key(rng, digit, seconds, level, twists=(-6, 3)):
    """A key of `level` dBm0, its twist, frequency errors and ramp by chance."""
    low, high = KEYS[digit]
    twist = rng.uniform(*twists)
    time = np.arange(int(seconds * RATE)) / RATE
    errors, phases = rng.uniform(-0.012, 0.012, 2), rng.uniform(0, 2 * np.pi, 2)
    # 0 dBm0 of a sinusoid is 3.14 dB under full scale.
    loud, soft = amplitude(level - 3.14 - np.log10(1 + amplitude(-2 * abs(twist))) * 10), amplitude(-abs(twist))
    tone = np.sin(2 * np.pi * low * (1 + errors[0]) * time + phases[0]) * loud * (soft if twist > 0 else 1)
    tone += np.sin(2 * np.pi * high * (1 + errors[1]) * time + phases[1]) * loud * (soft if twist < 0 else 1)
    ramp = int(rng.choice([0, 0.002]) * RATE)
    if ramp:
        tone[:ramp] *= np.linspace(0, 1, ramp)
        tone[-ramp:] *= np.linspace(1, 0, ramp)
    return tone


def recording(file):
    """The samples of a recording that is given as such or as a file."""
    if isinstance(file, np.ndarray):
        return file
    rate, samples = wavfile.read(file)
    return samples if rate == RATE and samples.ndim == 1 else samples[:0]


def speech(rng, files, seconds, speed=(1, 1)):
    """Recordings by chance, each at -24 dB, with pauses."""
    parts, count = [], 0
    while count < seconds * RATE:
        samples = recording(files[rng.integers(len(files))])
        if len(samples) < 1000:
            continue
        samples = resample_poly(samples.astype(float) / 32768, *speed)
        parts += [samples * amplitude(-24) / (np.sqrt(np.mean(samples**2)) + 1e-9), np.zeros(rng.integers(800, 4000))]
        count += len(parts[-2]) + len(parts[-1])
    return np.clip(np.concatenate(parts)[: int(seconds * RATE)], -1, 1)


def broken_off(rng, files):
    """0.3 to 1 s of speech, at -32 to -22 dB, whose end is no pause."""
    while True:
        samples = speech(rng, files, 2)
        end = int(rng.uniform(1, 2) * RATE)
        if np.mean(samples[end - RATE // 20 : end] ** 2) > amplitude(-34) ** 2:
            return samples[end - int(rng.uniform(0.3, 1) * RATE) : end] * amplitude(rng.uniform(-8, 2))


def coded(samples, codec, path):
    """`samples` as 16 bits, through `codec`; `path` is a file to work with."""
    pcm = np.round(np.clip(samples, -1, 32767 / 32768) * 32767).astype(np.int16)
    if codec == "none":
        return pcm
    wavfile.write(path, RATE, pcm)
    other = path + ".coded"
    for encoding in SOX.get(codec, ()):
        subprocess.run(["sox", "-D", path, *encoding, other], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(
            ["sox", "-D", "-t", encoding[-1], other, "-t", "wav", "-b", "16", "-e", "signed", path], check=True, stderr=subprocess.DEVNULL
        )
    if codec in FFMPEG:
        container, encoding = FFMPEG[codec]
        run = ["ffmpeg", "-nostdin", "-v", "fatal", "-y", "-i"]
        subprocess.run([*run, path, *encoding, "-f", {"mkv": "matroska"}.get(container, container), other], check=True)
        subprocess.run([*run, other, "-ar", str(RATE), "-ac", "1", "-c:a", "pcm_s16le", "-f", "wav", path], check=True)
    os.remove(other)
    try:
        return wavfile.read(path)[1]
    finally:
        os.remove(path)


def delay(before, after, most=2000):
    """Samples by which a codec delayed the first 8 s."""
    before, after = before[: 8 * RATE], after[: 8 * RATE].astype(float)
    size = 1 << 18
    product = np.fft.irfft(np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size)))
    lags = np.r_[product[:most], product[-most:]]
    best = int(np.argmax(np.abs(lags)))
    return best if best < most else best - 2 * most


def seconds_of_key(rng, kind, isFast):
    if kind in ("trouble", "behind-speech"):
        return rng.uniform(0.016, 0.04) if rng.random() < 0.15 else rng.uniform(0.05, 0.2)
    return rng.uniform(0.05, 0.08) if isFast else rng.uniform(0.07, 0.35)


def seconds_behind_key(rng, kind, isFast):
    least, most = {"under-speech": (0.05, 0.08) if isFast else (0.09, 0.6), "before-speech": (0.06, 0.1)}.get(kind, (0.04, 0.35))
    return rng.uniform(least, most)


def over_all(rng, kind, level, count, speech):
    """What lies over keys of `level` and between them."""
    if kind == "under-speech":
        return rng.uniform(0, 1.2) * amplitude(min(0, level + 18)) * speech()
    chance = rng.random() if kind == "trouble" else 1
    if chance < 0.45:
        return rng.uniform(0.3, 0.9) * amplitude(min(0, level + 14)) * speech()
    if chance < 0.6:
        babble = sum(speech() for _ in range(4))
        return babble / np.sqrt(np.mean(babble**2)) * amplitude(level - rng.uniform(9, 23))
    if chance < 0.8:
        noise = lfilter(*[([1], [1]), ([1], [1, -0.9]), ([1, -0.7], [1])][rng.integers(3)], rng.normal(0, 1, count))
        return noise / np.sqrt(np.mean(noise**2)) * amplitude(level - rng.uniform(9, 28))
    return 0


#: Kinds of calls beside those of the command: what happens to each key, or to all.
HARD = ("ring", "room", "clipped", "flutter", "fade", "burst", "standing", "loud-speech", "plain")


def hard_call(rng, files, path, kind):
    """Keys at the pace of a number on a hard line: samples, presses, and the seconds that a key rings."""
    level, tail = rng.uniform(-40 if kind == "plain" else -32, -4), 0.0
    parts = [speech(rng, files, 3)]
    place, presses = len(parts[0]), []

    def add(sound, digit=None, seconds=0.0):
        nonlocal place
        if digit:
            presses.append([str(digit), place / RATE, place / RATE + seconds])
        parts.append(sound)
        place += len(sound)

    for _ in range(46):
        digit, seconds = rng.choice(list(KEYS)), rng.uniform(0.05, 0.08) if rng.random() < 0.2 else rng.uniform(0.07, 0.35)
        tone = key(rng, digit, seconds, level, twists=(-9, 6))
        seconds, rings = len(tone) / RATE, 0.0
        if kind == "burst":
            bounce = tone[: int(rng.uniform(0.007, 0.024) * RATE)]
            add(bounce, digit, len(bounce) / RATE)
            add(np.zeros(int(rng.uniform(0.02, 0.055) * RATE)))
        elif kind == "ring":
            tone, rings = lines.rung(rng, tone, KEYS[digit])
            tail = max(tail, rings)
        elif kind in ("clipped", "flutter", "fade"):
            tone = {"clipped": lines.clipped, "flutter": lines.fluttering, "fade": lines.fading}[kind](rng, tone)
        add(tone, digit, seconds)
        add(np.zeros(int(max(rng.uniform(0.06, 0.5) - rings, 0.03) * RATE)))
    samples = np.concatenate(parts)
    if kind == "room":
        start = len(parts[0])
        samples[start:], tail = lines.in_room(rng, samples[start:])
    elif kind == "standing":
        samples += lines.standing(rng, len(samples), level - rng.uniform(3, 18))
    elif kind == "loud-speech":
        over = np.resize(speech(rng, files, len(samples) / RATE + 1, SPEEDS[rng.integers(len(SPEEDS))]), len(samples))
        samples += over * amplitude(level + 24 - rng.uniform(4, 16))
    samples += rng.normal(0, amplitude(rng.uniform(-70, -50)), len(samples))
    codec = "none" if rng.random() < 0.7 else str(rng.choice(CODECS))
    result = coded(samples, codec, path)
    late = delay(samples, result) / RATE if codec != "none" else 0
    return result, [[digit, start + late, end + late] for digit, start, end in presses], tail


def call(rng, files, path, kind):
    """Keys in one of the command's kinds of trouble: samples and presses."""
    level = rng.uniform(-30, -6)
    isNumber = kind in ("under-speech", "before-speech")
    speed = SPEEDS[rng.integers(len(SPEEDS))] if isNumber else (1, 1)
    isFast = kind == "under-speech" and rng.random() < 0.15
    parts = [speech(rng, files, 3, speed)]
    place, presses = len(parts[0]), []
    for _ in range(46):
        if kind == "behind-speech":
            parts.append(broken_off(rng, files))
            place += len(parts[-1])
        digit = rng.choice(list(KEYS))
        tone = key(rng, digit, seconds_of_key(rng, kind, isFast), level)
        presses.append([str(digit), place / RATE, (place + len(tone)) / RATE])
        parts += [tone, np.zeros(int(seconds_behind_key(rng, kind, isFast) * RATE))]
        place += len(tone) + len(parts[-1])
        if kind == "before-speech":
            parts.append(speech(rng, files, 0.9, speed))
            place += len(parts[-1])
    samples = np.concatenate(parts)
    count = len(samples)
    samples += over_all(rng, kind, level, count, lambda: np.resize(speech(rng, files, count / RATE + 1, speed), count))
    samples += rng.normal(0, amplitude(-62), count)
    # The next key of a number is mostly heard as it was sent: for other codecs there is "trouble".
    codec = "none" if isNumber and rng.random() < 0.6 else str(rng.choice(CODECS))
    result = coded(samples, codec, path)
    late = delay(samples, result) / RATE if codec != "none" else 0
    return result, [[digit, start + late, end + late] for digit, start, end in presses]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--speech", nargs="+", required=True)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["trouble", "behind-speech", "under-speech", "before-speech"], default="trouble")
    options = parser.parse_args()
    files = [file for folder in options.speech for file in sorted(glob.glob(folder + "/**/*.wav", recursive=True))]
    if not files:
        sys.exit(f"make-keys: no WAV below {' '.join(options.speech)}; give a folder of 8 kHz mono speech")
    os.makedirs(options.out, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    with open(os.path.join(options.out, "calls.jsonl"), "w") as truth:
        for number in range(options.calls):
            name = f"call{number:03d}.wav"
            path = os.path.join(options.out, name)
            samples, presses = call(rng, files, path, options.kind)
            wavfile.write(path, RATE, samples)
            truth.write(json.dumps({"file": name, "presses": presses}) + "\n")
    print(f"{options.calls} calls in {options.out}")


if __name__ == "__main__":
    main()
