"""Cases of audio: what passes, what is recorded, how late it is, on devices of every kind."""

import array
import os
import re
import signal
import subprocess
import time

from call_checks import DEVICES_MS, LOOK_AHEAD_MS, check_agent, check_recording, conversation
from rig import PATIENCE, RATE, Pieces, check, samples, speech, wave_data, write_wav


def live_speech(rig, _):
    """Speech passes to the bit both ways; what is recorded is `suppress` of what was captured; INT ends it in good order."""
    caller, agent = conversation(rig, 4), speech()[5 * RATE : 9 * RATE]
    call = rig.live("--agent-in", "mic_cap", "--caller-out", "ear_play")
    agent_hears, caller_hears = rig.record("agent_cap", "agent.raw"), rig.record("ear_cap", "ear.raw")
    microphone = rig.play(write_wav(rig.path("mic.wav"), agent), "mic_play", wait=False)
    rig.play(write_wav(rig.path("caller.wav"), caller))
    rig.played(microphone)
    time.sleep(0.5)
    check(rig.end(call) == 0, "INT does not end it with 0")
    lost = [recorder.overruns() for recorder in (agent_hears, caller_hears) if rig.end(recorder) is not None]
    captured = samples(rig.path("tap.raw"))
    recorded = check_recording(rig, captured, ["-r", str(RATE), "-b", "16"])
    words = check_agent(rig, recorded, samples(rig.path("tapped.raw")))
    write_wav(rig.path("captured.wav"), captured)
    keys = rig.decode(rig.path("captured.wav"))
    check(keys, "no key was captured")
    check(rig.events()[-1]["keys"] == len(keys), f"{rig.events()[-1]} for {keys}")
    check(rig.is_clean(rig.path("call.wav")), "the recording holds a tone")
    write_wav(rig.path("heard.wav"), samples(rig.path("agent.raw")))
    check(rig.is_clean(rig.path("heard.wav")), "the agent hears a tone")
    # Behind the devices, where a sound server may lose what it likes on a busy machine; JACK waits for everybody.
    for name, source, path, legs, overruns in (
        ("agent", recorded, "agent.raw", ("agent-out", "caller-in"), lost[0]),
        ("caller", agent, "ear.raw", ("agent-in", "caller-out"), lost[1]),
    ):
        pieces = Pieces(source, samples(rig.path(path)))
        troubles = sum(map(rig.troubles, legs)) + overruns
        check(pieces.share > (0.5 if rig.kind == "jack" else 0.02), f"the {name} hears {pieces.share:.1%} of the speech")
        check(rig.kind != "jack" or pieces.breaks <= troubles, f"the {name} hears {pieces.breaks} breaks, {troubles} counted")
        words += f", {name} heard {pieces.share:.1%}"
    return f"{len(recorded)} frames recorded as suppress would; {words}"


def rates(rig, options):
    """Other rates and floats, on devices of one channel."""
    return "; ".join(one_rate(rig, rate, code) for rate, code in ((16000, "h"), (44100, "f"), (48000, "h"), (48000, "f")))


def one_rate(rig, rate, code):
    name = f"{rate} Hz {'float' if code == 'f' else '16 bits'}"
    data = conversation(rig, 2, rate=rate)
    for path in ("tap.raw", "tapped.raw", "call.wav"):
        if os.path.exists(rig.path(path)):
            os.unlink(rig.path(path))
    encoding = ["-e", "float", "-b", "32"] if code == "f" else ["-e", "signed", "-b", "16"]
    call = rig.live("-r", str(rate), *encoding[:2])
    rig.play(write_wav(rig.path("caller.wav"), data, rate=rate))
    time.sleep(0.3)
    check(rig.end(call) == 0, f"{name}: INT does not end it with 0")
    captured = samples(rig.path("tap.raw"), code=code)
    recorded = check_recording(rig, captured, ["-r", str(rate), *encoding], code)
    words = check_agent(rig, recorded, samples(rig.path("tapped.raw"), code=code))
    check(rig.events()[-1]["keys"] > 0, f"{name}: no key was heard")
    check(rig.is_clean(rig.path("call.wav")), f"{name}: the recording holds a tone")
    return f"{name} {words}"


def two_channels(rig, _):
    """Devices of two channels: the first is heard, both are played to; where ALSA converts, that is said once."""
    left = conversation(rig, 2)
    right = speech()[6 * RATE :][: len(left)]
    right += array.array("h", bytes(2 * (len(left) - len(right))))
    rig.device(f'pcm.pair_tapped {{ type file slave.pcm pair_play_ file "{rig.path("tapped.raw")}" format raw }}')
    for code, options in (("f", ["-e", "float"]), ("h", ["-e", "signed"])):
        for path in ("tap.raw", "tapped.raw", "call.wav"):
            if os.path.exists(rig.path(path)):
                os.unlink(rig.path(path))
        call = rig.live(*options, capture="pair_tap", play="pair_tapped")
        rig.play(write_wav(rig.path("pair.wav"), left, right), "call_play")
        time.sleep(0.3)
        check(rig.end(call) == 0, "INT does not end it with 0")
        said = rig.text().count("ALSA converts")
        check(said == (0 if code == "f" else 2), f"{options[1]}: said {said} times that ALSA converts: {rig.text()}")
        # JACK's own samples are floats, whatever ALSA makes of them.
        first = samples(rig.path("tap.raw"), 0, 2, "f")
        recorded = array.array(code, wave_data(rig.path("call.wav")))[0::2]
        check(len(recorded) == len(first), f"{len(recorded)} frames recorded, {len(first)} captured")
        scale = 1 if code == "f" else 32768
        same = sum(abs(a - b * scale) <= (0 if code == "f" else 1) for a, b in zip(recorded, first))
        loud = [index for index, value in enumerate(first) if abs(value) > 0.02]
        exact = sum(abs(recorded[i] - first[i] * scale) <= (0 if code == "f" else 1) for i in loud)
        # Under keys and near them the recording is another: a sixth of this call.
        check(exact > 0.7 * len(loud) > 0, f"{options[1]}: {exact} of {len(loud)} loud samples are the first channel's")
        check(rig.events()[-1]["keys"] > 0, "no key was heard")
        both = [samples(rig.path("tapped.raw"), channel, 2, "f") for channel in (0, 1)]
        check(both[0] == both[1] and any(both[0]), "the two channels played are not the same")
        if code == "f":
            words = check_agent(rig, recorded, both[0])
    return f"float {words}; 16 bits by ALSA, {same / len(recorded):.1%} of the samples as captured"


