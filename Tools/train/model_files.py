"""Writes what training gives: the weights in Swift, the golden scores and the model card."""

import os
import textwrap

import numpy as np
import recordings
import rows

MADE = "made by Tools/train/train; do not edit"
MODELS = "Sources/Suppression/Model"
CARD = "Sources/Suppression/Suppression.docc/ModelCard.md"
GOLDEN = "Tests/SuppressionTests/Model/GoldenScores.swift"
WORDS = {
    "OnsetModel": "The model of a digit's onset",
    "NextDigitModel": "The model of a digit that is due after others",
}


def number(value):
    """The shortest that is read as the same float; no exponent."""
    return np.format_float_positional(np.float32(value), unique=True, trim="0")


def numbers(values, indent):
    blanks = " " * indent
    listed = ", ".join(map(number, np.ravel(values))) + ","
    return textwrap.fill(listed, 120, initial_indent=blanks, subsequent_indent=blanks, break_on_hyphens=False, break_long_words=False)


def swift_model(name, model):
    parts = [
        ("Mean of each feature in the training data.", "means", model.means),
        ("One over the standard deviation of each feature.", "scales", model.scales),
        (f"Weights from each feature to the {len(model.outer)} units, feature by feature.", "inner", model.inner),
        ("Bias of each unit, before it is cut at zero.", "innerBias", model.inner_bias),
        ("Weights from the units to the sum.", "outer", model.outer),
    ]
    lines = [
        f"// {MADE}\n",
        f"/// {WORDS[name]}: {len(model.means)} features, {len(model.outer)} units and one sum; see <doc:ModelCard>.",
        f"enum {name} {{",
        "    /// SHA-256 of the weights as little-endian floats, in this order.",
        f'    static let digest = "{model.digest}"',
    ]
    for meaning, label, values in parts:
        lines += [f"    /// {meaning}", f"    private static let {label}: [Float] = [", numbers(values, 8), "    ]"]
    lines += [
        "    static let weights = ModelWeights(",
        "        means: means, scales: scales, inner: inner, innerBias: innerBias, outer: outer,",
        f"        bias: {number(model.bias[0])})",
        "}",
    ]
    return "\n".join(lines) + "\n"


def swift_golden(onset, following, golden):
    """Each row: the features, the level over the digits before, the onset model's score and the next digit's."""
    golden = np.array([[float(f"{value:.6g}") for value in row] for row in golden], np.float32)
    scores = np.c_[onset(golden[:, :-1]), following(golden)]
    lines = [
        f"// {MADE}\n",
        "/// Rows of features and what the models gave for them: the features, the level over the digits before, the onset",
        "/// model's score and the next digit's, both within the bounds of a score.",
        "enum GoldenScores {",
        "    static let rows: [[Float]] = [",
    ]
    for row, score in zip(golden, scores):
        lines += ["        [", numbers(np.r_[row, score], 12), "        ],"]
    return "\n".join([*lines, "    ]", "}"]) + "\n"


def table(head, lines):
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (head, ["---"] * len(head), *lines))


def card(onset, following, names, held, facts):
    packages = recordings.manifest(os.path.join(os.path.dirname(os.path.abspath(__file__)), "manifest.tsv"))
    kinds = [(kind, count) for kind, count in facts["kinds"].items()]
    models = [
        ("features", len(names), f"the same and `nextLevel`, {len(following.means)} in all"),
        ("units", len(onset.outer), len(following.outer)),
        ("score asked for below, log-odds", f"{rows.ONSET}", f"{rows.NEXT}"),
        ("rows of keys, of other sound", *("{:,}, {:,}".format(*facts[which]) for which in ("onset rows", "next rows"))),
        ("SHA-256 of the weights", f"`{onset.digest}`", f"`{following.digest}`"),
    ]
    packages = [tuple(p[key] for key in ("package", "version", "split", "kind", "licence")) + (f"`{p['sha256']}`",) for p in packages]
    made = ", ".join(recordings.MADE["train"]), ", ".join(recordings.MADE["held"])
    keys, sounds = held
    return f"""# Model card

The two networks that score an onset: their features, what they were trained on, and how they do on what they were not.

`Tools/train/train` writes this page, the weights and the golden scores by one command. <doc:Training> says how it works, and where its
limits are.

## The models

{table(("", "`OnsetModel`", "`NextDigitModel`"), models)}

Command: `Tools/train/train --seed {facts["seed"]}{"" if facts["share"] == 1 else f" --share {facts['share']}"}`.

## Features

In the order of the weights: {", ".join(f"`{name}`" for name in names)}. The next digit's model has one more, `nextLevel`: the level of
the pair over the digits before, in dB.

## Recordings

Debian packages of bookworm. One recording in twelve of `train` sets the bias alone.

{table(("package", "version", "split", "kind", "licence", "SHA-256 of the package"), packages)}

Also syllables by chance, spoken by espeak-ng. Trained on: {made[0]}. Held out: {made[1]}.

## What they were trained on

Calls of 46 keys, under and between which the training voices speak:

{table(("kind", "calls"), kinds)}

Against them: {facts["hours"]:.0f} h of the recordings and of {facts["lookalikes"]} recordings of pulses, vowels and standing tones, as they
are, at other speeds, in noise and through codecs. The onset model's bias is such that the recordings which set it give
{facts["false onsets"]:g} false onsets an hour at a score of {facts["bias score"]:g}.

## Held out

Calls with voices that no model was trained on. A key is missed if no onset is found within 20 ms of its first sample; of the next digit's
model those count that are due and have a pair at their level.

{table(("calls", "keys", "missed at 20 ms", "next digits", "missed at 20 ms"), keys)}

Sounds without keys, by the onset model alone:

{table(("recordings", "heard", "hours", "false onsets an hour"), sounds)}
"""


def write(folder, onset, following, names, held, golden, facts):
    texts = {
        f"{MODELS}/OnsetModel.swift": swift_model("OnsetModel", onset),
        f"{MODELS}/NextDigitModel.swift": swift_model("NextDigitModel", following),
        CARD: card(onset, following, names, held, facts),
        GOLDEN: swift_golden(onset, following, golden),
    }
    for name, text in texts.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
