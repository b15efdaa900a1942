"""The mechanisms of the suppressor, and the edits of a copy of its source that leave one out.

An edit names a file below Sources/Suppression, a text that the file holds once, and what stands there in the copy: `Without.NAME` is
true in a run that goes without NAME.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Mechanism:
    #: Name in the copy, name in the table, and what it is for.
    name: str
    title: str
    purpose: str
    #: (file, text, replacement)
    edits: tuple


ONSET, RELEASE, FEATURES = "Onset/OnsetDetector.swift", "Onset/OnsetDetector+Release.swift", "Onset/PairFeatures.swift"
FRAGMENT, SPANS, LEG = "Fragment/FragmentDetector.swift", "Confirmation/SuspectSpans.swift", "DelayLine/ChannelSuppressor.swift"
TAIL, CONFIRMATION, SUPPRESSOR = "Tail/ChannelSuppressor+Tail.swift", "Confirmation/Confirmation.swift", "Suppressor.swift"
NOISE, ECHOES, TALK_OFF = "Fill/ComfortNoise.swift", "Echo/KnownEchoes.swift", "TalkOff/TalkOffGuard.swift"
OUTPUT = "DelayLine/ChannelSuppressor+Output.swift"


def also(name, file, condition, replacement):
    """A condition that fails without the mechanism; `replacement` names the place of the switch by `@`."""
    return file, condition, replacement.replace("@", f"!Without.{name}")


def mechanism(name, title, purpose, *edits):
    return Mechanism(name, title, purpose, tuple(also(name, *edit) for edit in edits))


MECHANISMS = [
    # Onset.
    mechanism(
        "onsetModel",
        "onset model",
        "a digit begins",
        (FEATURES, "score = share16 > Threshold.share ?", "score = @ && share16 > Threshold.share ?"),
    ),
    mechanism(
        "nextDigitModel",
        "next digit's model",
        "the next digit under speech, in a stream",
        (ONSET, "guard isNextDigitDue, features.isMeasured,", "guard @, isNextDigitDue, features.isMeasured,"),
    ),
    mechanism(
        "digitLevel",
        "level of the digits",
        "a digit under speech that has the level of those before",
        ("Onset/DigitLevelTracker.swift", "guard let distance = distance(of: power)", "guard @, let distance = distance(of: power)"),
    ),
    mechanism(
        "lastingScore",
        "a low score that lasts",
        "a digit in noise, which lowers every score",
        ("Onset/OnsetScores.swift", "lastingHops = mean > OnsetDetector", "lastingHops = @ && mean > OnsetDetector"),
    ),
    mechanism(
        "otherPair",
        "a louder pair is another digit",
        "a digit that begins in the tail of another",
        (RELEASE, "|| features.pairPower < Self.otherPairPower", "|| (@) == false || features.pairPower < Self.otherPairPower"),
    ),
    mechanism(
        "purity",
        "purity",
        "a digit right behind speech",
        (FEATURES, "isPure =\n            share16", "isPure =\n            @ && share16"),
    ),
    mechanism(
        "overdrivenPair",
        "overdriven pair",
        "a clipped digit",
        (FEATURES, "if isOverdriven, Threshold", "if isOverdriven, @, Threshold"),
    ),
    mechanism(
        "outOfBand",
        "power beside the pair",
        "speech is no digit (three features at their mean)",
        (
            FEATURES,
            "vector.take(around, relativeTo: dB(pairPower))",
            "vector.take(around, relativeTo: dB(pairPower))\n"
            "if !(@) { (vector[.below], vector[.above], vector[.middle]) = (-19.7, -26.38, -36.13) }",
        ),
    ),
    mechanism(
        "singleHop",
        "decision in one hop",
        "an onset 1 ms earlier",
        (
            "Onset/OnsetScores.swift",
            "max((before + score) / 2, score - OnsetDetector.singleHopSurplus)",
            "@ ? max((before + score) / 2, score - OnsetDetector.singleHopSurplus) : (before + score) / 2",
        ),
    ),
    mechanism(
        "attack",
        "4 ms before an onset",
        "a digit's first samples",
        (ONSET, "max(Self.attackHops, hidden)", "max(@ ? Self.attackHops : Self.windowHops, hidden)"),
    ),
    # Release.
    mechanism(
        "hold",
        "hold for 50 ms",
        "a digit that fades after its onset",
        (ONSET, "if mean > Self.holdScore,", "if @, mean > Self.holdScore,"),
    ),
    mechanism(
        "bridging",
        "bridging of dropouts",
        "gaps of up to 15 ms in a digit",
        (RELEASE, "now - Threshold.spanHops * ms", "now - (@ ? Threshold.spanHops : 1) * ms"),
    ),
    mechanism(
        "dyingDigit",
        "following a digit that dies away",
        "what a codec, a filter or a room leaves in the first 20 ms",
        (RELEASE, "let isDying = heard.isDigit", "let isDying = @ && heard.isDigit"),
    ),
    mechanism(
        "hangover",
        "hangover",
        "speech that began like a digit goes on",
        (RELEASE, "if policy == .secure || isRevocable", "if !(@) || policy == .secure || isRevocable"),
    ),
    # Fragments.
    mechanism(
        "fragments",
        "fragment detector",
        "pieces of digits of 3 to 15 ms",
        (
            ONSET,
            "let due = fragments.judge(bank, recent, policy: policy, isAmidDigits: isAmidDigits)",
            "let due = @ ? fragments.judge(bank, recent, policy: policy, isAmidDigits: isAmidDigits) : nil",
        ),
    ),
    mechanism(
        "fragmentHead",
        "its heads",
        "a piece that a tear hides, in a stream",
        (FRAGMENT, "if let head = head(bank, recent)", "if @, let head = head(bank, recent)"),
    ),
    mechanism(
        "fragmentTail",
        "its ends behind speech",
        "a piece that speech runs into",
        (FRAGMENT, "return tail(taken, recent).map", "return !(@) ? nil : tail(taken, recent).map"),
    ),
    mechanism(
        "fragmentHalves",
        "its halves",
        "a piece that a sound card repeats",
        (FRAGMENT, "if share <= least, count >=", "if @, share <= least, count >="),
    ),
    mechanism(
        "fragmentRise",
        "its rise of 2 ms",
        "a piece that begins or ends softly",
        (FRAGMENT, "if share <= least { share =", "if @, share <= least { share ="),
    ),
    mechanism(
        "voicePulses",
        "pulses of a voice",
        "low voices are no fragments",
        (FRAGMENT, "let mayBePulse = explained", "let mayBePulse = @ && explained"),
    ),
    mechanism(
        "context",
        "3 s after a digit",
        "pieces and levels count more amid digits",
        (ONSET, "var isAmidDigits: Bool { bank.hops", "var isAmidDigits: Bool { @ && bank.hops"),
    ),
    # Confirmation.
    mechanism(
        "confirmation",
        "confirmation by the receiver",
        "what the onset detector missed; what a file keeps",
        (LEG, "if let news { remove(news) }", "guard @ else { return nil }\n        if let news { remove(news) }"),
    ),
    mechanism(
        "knownPresses",
        "presses that are known before",
        "presses that a receiver of whole recordings hears, in files",
        (CONFIRMATION, "canRevoke ? presses : []", "@ && canRevoke ? presses : []"),
    ),
    mechanism(
        "revocation",
        "revocation in files",
        "speech that was suspect passes",
        (OUTPUT, "guard confirmation.canRevoke, decision.action", "guard @, confirmation.canRevoke, decision.action"),
    ),
    mechanism(
        "certainSpans",
        "certain spans",
        "pieces beside a confirmed digit, in files",
        (SPANS, "if isCertain(index, confirmed)", "if @ && isCertain(index, confirmed)"),
    ),
    mechanism(
        "certainScore",
        "a score over 8",
        "a digit that no receiver confirms, in files",
        (SPANS, "if span.score > (isLong", "if @, span.score > (isLong"),
    ),
    mechanism(
        "middlingScore",
        "a score over 5 and a pair",
        "the same",
        (SPANS, "return span.score > Threshold.score", "return @ && span.score > Threshold.score"),
    ),
    mechanism(
        "longSpan",
        "more for a long span",
        "a vowel that no receiver hears passes, in files",
        (SPANS, "let isLong = Double", "let isLong = @ && Double"),
    ),
    mechanism(
        "digitStart",
        "extent: beginning",
        "what a codec or speech hides of a digit's beginning, in files",
        (CONFIRMATION, "onset = max(0, start - margin)", "onset = max(0, (@ ? start : began) - margin)"),
    ),
    mechanism(
        "digitEnd",
        "extent: end",
        "the same of its end",
        (CONFIRMATION, "self.key.map { extent.end(", "(@ ? self.key : nil).map { extent.end("),
    ),
    # Tail.
    mechanism(
        "digitTail",
        "tail",
        "what rings on behind a digit",
        (TAIL, "while let tail, tail.next", "if !(@) { (tail, unconfirmedTail) = (nil, nil) }\nwhile let tail, tail.next"),
    ),
    mechanism(
        "tailSubtraction",
        "tail under other sound",
        "a tail that speech or noise covers",
        (TAIL, "case .faint:", "case .faint where !(@): break\ncase .faint:"),
    ),
    mechanism(
        "tailNulls",
        "tail through nulls",
        "a room's tail, whose tones cancel each other for a while",
        ("Tail/DigitTail.swift", "return isQuiet && hasFaded", "return @ && isQuiet && hasFaded"),
    ),
    mechanism(
        "quietTail",
        "tail in quiet sound",
        "a tail that returns from a null, or is a small part of a quiet sound",
        ("Tail/DigitTail.swift", "let isQuiet = soundLevel", "let isQuiet = @ && soundLevel"),
    ),
    mechanism(
        "unconfirmedTail",
        "tail of an unconfirmed digit",
        "the tail of a piece, in files",
        (TAIL, "if !confirmation.hasConfirmed(", "if @, !confirmation.hasConfirmed("),
    ),
    # Echo.
    mechanism(
        "echo",
        "all of the echo's removal",
        "a digit on the other leg",
        (SUPPRESSOR, "guardsOtherLegs = channels > 1 &&", "guardsOtherLegs = @ && channels > 1 &&"),
    ),
    mechanism(
        "echoGuard",
        "echo guard",
        "an echo in a pause, from its first sample",
        (SUPPRESSOR, "echoes: isEchoExpected ? echoGuard", "echoes: isEchoExpected && @ ? echoGuard"),
    ),
    mechanism(
        "echoNotch",
        "echo notch",
        "an echo under speech, before its path is known",
        (SUPPRESSOR, "if let due { legs", "if @, let due { legs"),
    ),
    mechanism(
        "echoCanceller",
        "echo canceller",
        "an echo under speech, at less cost to it",
        (SUPPRESSOR, "!isIdle && canceller.echo(", "!isIdle && @ && canceller.echo("),
        (ECHOES, "guard !echo.isWhole else { return nil }", "guard !echo.isWhole || !(@) else { return nil }"),
    ),
    mechanism(
        "confirmedEcho",
        "echo of a confirmed digit",
        "an echo under speech, in files",
        (SUPPRESSOR, "where legs[channel].confirmation.mayFindEcho", "where @ && legs[channel].confirmation.mayFindEcho"),
    ),
    mechanism(
        "echoLoudness",
        "an echo is as loud as it would be",
        "a path learned from speech puts no tone into silence",
        ("Echo/EchoPath.swift", "return Float(quiet) <= Self.quiet.share", "return (@) == false || Float(quiet) <= Self.quiet.share"),
    ),
    mechanism(
        "noEcho",
        "proof that there is no echo",
        "speech of the other leg passes",
        (ECHOES, "guard echo.piecesWithout ?? 0 < Self", "guard !(@) || echo.piecesWithout ?? 0 < Self"),
    ),
    # Everything else.
    mechanism(
        "steadyTones",
        "steady-tone canceller",
        "a digit beside dial tone or ringback",
        (LEG, "guard steadyToneSearch.isWorth", "guard @, steadyToneSearch.isWorth"),
    ),
    mechanism(
        "talkOffGuard",
        "talk-off guard",
        "a digit that a receiver hears in speech",
        (LEG, "if let digit = talkOffGuard", "if @, let digit = talkOffGuard"),
    ),
    mechanism(
        "twoBlockReceiver",
        "its two-block model",
        "the same, twist of 4 to 12 dB",
        (TALK_OFF, "return twice.map", "return !(@) ? nil : twice.map"),
    ),
    mechanism(
        "overdrivenSpeech",
        "its overdriven sound",
        "the same, in speech made 20 dB louder",
        (TALK_OFF, "isClipped ? receiver", "isClipped && @ ? receiver"),
    ),
    mechanism(
        "attenuationRest",
        "no attenuation beside a digit",
        "speech that is filled anyway",
        (OUTPUT, "let surplus = emitted < unattenuatedUntil ?", "let surplus = @ && emitted < unattenuatedUntil ?"),
    ),
    mechanism(
        "noiseShape",
        "fill: its own shape in each call",
        "a fill tells nothing of its place",
        (NOISE, "if unstirred > 0 {", "if @, unstirred > 0 {"),
    ),
    mechanism(
        "noiseLimit",
        "fill: 23 dB below the tone",
        "a fill in loud noise",
        (NOISE, "Self.largestShareOfTone * tone)", "@ ? Self.largestShareOfTone * tone : .infinity)"),
    ),
    mechanism(
        "endSilence",
        "silence after the end",
        "a digit that the end cuts off",
        (SUPPRESSOR, "while received < end + silenceAfter {", "while @, received < end + silenceAfter {"),
    ),
]


def faults(root):
    """Edits that no longer apply: the mechanism, the file, and how often its text occurs there."""
    found = []
    for each in MECHANISMS:
        for file, text, _ in each.edits:
            path = os.path.join(root, "Sources/Suppression", file)
            count = open(path).read().count(text) if os.path.exists(path) else 0
            if count != 1:
                found.append(f"{each.name}: {file} holds {count} times, not once: {text}")
    return found


def apply(folder):
    """Changes the copy of Sources/Suppression in `folder`."""
    for each in MECHANISMS:
        for file, text, replacement in each.edits:
            path = os.path.join(folder, file)
            source = open(path).read()
            with open(path, "w") as target:
                target.write(source.replace(text, replacement))
    names = [each.name for each in MECHANISMS]
    switches = "".join(f"    nonisolated(unsafe) fileprivate(set) static var {name} = false\n" for name in names)
    choices = "".join(f'        {name} = chosen.contains("{name}")\n' for name in names)
    with open(os.path.join(folder, "Without.swift"), "w") as target:
        target.write(
            f"""/// The mechanisms that a run goes without.
public enum Without {{
{switches}
    public static func choose(_ chosen: [Substring]) {{
{choices}    }}
}}
"""
        )