def delay(rig, _):
    """The delay that the engine adds, by where the same speech lies on both of its sides."""
    call = rig.live(capture="caller_cap", play="agent_play")
    both = rig.record("both", "both.raw", channels=2)
    rig.play(write_wav(rig.path("speech.wav"), speech()[: 6 * RATE]))
    time.sleep(0.3)
    rig.end(both)
    check(rig.end(call) == 0, "INT does not end it with 0")
    pieces = Pieces(*(samples(rig.path("both.raw"), channel, 2) for channel in (0, 1)))
    check(pieces.share > 0.1, f"{pieces.share:.1%} of the speech is on both sides")
    added = 1000 * pieces.offset() / RATE
    check(added <= LOOK_AHEAD_MS + DEVICES_MS, f"{added:.1f} ms are added")
    return f"{added:.1f} ms added, {LOOK_AHEAD_MS} ms of look-ahead in it"


def pipe(rig, _):
    """`arecord | tonewall suppress | aplay`: speech is heard to the bit, keys are not, and the end of one ends all."""
    raw = "-f S16_LE -r 8000 -c1 -t raw --period-time=10000"
    command = f"arecord -q -D caller_cap {raw} & echo $! >arecord.pid; wait"
    line = (
        f"({command}) | {rig.tonewall} suppress -t raw -r 8000 -c 1 -b 16 -e signed - - | tee piped.raw | "
        f"aplay -q -D agent_play {raw} --buffer-time=60000"
    )
    chain = rig.start("bash", "-c", line, cwd=rig.folder, stderr=subprocess.DEVNULL)
    agent = rig.record("agent_cap", "agent.raw")
    caller = conversation(rig, 4)
    rig.play(write_wav(rig.path("caller.wav"), caller))
    time.sleep(0.5)
    with open(rig.path("arecord.pid")) as file:
        os.kill(int(file.read()), signal.SIGTERM)
    check(chain.wait(PATIENCE) == 0, f"the pipe ends with {chain.returncode}")
    rig.end(agent)
    words = []
    for name in ("piped.raw", "agent.raw"):
        pieces = Pieces(caller, samples(rig.path(name)))
        check(pieces.share > 0.1, f"{name}: {pieces.share:.1%} of the speech is heard")
        check(rig.is_clean(write_wav(rig.path("heard.wav"), samples(rig.path(name)))), f"{name} holds a tone")
        words.append(f"{pieces.share:.1%} in {len(pieces.runs)} pieces")
    return f"speech {words[0]} behind suppress, {words[1]} at the agent"


def accelerated(rig, options):
    """Hours of audio time through devices that do not keep time: every key is heard, memory stays flat."""
    keys = samples(rig.keys("keys.wav", "0123456789*#" * 20, "--lead", "100", "--noise", "-50"))
    times = max(1, round(options.hours * 3600 * RATE / len(keys)))
    with open(rig.path("hours.raw"), "wb") as file:
        for _ in range(times):
            file.write(keys.tobytes())
    rig.device("pcm.nothing { type null }")
    rig.device(f'pcm.fast {{ type file slave.pcm nothing infile "{rig.path("hours.raw")}" file "/dev/null" format raw }}')
    log = open(rig.path("call.ndjson"), "wb")
    call = rig.start(rig.tonewall, "live", "--caller-in", "fast", "--agent-out", "nothing", stdin=subprocess.PIPE, stdout=log, stderr=log)
    sizes, wanted, heard, stuck = [], 240 * times, 0, time.time()
    while heard < wanted:
        time.sleep(0.5)
        check(call.poll() is None, rig.text()[-300:])
        with open(rig.path("call.ndjson"), "rb") as file:
            file.seek(max(0, os.path.getsize(rig.path("call.ndjson")) - 200))
            counts = re.findall(rb'"event":"key","count":(\d+)', file.read())
        now = int(counts[-1]) if counts else heard
        # Silence follows the file, so that keys that are not heard by the end would be waited for without end.
        stuck = time.time() if now != heard else stuck
        check(time.time() < stuck + PATIENCE, f"{now} of {wanted} keys heard")
        heard = now
        with open(f"/proc/{call.pid}/status") as file:
            sizes.append(int(file.read().split("VmRSS:")[1].split()[0]))
    check(rig.end(call) == 0, rig.text()[-300:])
    finished = rig.events()[-1]
    check(finished["keys"] == wanted, f"{finished['keys']} keys of {wanted} heard")
    growth = max(sizes[len(sizes) // 4 :]) - max(sizes[: len(sizes) // 4 + 1])
    check(growth < 1024, f"{growth} KB more after {times * len(keys) / RATE / 3600:.1f} h")
    return (
        f"{times * len(keys) / RATE / 3600:.1f} h of audio in {finished['at']:.0f} s, {wanted} of {wanted} keys, "
        f"{max(sizes)} KB, {growth} KB growth over the last three quarters"
    )
