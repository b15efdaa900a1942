"""Runs the suppressor without each of its mechanisms over the same calls."""

import concurrent.futures
import json
import os
import subprocess
import tempfile

import judge
from scipy.io import wavfile

#: Seconds of look-ahead, and how a table calls it.
MODES = {"files": 0.25, "stream": 0.02}


def read_calls(folder):
    """Of calls.jsonl in `folder`."""
    with open(os.path.join(folder, "calls.jsonl")) as file:
        calls = [json.loads(line) for line in file]
    return [call | {"path": os.path.join(folder, call["file"])} for call in calls]


def measured(command, names, mode, call):
    """One call as it is suppressed, and without each of `names`: the CPU time, and what it gives away; None if that is the same."""
    found = {}
    before = wavfile.read(call["path"])[1]
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "out.wav")
        line = f"{call['path']}\t{output}\n"
        run = subprocess.run([command, str(MODES[mode]), *names], input=line, stdout=subprocess.PIPE, text=True, check=True)
        for name, seconds, digits in map(str.split, run.stdout.splitlines()):
            result = None
            if digits != "same":
                after = wavfile.read(output if name == "-" else f"{output}.{name}")[1]
                result = judge.judged(call, before, after, int(digits))
            found[name] = (float(seconds), result)
    return found


def run(command, names, calls, workers=2):
    """Summaries by name and mode, each with the CPU time relative to that of `-`, the suppressor as it is."""
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        asked = {mode: [pool.submit(measured, command, names, mode, call) for call in calls] for mode in MODES}
        given = {mode: [future.result() for future in futures] for mode, futures in asked.items()}
        kept = {
            (name, mode): pool.submit(judge.summary, [call[name][1] or call["-"][1] for call in given[mode]])
            for mode in MODES
            for name in ["-", *names]
            if any(call[name][1] for call in given[mode])
        }
        summaries = {key: future.result() for key, future in kept.items()}
    found = {}
    for mode, calls in given.items():
        seconds = {name: sum(call[name][0] for call in calls) for name in ["-", *names]}
        for name in seconds:
            found[name, mode] = summaries.get((name, mode), summaries["-", mode]) | {"cost": seconds[name] / seconds["-"]}
    return found


#: What a table shows of a summary: its head, and the figures of a cell.
COLUMNS = (
    ("presses that leak", "{leaking}"),
    ("digits read", "{read}"),
    ("tails heard", "{heard}"),
    ("echoes heard", "{echoes}"),
    ("worst tail, dB", "{after:.0f}"),
    ("named, %", "{named:.1f}"),
    ("changed between keys, %", "{changed:.3f}"),
    ("SNR there, dB", "{snr:.0f}"),
    ("changed in speech, %", "{speech:.3f}"),
    ("CPU time, %", "{percent:+.0f}"),
)


def cells(summaries, base):
    """One row, files / stream. A cell in which neither differs from the base is empty."""
    row = []
    for _, words in COLUMNS:
        shown, usual = ([words.format(percent=100 * (one["cost"] - 1), **one) for one in each] for each in (summaries, base))
        row.append(" / ".join(shown) if shown != usual or summaries is base else "")
    return row
