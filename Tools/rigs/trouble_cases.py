"""Cases of trouble: stalls, xruns, devices and servers that go away, a call that is killed."""

import array
import fcntl
import json
import os
import signal
import subprocess
import threading
import time
import wave

from call_checks import DEVICES_MS, LOOK_AHEAD_MS, check_agent, check_recording
from rig import PATIENCE, RATE, Pieces, Rig, check, samples, speech, wait_until, wave_data, write_wav


def stalling_material(rig, seconds):
    """Speech and keys by turns, two keys every two seconds."""
    data, keys = speech(), "0123456789*#"
    whole = array.array("h")
    tones = [samples(rig.keys("key.wav", key, "--lead", "0", "--on", "100", "--off", "100")) for key in keys]
    chunks = [data[at : at + 1600 * 8] for at in range(0, len(data) - 1600 * 8, 1600 * 8)]
    # Some of the speech is mostly pauses, in which nothing could be found again.
    said = [chunk for chunk in chunks if Pieces(chunk, chunk[:0]).windows > 80]
    turn = 0
    while len(whole) < seconds * RATE:
        whole += said[turn % len(said)] + tones[2 * turn % 12] + tones[(2 * turn + 1) % 12]
        turn += 1
    return write_wav(rig.path("turns.wav"), whole)


class PausingReader(threading.Thread):
    """Reads what a device writes to a pipe and keeps it; while it pauses, the device's reader stands still."""

    def __init__(self, pipe, path):
        super().__init__(daemon=True)
        self.pipe, self.path = pipe, path
        self.may_read = threading.Event()
        self.may_read.set()
        self.start()

    def run(self):
        end = os.open(self.pipe, os.O_RDONLY)
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
        with open(self.path, "wb", buffering=0) as kept:
            while self.may_read.wait() and (data := os.read(end, 1024)):
                kept.write(data)
        os.close(end)


def long_stalls(rig):
    """Stalls that the call counted and that are no mere hiccup of a busy machine."""
    return [event for event in rig.events(kind="stall") if event["ms"] >= 400]


def xruns(rig, options):
    """Stalls of the audio loop alone make real xruns on both sides: each counted, no tone leaked, the delay soon as it was. What laid
    the cables is gone by then: a call keeps its own over an xrun."""
    reader = PausingReader(rig.path("stall.fifo"), rig.path("tap.raw"))

    def stall():
        if os.path.exists(rig.path("cables.pid")):
            with open(rig.path("cables.pid")) as file:
                os.kill(int(file.read()), signal.SIGKILL)
            os.unlink(rig.path("cables.pid"))
        counted = len(long_stalls(rig))
        reader.may_read.clear()

        # The pipe takes 4,096 bytes before its writer stands; then half a second, by the sound server's time, which a busy
        # machine slows.
        def heard():
            return os.path.getsize(rig.path("both.raw")) // 4

        until = heard() + 4096 // 2 + RATE // 2
        wait_until(lambda: heard() >= until, "the sound server stands still")
        reader.may_read.set()
        wait_until(lambda: len(long_stalls(rig)) > counted, lambda: f"a stall is not counted: {rig.text()}")

    words, finished = stalls_between(rig, options, "stalling", "both.raw", stall)
    for leg in ("caller-in", "agent-out"):
        counted = sum(e["device"] == leg for e in rig.events(kind="xrun"))
        check(counted >= options.stalls, f"{counted} xruns of {leg} counted in {options.stalls} stalls: {rig.text()}")
    reader.join(PATIENCE)
    recorded = check_recording(rig, samples(rig.path("tap.raw")), ["-r", str(RATE), "-b", "16"])
    check_agent(rig, recorded, samples(rig.path("tapped.raw")))
    return f"{words}, {finished['xruns']} xruns counted"


def stalls(rig, options):
    """The whole process stands still for 500 ms: each time is counted, no tone leaks, the delay is soon as it was."""

    def stall():
        rig.call.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        rig.call.send_signal(signal.SIGCONT)

    words = stalls_between(rig, options, "tap", None, stall)[0]
    recorded = check_recording(rig, samples(rig.path("tap.raw")), ["-r", str(RATE), "-b", "16"])
    check_agent(rig, recorded, samples(rig.path("tapped.raw")))
    return words


