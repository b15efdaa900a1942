"""What Tools/results/results can run. Each measure gives Markdown for a page, and figures for the README's table.

A measure is fast (a minute or two on two cores) unless it is marked long; a long one runs with --all or by name.
"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, ".build/release/tonewall")
SPEECH = os.path.join(ROOT, "Fixtures/speech")
MEASURES = {}
sys.path.insert(0, os.path.join(ROOT, "Tools/results/ablations"))


@dataclass
class Measure:
    name: str
    #: Products that are built in release first.
    products: list
    isLong: bool
    #: Takes a seed; gives Markdown, figures by name, and the command a reader would type; None if it cannot run here.
    run: Callable


def measure(name, *products, isLong=False, ofTool=True):
    def add(run):
        MEASURES[name] = Measure(name, ["tonewall", *products] if ofTool else [*products], isLong, run)
        return run

    return add


def output(*command, **options):
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def tables(text):
    """The Markdown of a script's output from its first table on."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    return "\n".join(lines[start:]).strip()


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def keys_read(path):
    """Digits that `tonewall decode` and multimon-ng read in a WAV, as a list for each."""
    decoded = output(TOOL, "decode", "--format", "ndjson", path, stderr=subprocess.DEVNULL)
    own = [json.loads(line)["digit"] for line in decoded.splitlines() if '"digit"' in line]
    resample = ["sox", "-V0", path, "-t", "raw", "-r", "22050", "-b", "16", "-e", "signed", "-"]
    raw = subprocess.run(resample, check=True, stdout=subprocess.PIPE)
    other = subprocess.run(["multimon-ng", "-q", "-a", "DTMF", "-t", "raw", "-"], input=raw.stdout, check=True, stdout=subprocess.PIPE)
    return own, re.findall(r"DTMF: (\S)", other.stdout.decode())


def suppressed(path, way, target):
    if way == "files":
        output(TOOL, "suppress", path, target)
        return
    with open(path, "rb") as source, open(target, "wb") as sink:
        subprocess.run([TOOL, "suppress", "-", "-"], stdin=source, stdout=sink, check=True)


@measure("leakage")
def leakage(seed, calls=8):
    rows, read, presses_of_all = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("trouble", "under-speech", "behind-speech", "before-speech"):
            place = os.path.join(folder, kind)
            output(sys.executable, "Tools/train/calls.py", place, "--speech", SPEECH, "--calls", calls, "--seed", seed, "--kind", kind)
            truth = [json.loads(line) for line in open(os.path.join(place, "calls.jsonl"))]
            presses = sum(len(call["presses"]) for call in truth)
            plain = [keys_read(os.path.join(place, call["file"])) for call in truth]
            for way in ("files", "stream"):
                clean = os.path.join(place, way)
                os.makedirs(clean)
                for call in truth:
                    suppressed(os.path.join(place, call["file"]), way, os.path.join(clean, call["file"]))
                left = [keys_read(os.path.join(clean, call["file"])) for call in truth]
                run = subprocess.run([TOOL, "verify", "--format", "ndjson", clean], stdout=subprocess.PIPE, text=True)
                judged = [json.loads(line) for line in run.stdout.splitlines()]
                found = sum(len(line.get("findings", [])) for line in judged)
                before, after = (sum(len(own) + len(other) for own, other in each) for each in (plain, left))
                rows.append((kind, way, presses, before, after, found))
                read, presses_of_all = read + after, presses_of_all + presses
    head = ("calls", "as", "presses", "digits read before", "digits read after", "findings of verify")
    figures = {"read": read, "presses": presses_of_all, "findings": sum(row[5] for row in rows)}
    return table(head, rows), figures, f"Tools/train/calls.py --speech Fixtures/speech --calls {calls} --seed {seed} --kind KIND"


def edits_that_fail():
    """Edits of the ablations whose text is no longer in the source once."""
    import mechanisms

    return mechanisms.faults(ROOT)


@measure("ablations", isLong=True, ofTool=False)
def ablations(seed, each=1, speech=4):
    """Which needs python3-sklearn (Debian)."""
    try:
        import ablate
        import build
        import inputs
        import mechanisms
        import sklearn  # noqa: F401
    except ImportError:
        return None
    command = build.build()
    with tempfile.TemporaryDirectory() as folder:
        inputs.make(folder, sorted(glob.glob(os.path.join(SPEECH, "*/*.wav"))), seed, each, speech)
        calls = ablate.read_calls(folder)
        found = ablate.run(command, [each.name for each in mechanisms.MECHANISMS], calls)
    base = [found["-", mode] for mode in ablate.MODES]
    rows = [("*all mechanisms*", f"{base[0]['presses']:,} presses, {base[0]['tails']:,} tails", *ablate.cells(base, base))]
    for mechanism in mechanisms.MECHANISMS:
        without = [found[mechanism.name, mode] for mode in ablate.MODES]
        rows.append((mechanism.title, mechanism.purpose, *ablate.cells(without, base)))
    return table(("without", "for", *(head for head, _ in ablate.COLUMNS)), rows), {}, f"Tools/results/results ablations --seed {seed}"


