"""The recordings that Tools/train/manifest.tsv names: fetched, checked, unpacked, and decoded to 8 kHz mono."""

import concurrent.futures
import csv
import glob
import hashlib
import os
import re
import subprocess
from dataclasses import dataclass

import numpy as np

RATE = 8000
#: Samples of the shortest recording that counts, and seconds after which one is cut.
SHORTEST, LONGEST = RATE // 8, 240
#: Languages of espeak-ng that are trained on, and held out. The voices speak syllables by chance.
MADE = {
    "train": "af bg ca cs cy da de el en-us et fi fr-fr hi hu id is it lt lv ms nl pl pt-br ro sk sv tr vi".split(),
    "held": "es ru en-gb ko".split(),
}


class TrainingError(Exception):
    """What is wrong, and what to do."""


@dataclass(frozen=True)
class Recording:
    samples: np.ndarray
    #: speech or music.
    kind: str
    #: train, bias (of the training voices, sets the bias alone) or held.
    split: str
    source: str


def manifest(path):
    with open(path) as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpacked(package, cache):
    """The folder of a package's files; downloaded with apt-get unless it is there, and unpacked if its digest is right."""
    name, version = package["package"], package["version"]
    folder = os.path.join(cache, name)
    if os.path.exists(os.path.join(folder, ".done")):
        return folder
    archives = os.path.join(cache, "archives")
    os.makedirs(archives, exist_ok=True)
    archive = os.path.join(archives, f"{name}_{version.replace(':', '%3a')}_all.deb")
    if not os.path.exists(archive):
        done = subprocess.run(["apt-get", "download", "-q", f"{name}={version}"], cwd=archives, capture_output=True, text=True)
        if done.returncode:
            raise TrainingError(f"{name} {version} cannot be downloaded (apt-get update; or put its .deb into {archives})\n{done.stderr}")
    if digest(archive) != package["sha256"]:
        raise TrainingError(f"{archive}: not the package that the manifest names (remove it and try again)")
    subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    open(os.path.join(folder, ".done"), "w").close()
    return folder


def decoded(path):
    """16-bit samples at 8 kHz; nothing if it is no sound."""
    command = [
        "sox",
        "-V0",
        "-D",
        path,
        "-t",
        "raw",
        "-r",
        str(RATE),
        "-c",
        "1",
        "-b",
        "16",
        "-e",
        "signed",
        "-",
        "trim",
        "0",
        str(LONGEST),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return np.frombuffer(done.stdout, "<i2") if done.returncode == 0 else np.zeros(0, np.int16)


def of_package(package, cache, jobs):
    """Samples of each file of a line of the manifest, in the order of names. Decoded sounds are kept."""
    kept = os.path.join(cache, f"{package['package']}-{package['split']}.npz")
    if os.path.exists(kept):
        with np.load(kept) as sounds:
            return np.split(sounds["samples"], np.cumsum(sounds["counts"])[:-1])
    folder = unpacked(package, cache)
    without = re.compile(package["without"]) if package["without"] else None
    files = sorted(glob.glob(os.path.join(folder, package["files"]), recursive=True))
    files = [file for file in files if not (without and without.search(file))]
    if not files:
        raise TrainingError(f"{package['package']}: no {package['files']} in it")
    if package["kind"] == "speech":
        files = files[:: -(-len(files) // 2000)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        sounds = list(pool.map(decoded, files))
    np.savez(kept, samples=np.concatenate(sounds), counts=np.array([len(sound) for sound in sounds]))
    return sounds


def of_voice(language, number, cache):
    """Half a minute of a made voice, which speaks syllables at a pitch and a speed by chance."""
    rng = np.random.default_rng((20261130, number))
    consonants, vowels = ("b d f g k l m n p r s t v z sh ch tr st pl".split(), "a e i o u ai ou ie".split())
    words = ["".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.integers(1, 4))) for _ in range(70)]
    path = os.path.join(cache, f"voice-{language}-{number}.wav")
    command = ["espeak-ng", "-v", language, "-p", str(rng.integers(5, 96)), "-s", str(rng.integers(120, 220)), "-w", path, " ".join(words)]
    if subprocess.run(command, capture_output=True).returncode:
        raise TrainingError(f"espeak-ng has no voice {language} (apt-get install espeak-ng)")
    try:
        return decoded(path)
    finally:
        os.remove(path)


def all_recordings(path, cache, jobs, voices=3):
    """Every recording of the manifest and of the made voices."""
    recordings = []
    for package in manifest(path):
        for number, samples in enumerate(of_package(package, cache, jobs)):
            if len(samples) < SHORTEST or not samples.any():
                continue
            split = "bias" if package["split"] == "train" and package["kind"] == "speech" and number % 12 == 5 else package["split"]
            pieces = [samples] if package["kind"] == "speech" else np.array_split(samples, max(1, len(samples) // (30 * RATE)))
            recordings += [Recording(piece, package["kind"], split, package["package"]) for piece in pieces]
    made = [(split, language) for split, languages in MADE.items() for language in languages for _ in range(voices)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        sounds = list(pool.map(lambda job: of_voice(job[1][1], job[0], cache), enumerate(made)))
    for number, ((split, _), samples) in enumerate(zip(made, sounds)):
        split = "bias" if split == "train" and number % 12 == 5 else split
        recordings.append(Recording(samples, "speech", split, "espeak-ng"))
    return recordings


def joined(recordings, seconds=40, pause=0.25):
    """Recordings of one source and split one after another, each at -24 dB, in pieces of about so many seconds."""
    pieces, sounds, count = [], [], 0
    for number, recording in enumerate(recordings):
        loudness = np.sqrt(np.mean(recording.samples.astype(float) ** 2)) + 1e-9
        scaled = np.clip(recording.samples * (32768 * 10 ** (-24 / 20) / loudness), -32768, 32767).astype(np.int16)
        sounds += [scaled, np.zeros(int(pause * RATE), np.int16)]
        count += len(scaled)
        following = recordings[number + 1] if number + 1 < len(recordings) else None
        isLast = following is None or (following.source, following.split, following.kind) != (
            recording.source,
            recording.split,
            recording.kind,
        )
        if isLast or count > seconds * RATE:
            pieces.append(Recording(np.concatenate(sounds), recording.kind, recording.split, recording.source))
            sounds, count = [], 0
    return pieces
