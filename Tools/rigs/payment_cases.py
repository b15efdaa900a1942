"""Cases of a payment: by a program, and by an agent at a terminal."""

import fcntl
import os
import pty
import re
import termios
import threading
import time

from rig import PATIENCE, check, samples, wait_until, write_wav

CARD, EXPIRY, CODE = "4242424242424242", "1230", "123"


def payment(rig, _):
    """A payment keyed live is approved, and no digit is in what is left."""
    agent = rig.record("agent_cap", "agent.raw")
    call = rig.live("--pay", "42.00", "--gateway", "mock", "--ledger", rig.path("payments.db"), "--currency", "GBP")
    rig.tell(call, "secure")
    key_card(rig, lambda field: any(e.get("field") == field for e in rig.events(kind="accepted")), lambda: rig.text())
    wait_until(lambda: rig.events(kind="ended"), lambda: rig.text(), call)
    rig.tell(call, "quit")
    status = call.wait(PATIENCE)
    rig.end(agent)
    ended = rig.events(kind="ended")[0]
    check(ended["outcome"] == "approved" and status == 0, f"status {status}: {rig.text()}")
    check(CARD[:8] not in rig.text() and CARD[-8:] not in rig.text(), "the number is in the events")
    check(rig.is_clean(rig.path("call.wav")), "the recording holds a tone")
    check(rig.is_clean(write_wav(rig.path("heard.wav"), samples(rig.path("agent.raw")))), "the agent hears a tone")
    return f"{ended['outcome']}, ending {ended['last_four']}"


def key_card(rig, is_in, words):
    """Keys a card as a caller does: again where a field is asked for again, as after a gap in the audio."""
    for field, keys in (("card-number", CARD), ("expiry", EXPIRY), ("security-code", CODE)):
        path = rig.keys(field + ".wav", keys + "*,", "--on", "80", "--off", "80", "--noise", "-55")
        for _ in range(3):
            rig.play(path)
            deadline = time.time() + 5
            while not is_in(field) and time.time() < deadline:
                time.sleep(0.05)
            if is_in(field):
                break
        check(is_in(field), f"the {field} is not taken: {words()}")


def terminal(rig, _):
    """On a terminal the agent sees levels, the fields and where the payment stands, and has the keys; it is left as it was."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, b"\x28\x00\x78\x00\x00\x00\x00\x00")
    before = termios.tcgetattr(theirs)
    screen = bytearray()
    call = rig.start(
        rig.tonewall,
        "live",
        "--caller-in",
        "caller_cap",
        "--agent-out",
        "agent_play",
        "--pay",
        "42.00",
        "--gateway",
        "mock",
        "--ledger",
        rig.path("payments.db"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )

    def watch():
        try:
            while data := os.read(ours, 65536):
                screen.extend(data)
        except OSError:
            pass

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()

    def text():
        return screen.decode(errors="replace")

    def shows(words):
        return wait_until(lambda: words in text(), lambda: f"no “{words}” on the screen: {text()[-500:]}", call)

    shows("payment of GBP 42.00 not begun")
    check(not termios.tcgetattr(theirs)[3] & termios.ECHO, "keys are echoed")
    os.write(ours, b"s")
    shows("the caller keys the card number")
    key_card(
        rig,
        lambda field: {"card-number": "ending 4242", "expiry": "12/30", "security-code": "to pay"}[field] in text(),
        lambda: text()[-500:],
    )
    shows("card number ••••")
    os.write(ours, b"p")
    shows("approved: ")
    os.write(ours, b"q")
    check(call.wait(PATIENCE) == 0, f"an approved payment ends with {call.returncode}")
    check(termios.tcgetattr(theirs) == before, "the terminal is not as it was")
    check(not re.search(r"4242.?4242", text()), "the number is on the screen")
    os.close(theirs)
    os.close(ours)
    # Three rows, and above them the lines that are told once (on a busy machine a few at a time); behind the last frame comes
    # what is said of the whole call.
    frames = [len(frame.split("\n")) for frame in text().split("\x1b[J")[:-1]]
    check(max(frames) <= 6 and frames.count(3) > len(frames) / 2, f"rows that are drawn: {frames}")
    return "idle, collecting, complete, approved shown; echo as before"