def long_stall(rig, _):
    """The process stands still for three seconds: of both legs, what was captured meanwhile is recorded, however late."""
    rig.device(f'pcm.mic_tap {{ type file slave.pcm mic_cap file "{rig.path("mic.raw")}" format raw }}')
    call = rig.live("--agent-in", "mic_tap", "--caller-out", "ear_play")
    data = speech()
    players = [
        rig.play(write_wav(rig.path(f"{device}.wav"), part), device, wait=False)
        for device, part in (("caller_play", data[: 6 * RATE]), ("mic_play", data[6 * RATE : 12 * RATE]))
    ]
    time.sleep(1.5)
    call.send_signal(signal.SIGSTOP)
    time.sleep(3)
    call.send_signal(signal.SIGCONT)
    for player in players:
        rig.played(player)
    time.sleep(0.5)
    check(rig.end(call) == 0, "INT does not end it with 0")
    check(any(event["ms"] > 2500 for event in rig.events(kind="stall")), f"the stall is not told: {rig.text()}")
    check_recording(rig, samples(rig.path("tap.raw")), ["-r", str(RATE), "-b", "16"])
    pieces = Pieces(samples(rig.path("mic.raw")), samples(rig.path("call.wav"), 1))
    # What a busy machine takes from the cushion between the legs is little; two seconds of the six were lost once.
    check(pieces.share > 0.85, f"{pieces.share:.1%} of what the agent said is recorded: {rig.text()[-500:]}")
    return f"the caller's leg as suppress makes it, {pieces.share:.1%} of the agent's in {len(pieces.runs)} pieces"


