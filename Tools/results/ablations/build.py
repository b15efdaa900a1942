"""Builds the suppressor whose mechanisms can be left out: a copy in .build/ablations that mechanisms.py has changed."""

import filecmp
import os
import shutil
import subprocess
import sys

import mechanisms

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def build():
    """The path of the command."""
    faults = mechanisms.faults(ROOT)
    if faults:
        sys.exit("ablations: edits that do not apply (correct them in Tools/results/ablations/mechanisms.py):\n" + "\n".join(faults))
    place = os.path.join(ROOT, ".build/ablations")
    fresh = os.path.join(place, "fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    for module in ("CVector", "DTMF", "Suppression"):
        shutil.copytree(os.path.join(ROOT, "Sources", module), os.path.join(fresh, module), ignore=shutil.ignore_patterns("*.docc"))
    mechanisms.apply(os.path.join(fresh, "Suppression"))
    os.makedirs(os.path.join(fresh, "Ablated"))
    shutil.copy(os.path.join(HERE, "Ablated.swift"), os.path.join(fresh, "Ablated/main.swift"))
    shutil.copy(os.path.join(HERE, "Package.swift"), place)
    # What is the same as before keeps its date, and is not compiled again.
    renew(fresh, os.path.join(place, "Sources"))
    command = ["swift", "build", "-c", "release", "--package-path", place, "--product", "Ablated"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return os.path.join(place, ".build/release/Ablated")


def renew(fresh, old):
    """Moves `fresh` to `old`, but for files that are the same."""
    for folder, _, files in os.walk(fresh):
        for name in files:
            new = os.path.join(folder, name)
            kept = os.path.join(old, os.path.relpath(new, fresh))
            if os.path.exists(kept) and filecmp.cmp(new, kept, shallow=False):
                shutil.copystat(kept, new)
    shutil.rmtree(old, ignore_errors=True)
    os.rename(fresh, old)