@measure("recordings")
def recordings(seed):
    """The recordings of others in Fixtures, whose keys are known."""
    lines = open(os.path.join(ROOT, "Fixtures/recordings/truth.tsv")).read().splitlines()[1:]
    exact, digits, named = 0, 0, []
    for path, keys, *_ in (line.split("\t") for line in lines):
        text = output(TOOL, "decode", "--format", "ndjson", os.path.join(ROOT, "Fixtures/recordings", path), stderr=subprocess.DEVNULL)
        found = "".join(json.loads(line)["digit"] for line in text.splitlines() if '"digit"' in line)
        digits += len(keys)
        if found == keys:
            exact += 1
        else:
            named.append((f"`{path}`", f"`{keys}`", f"`{found}`"))
    words = f"{exact} of {len(lines)} recordings by others, {digits} digits, are read exactly."
    if named:
        words += " The others:\n\n" + table(("recording", "keys", "read"), named)
    return words, {"exact": exact, "recordings": len(lines)}, "tonewall decode --format ndjson Fixtures/recordings/*/*"


@measure("codecs")
def codecs(seed, presses=80):
    with tempfile.TemporaryDirectory() as folder:
        text = output("Tools/detector-curves", "--tool", TOOL, "--presses", presses, "--seed", seed, "--out", folder)
    return tables(text), {}, f"Tools/detector-curves --presses {presses} --seed {seed}"


@measure("detector-speed", "DetectorBench", isLong=True)
def detector_speed(seed):
    lines = [line.strip().split(": ", 1) for line in output("Tools/bench/detector").splitlines()]
    kinds = ("telephone", "tones", "an hour in a file", "memory")
    rows = [line for line in lines if len(line) == 2 and (line[0] in kinds or line[0].endswith("channels"))]
    return table(["audio", "detector"], rows), {}, "Tools/bench/detector"


@measure("suppressor-speed", "SuppressorBench", isLong=True)
def suppressor_speed(seed):
    text = output("Tools/bench/suppressor", "--runs", 3, "--seed", seed)
    ratio = {name: float(found) for name, found in re.findall(r"^\| ([^|]+) \| [\d.]+ \| ([\d.]+) \(", text, re.MULTILINE)}
    figures = {"call": ratio["a call of ten minutes"], "keys": ratio["a leg that keys"], "turns": ratio["500"]}
    figures["slowest"] = int(re.search(r"^\| a call of ten minutes \|.*\| (\d+) \|$", text, re.MULTILINE).group(1))
    figures["state"] = int(re.search(r"^\| 500 \|.*\| (\d+) \|$", text, re.MULTILINE).group(1))
    return tables(text), figures, f"Tools/bench/suppressor --runs 3 --seed {seed}"


@measure("sensitivity")
def sensitivity(seed, presses=40):
    text = output("Tools/sensitivity", "--tool", TOOL, "--presses", presses, "--seed", seed)
    return tables(text), {}, f"Tools/sensitivity --presses {presses} --seed {seed}"


@measure("false-findings")
def false_findings(seed):
    """Findings of `verify` and digits of `decode` in speech and calls before any key."""
    files = sorted(glob.glob(os.path.join(SPEECH, "*/*.wav")))
    seconds = sum(float(output("soxi", "-D", path)) for path in files)
    run = subprocess.run([TOOL, "verify", "--format", "ndjson", *files], stdout=subprocess.PIPE, text=True)
    findings = sum(len(json.loads(line).get("findings", [])) for line in run.stdout.splitlines())
    digits = sum(len(keys_read(path)[0]) for path in files)
    rows = [("`verify`: findings", findings), ("`decode`: digits", digits)]
    markdown = table((f"{seconds:.0f} s of speech without keys", "found"), rows)
    return markdown, {"findings": findings, "digits": digits}, "tonewall verify Fixtures/speech"


@measure("verifier-speed", isLong=True)
def verifier_speed(seed):
    return tables(output("Tools/bench/verify", "--tool", TOOL)), {}, "Tools/bench/verify"


@measure("payments", "PaymentBench")
def payments(seed, runs=3, count=1000):
    text = output("Tools/bench/payments", "--runs", runs, "--count", count)
    slowest = re.search(r"\| ledger on the disk \| [\d.]+ \| ([\d.]+)", text)
    return tables(text), {"p99": float(slowest.group(1))}, f"Tools/bench/payments --runs {runs} --count {count}"


@measure("payments-before", "PaymentBench", isLong=True)
def payments_before(seed):
    """Against the `tonewall` and `PaymentBench` of another version, in the folder that TONEWALL_BEFORE names."""
    before = os.environ.get("TONEWALL_BEFORE")
    if not before:
        return None
    text = output("Tools/bench/payments", "--runs", 7, "--count", 2000, "--against", before)
    return tables(text), {}, "Tools/bench/payments --against DIR"


@measure("memory", isLong=True)
def memory(seed):
    """The proof over a paying process; needs root, and says so."""
    text = output("swift", "test", "--filter", "Memory of a paying process")
    passed = re.search(r"Test run with (\d+) tests? .*passed", text)
    return f"{passed.group(0)}.", {}, "swift test --filter 'Memory of a paying process'"