def stalls_between(rig, options, capture, both, stall):
    """Stalls a call between speech and keys, and measures how late speech is heard before and after each."""
    call = rig.call = rig.live(capture=capture)
    if both:
        recorders = [rig.record("both", both, channels=2)]

        def position():
            return os.path.getsize(rig.path(both)) // 4
    else:
        recorders = [rig.record("caller_cap", "before.raw"), rig.record("agent_cap", "after.raw")]

        def position():
            return os.path.getsize(rig.path("before.raw")) // 2

    player = rig.play(stalling_material(rig, (options.stalls + 2) * (options.pause + 2) + 10), wait=False)
    time.sleep(2)
    marks = []
    for _ in range(options.stalls):
        marks.append([position()])
        stall()
        marks[-1].append(position())
        # By the sound server's time, which a busy machine slows.
        wait_until(lambda: position() >= marks[-1][1] + options.pause * RATE, "the sound server stands still")
    marks.append([position(), 0])
    player.terminate()
    player.wait()
    time.sleep(0.5)
    for recorder in recorders:
        rig.end(recorder)
    check(rig.end(call, signal.SIGTERM) == 0, "TERM does not end it with 0")
    finished = rig.events()[-1]
    counted = len(long_stalls(rig))
    check(counted >= options.stalls, f"{counted} of {options.stalls} stalls counted: {rig.text()}")
    if both:
        before, after = (samples(rig.path(both), channel, 2) for channel in (0, 1))
    else:
        before, after = samples(rig.path("before.raw")), samples(rig.path("after.raw"))
    write_wav(rig.path("heard.wav"), after)
    check(finished["keys"] > 0, "no key was heard at all")
    check(rig.is_clean(rig.path("heard.wav")) and rig.is_clean(rig.path("call.wav")), "a tone leaked")
    pieces = Pieces(before, after)
    normal = pieces.offset(0, marks[0][0])
    check(normal is not None or not both, "nothing is heard before the first stall")
    if both:
        check(1000 * normal / RATE <= LOOK_AHEAD_MS + DEVICES_MS, f"{1000 * normal / RATE:.1f} ms added before any stall")
    # PulseAudio moves its cables itself on a busy machine. Where it does so far from any stall, there is nothing to measure.
    moved = sum(
        abs(run[2] - last[2])
        for last, run in zip(pieces.runs, pieces.runs[1:])
        if not any(start - RATE // 10 <= run[0] <= end + RATE for start, end in marks[:-1])
    )
    if not both and 1000 * moved / RATE > 10:
        between = [pieces.offset(end + RATE, following) for (_, end), (following, _) in zip([[0, -RATE]] + marks, marks)]
        moves = [1000 * (after - before) / RATE for before, after in zip(between, between[1:]) if None not in (before, after)]
        return (
            f"{counted} of {options.stalls} stalls counted, {finished['keys']} keys taken out, delay not to be held to: far from any "
            f"stall it moved by {1000 * moved / RATE:.0f} ms; a second after {len(moves)} of them it was "
            f"{min(moves, default=0):+.1f} to {max(moves, default=0):+.1f} ms from before"
        ), finished
    worst, measured = 0, 0
    for (_, end), (following, _) in zip(marks, marks[1:]):
        if Pieces(before[end + RATE : following], before[:0]).windows < 10:
            continue
        offset = pieces.offset(end + RATE, following)
        check(offset is not None, f"nothing is heard a second after a stall: {pieces.runs} {marks}")
        worst = max(worst, 1000 * (offset - normal) / RATE)
        measured += 1
    check(measured > 0, "the caller did not speak after any stall")
    # PulseAudio's own latency moves by a part of a buffer of 20 ms; JACK's does not move.
    check(worst <= (6 if both else 20), f"a second after a stall the delay is {worst:.1f} ms more than before: {pieces.runs} {marks}")
    return (
        f"{counted} of {options.stalls} stalls counted, {finished['keys']} keys taken out, {finished['dropped_ms']:.0f} ms "
        f"dropped, delay a second after {measured} of them at most {worst:+.1f} ms"
    ), finished


def killed_daemon(rig, _):
    """The sound server dies in mid-capture: the session is told, and the call goes on when it is back. Then it ends in good
    order and comes back as well."""
    call = rig.live(
        "--pay",
        "42.00",
        "--gateway",
        "mock",
        "--ledger",
        rig.path("payments.db"),
        "--agent-in",
        "mic_cap",
        "--caller-out",
        "ear_play",
        capture="caller_cap",
        play="agent_play",
    )
    legs = {"caller-in", "agent-out", "agent-in", "caller-out"}
    rig.tell(call, "secure")
    rig.play(rig.keys("part.wav", "424242", "--on", "60", "--off", "60"))
    wait_until(lambda: rig.events(kind="digit"), lambda: rig.text(), call)
    shares = []
    for turn, sent in enumerate((signal.SIGKILL, signal.SIGTERM), 1):

        def back():
            return {leg for leg in legs if sum(e["device"] == leg for e in rig.events(kind="reopened")) >= turn}

        os.kill(rig.daemons[-1], sent)
        wait_until(lambda: len(rig.events(kind="lost")) >= turn * len(legs), lambda: f"not given up: {rig.text()}", call)
        check("line-lost" in rig.text(), f"the session was not told: {rig.text()}")
        rig.restart_daemon()
        wait_until(lambda: back() == legs, lambda: f"only {back()} reopened: {rig.text()}", call)
        data = speech()[: 4 * RATE]
        agent = rig.record("agent_cap", "agent.raw")
        rig.play(write_wav(rig.path("speech.wav"), data))
        time.sleep(0.5)
        rig.end(agent)
        pieces = Pieces(data, samples(rig.path("agent.raw")))
        check(pieces.share > 0.1, f"{pieces.share:.1%} of the speech is heard after {sent.name} once it is back")
        shares.append(f"{pieces.share:.1%} after {sent.name}")
    status = rig.end(call)
    check(status == 1, f"a payment that was lost ends with {status}")
    check(rig.is_clean(rig.path("call.wav")), "the recording holds a tone")
    strange = [line for line in rig.text().splitlines() if not line.startswith("{")]
    check(not strange, f"others' words among the events: {strange[:3]}")
    return f"line lost told, every device back, then of the speech heard to the bit {', '.join(shares)}"


def lost_caller(rig, _):
    """Only the caller's sound server dies."""
    return without_caller(rig, lambda: os.kill(rig.daemons[-1], signal.SIGKILL), rig.restart_daemon)


def hung_caller(rig, _):
    """Only the caller's sound server hangs, and holds the call up where it closes or opens a device."""
    return without_caller(rig, *(lambda sent=sent: os.kill(rig.daemons[-1], sent) for sent in (signal.SIGSTOP, signal.SIGCONT)))


def without_caller(rig, lose, bring_back):
    """The caller's device goes: the agent's devices stay, the agent goes on being recorded beside silence, and what comes when the
    caller is back is recorded in its place in time."""
    other = Rig(rig.kind, rig.path("agent"), rig.tonewall)
    try:
        borrow(rig, other, "agent_play", "mic_cap", "mic_play")
        # The caller's device keeps what it captured also when it is opened again.
        rig.device(f'pcm.kept {{ type file slave.pcm caller_cap file "|cat >>{rig.path("tap.raw")}" format raw }}')
        rig.device(f'pcm.mic_tap {{ type file slave.pcm other_mic_cap file "{rig.path("mic.raw")}" format raw }}')
        call = rig.live("--agent-in", "mic_tap", capture="kept", play="other_agent_play")
        data = speech()
        # The agent speaks all the time, the caller before and after.
        rig.play(write_wav(rig.path("mic.wav"), data * 3), "other_mic_play", wait=False)
        rig.play(write_wav(rig.path("before.wav"), data[: 2 * RATE]))
        lose()
        wait_until(lambda: rig.events(kind="lost"), lambda: f"not given up: {rig.text()}", call)
        time.sleep(3)
        check({event["device"] for event in rig.events(kind="lost")} == {"caller-in"}, f"more than the caller was lost: {rig.text()}")
        check(not rig.events(kind="reopened"), "a device of a server that is gone was reopened")
        bring_back()
        wait_until(lambda: rig.events(kind="reopened"), lambda: f"not reopened: {rig.text()}", call)
        rig.play(write_wav(rig.path("after.wav"), data[2 * RATE : 4 * RATE]))
        check(rig.end(call) == 0, f"INT ends it with {call.returncode}")
    finally:
        other.close()
    captured, recorded = samples(rig.path("tap.raw")), array.array("h", wave_data(rig.path("call.wav")))
    silence = len(recorded) // 2 - len(captured)
    # The device was gone for three seconds and more, by a clock that a busy machine does not slow.
    check(silence > 2.9 * RATE, f"{silence / RATE:.2f} s of silence stand for the caller")
    # There are no keys in it, so that both are the same up to the silence.
    before = next((index for index, pair in enumerate(zip(captured, recorded[0::2])) if pair[0] != pair[1]), len(captured))
    check_recording(rig, captured[:before] + array.array("h", bytes(2 * silence)) + captured[before:], ["-r", str(RATE), "-b", "16"])
    pieces = Pieces(samples(rig.path("mic.raw")), recorded[1::2])
    dropped = sum(event["dropped_ms"] for event in rig.events(kind="late") if event["device"] == "agent-in")
    check(pieces.share > 0.85, f"{pieces.share:.1%} of what the agent said is recorded: {rig.text()[-500:]}")
    return (
        f"{silence / RATE:.2f} s of silence stand for the caller, the recording is what suppress makes of both; {pieces.share:.1%} of "
        f"the agent in {len(pieces.runs)} pieces, {dropped:.0f} ms dropped"
    )


def lost_agent(rig, _):
    """Only the sound server of what the agent hears dies: the session is told, the caller's device stays and is recorded on."""
    other = Rig(rig.kind, rig.path("agent"), rig.tonewall)
    try:
        borrow(rig, other, "agent_play")
        call = rig.live("--pay", "42.00", "--gateway", "mock", "--ledger", rig.path("payments.db"), play="other_agent_play")
        rig.tell(call, "secure")
        player = rig.play(rig.keys("part.wav", "424242", "--on", "60", "--off", "60"), wait=False)
        wait_until(lambda: rig.events(kind="digit"), lambda: rig.text(), call)
        os.kill(other.daemons[-1], signal.SIGKILL)
        wait_until(lambda: "line-lost" in rig.text(), lambda: f"the session was not told: {rig.text()}", call)
        check({event["device"] for event in rig.events(kind="lost")} == {"agent-out"}, f"more was lost: {rig.text()}")
        rig.played(player)
        other.restart_daemon()
        wait_until(lambda: rig.events(kind="reopened"), lambda: f"not reopened: {rig.text()}", call)
        agent = other.record("agent_cap", "agent.raw")
        data = speech()[: 4 * RATE]
        rig.play(write_wav(rig.path("speech.wav"), data))
        time.sleep(0.5)
        other.end(agent)
        pieces = Pieces(data, samples(other.path("agent.raw")))
        check(pieces.share > 0.1, f"{pieces.share:.1%} of the speech is heard once the agent's device is back")
        check(rig.end(call) == 1, f"a payment that was lost ends with {call.returncode}")
    finally:
        other.close()
    check_recording(rig, samples(rig.path("tap.raw")), ["-r", str(RATE), "-b", "16"])
    check(rig.is_clean(rig.path("call.wav")), "the recording holds a tone")
    return f"line lost told, the caller recorded on as suppress would, {pieces.share:.1%} of the speech heard to the bit afterwards"


def borrow(rig, other, *names):
    """Devices of another rig's as this one's, other_ before their names."""
    with open(other.env["ALSA_CONFIG_PATH"]) as conf:
        for line in conf:
            if line.startswith(tuple(f"pcm.{name} " for name in names)):
                rig.device(line.replace("pcm.", "pcm.other_", 1))


def hung_server(rig, _):
    """A sound server that hangs keeps ALSA's calls from returning; the call ends in good order all the same."""
    call = rig.live("--agent-in", "mic_cap")
    rig.play(write_wav(rig.path("speech.wav"), speech()[: 2 * RATE]))
    os.kill(rig.daemons[-1], signal.SIGSTOP)
    try:
        wait_until(lambda: rig.events(kind="lost"), lambda: f"not given up: {rig.text()}", call)
        check(rig.end(call) == 0, f"INT ends it with {call.returncode}")
    finally:
        os.kill(rig.daemons[-1], signal.SIGCONT)
    with wave.open(rig.path("call.wav")) as file:
        frames = file.getnframes()
    whole = (os.path.getsize(rig.path("call.wav")) - 44) // 4
    check(frames == whole and frames > RATE, f"{frames} frames in the header, {whole} in the file")
    # The look-ahead is held where the loop stands still.
    missing = rig.events()[-1]["missing_ms"]
    check(missing <= LOOK_AHEAD_MS, f"{missing} ms that were captured are not recorded")
    return f"ended by INT, {frames / RATE:.2f} s recorded, {missing:.0f} ms less than captured"


def flooded_input(rig, _):
    """Commands that never pause hold nothing up: keys are heard and told, and the call ends when it is asked to."""
    # Always readable and without an end, which no writer to a pipe is on a busy machine.
    with open("/dev/zero", "rb") as flood:
        call = rig.live(stdin=flood)
    player = rig.play(rig.keys("keys.wav", "159#" * 10, "--on", "80", "--off", "80"), wait=False)
    wait_until(lambda: rig.events(kind="key"), lambda: f"no key is told: {rig.text()}", call)
    check(rig.end(call, signal.SIGTERM) == 0, f"TERM ends it with {call.returncode}")
    player.terminate()
    check(rig.events()[-1]["event"] == "finished" and rig.is_clean(rig.path("call.wav")), f"not ended in good order: {rig.text()}")
    return f"{rig.events()[-1]['keys']} keys told beside it, ended by TERM"


def killed_call(rig, _):
    """After SIGKILL the recording opens and is right up to the last second."""
    rig.play(write_wav(rig.path("speech.wav"), speech()[: 30 * RATE]), wait=False)
    call = rig.live()

    def size():
        return os.path.getsize(rig.path("call.wav"))

    wait_until(lambda: size() > 44 + 4 * 4 * RATE, "the recording does not grow", call)
    call.kill()
    call.wait()
    with wave.open(rig.path("call.wav")) as file:
        told = file.getnframes()
        recorded = array.array("h", file.readframes(told))[0::2]
    whole = (size() - 44) // 4
    # A header a second, by the process's own clock: two seconds of leave on a busy machine.
    check(0 <= whole - told <= 2 * RATE and told > RATE, f"{told} frames in the header, {whole} in the file")
    captured = samples(rig.path("tap.raw"))
    check(len(recorded) == told and Pieces(captured, recorded).breaks == 0, "the recording is not what was captured")
    check(rig.is_clean(rig.path("call.wav")), "the recording cannot be judged")
    return f"{told / RATE:.2f} s of {whole / RATE:.2f} s readable at once"


def no_device(rig, _):
    """A device that is not there is an error that names it and lists what there is, as arecord -L does."""
    result = subprocess.run(
        [rig.tonewall, "live", "--caller-in", "nowhere", "--agent-out", "agent_play"],
        env=rig.env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    line = result.stderr.strip().splitlines()[-1]
    check(
        result.returncode == 66 and line.startswith("tonewall: nowhere: cannot be opened") and "caller_cap" in line,
        f"{result.returncode}: {result.stderr}",
    )
    listed = subprocess.run([rig.tonewall, "devices", "--format", "ndjson"], env=rig.env, capture_output=True, text=True)
    devices = {device["name"]: device for device in map(json.loads, listed.stdout.splitlines())}
    for program, _direction in (("arecord", "capture"), ("aplay", "playback")):
        names = subprocess.run([program, "-L"], env=rig.env, capture_output=True, text=True).stdout.splitlines()
        names = {name for name in names if name and not name[0].isspace()} - {"null"}
        check(names and names <= set(devices), f"{program} -L has {names - set(devices)} more")
    known = devices["caller_cap"].get("capture", {})
    check(known.get("min_rate", 0) >= 1 and known.get("min_channels") == 1, f"caller_cap: {devices['caller_cap']}")
    return line
