"""What every live call is held to, whatever a busy machine does to it."""

import array
import subprocess

from rig import RATE, Pieces, check, interleave, samples, speech, stretched, wave_data

# The agent hears the caller later by the look-ahead and at most so much more, at four periods of 5 ms.
DEVICES_MS, LOOK_AHEAD_MS = 22, 20


def conversation(rig, seconds, keys="159#", rate=RATE):
    """Speech with keys behind it, as samples of 16 bits."""
    data = speech()[: int(seconds * RATE)]
    tones = samples(rig.keys("tones.wav", keys + ",", "--on", "60", "--off", "60"))
    whole = data + tones
    return whole if rate == RATE else stretched(whole, *{16000: (2, 1), 48000: (6, 1), 44100: (441, 80)}[rate])


def check_recording(rig, captured, raw_options, kind="h"):
    """The recording is what `suppress` makes of what was captured, sample for sample; the agent's leg is as it is there."""
    data = wave_data(rig.path("call.wav"))
    recorded = array.array(kind, data)
    check(len(recorded) % 2 == 0 and len(recorded) > 0, "the recording has half a frame, or nothing")
    check(len(captured) == len(recorded) // 2, f"{len(recorded) // 2} frames recorded, {len(captured)} captured")
    captured = interleave(captured, recorded[1::2]).tobytes()
    # Through a pipe: a call is seen as far ahead as a stream is, a file further.
    clean = subprocess.run(
        [rig.tonewall, "suppress", "-t", "raw", "-c", "2", *raw_options, "-", "-"], input=captured, capture_output=True, check=True
    ).stdout
    # As numbers: a zero may have lost its sign.
    check(array.array(kind, clean) == recorded, "the recording is not what suppress makes of the capture")
    return recorded[0::2]


def check_agent(rig, recorded, played, name="call"):
    """What the agent was played is the recording's caller, and every break in it was counted."""
    pieces = Pieces(recorded, played)
    troubles = rig.troubles("agent-out", name) + rig.troubles("caller-in", name)
    check(pieces.windows > 50, "there is no speech in the recording")
    broken = pieces.broken_seconds
    check(broken <= troubles, f"{pieces.breaks} breaks in {broken} seconds, {troubles} counted: {pieces.runs}")
    check(pieces.share > 0.02 and (troubles or pieces.share == 1), f"{pieces.share:.1%} of the speech was played to the agent")
    return f"{pieces.share:.1%} of {pieces.windows} windows in {len(pieces.runs)} pieces"
