"""Real producers in the pipe before tonewall: what arrives at its input is told from what it makes of it.

A relay stands between producer and command. It knows where each key begins in what passes, for the call is keys in digital silence, and
either notes times (Tools/rigs/chain-latency) or, for a test that no busy machine upsets, holds the rest back until what is due
has come out.
"""

import array
import os
import shutil
import subprocess
import threading
import time

from rig import PATIENCE, RATE, check

KEYS = "1590*#AD2368"
FED = ("stdbuf", "gst-launch-1.0")
# A key is to be printed before more of it than this has come, and audio to come out later by no more than this.
DIGIT_MS, LOOK_AHEAD_MS = 40, 20
RAW = ["-t", "raw", "-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed"]

# Each writes the call as WAVE in blocks of its own, at the pace of a line: sox and GStreamer are fed at it, ffmpeg keeps it itself,
# arecord has a real device. What a producer gathers before it writes is its own affair: sox and ffmpeg write 256 ms at a time
# unless they are told otherwise as here, where ffmpeg's least is 64 ms.
PRODUCERS = {
    "sox": "stdbuf -o160 sox --buffer 160 -q -t raw -r 8000 -c 1 -b 16 -e signed - -t wav -",
    "ffmpeg": "ffmpeg -v error -re -max_size 1024 -i {call} -flush_packets 1 -f wav -",
    "gst-launch-1.0": "gst-launch-1.0 -q fdsrc fd=0 blocksize=320 do-timestamp=true ! rawaudioparse format=pcm pcm-format=s16le "
    "sample-rate=8000 num-channels=1 ! wavenc ! fdsink fd=1",
    "arecord": "arecord -q -D caller_cap -f S16_LE -r 8000 -c1 -t wav --period-time=10000",
}


class Stream:
    """Bytes of a producer as they pass: where its samples begin, and where each key does."""

    def __init__(self):
        self.bytes, self.head, self.onsets = bytearray(), None, []
        self.seen, self.silent = 0, RATE

    def add(self, data):
        self.bytes += data
        if self.head is None:
            at = self.bytes.find(b"data")
            if at < 0 or len(self.bytes) < at + 8:
                return
            self.head = at + 8
        new = array.array("h", bytes(self.bytes[self.head + 2 * self.seen :][: (len(self.bytes) - self.head) // 2 * 2 - 2 * self.seen]))
        for value in new:
            if value and self.silent >= RATE // 50:
                self.onsets.append(self.seen)
            self.silent = 0 if value else self.silent + 1
            self.seen += 1

    def end(self, frame):
        """How many bytes have passed once this frame has."""
        return self.head + 2 * (frame + 1)


class Chain:
    """`producer | tonewall …`, with the relay between them; what comes out, and when."""

    def __init__(self, tonewall, arguments, producer, call, env=None):
        self.stream, self.passed, self.out, self.moments = Stream(), [], bytearray(), []
        # Both at once, as a shell starts them.
        self.command = subprocess.Popen([tonewall, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        is_fed = producer.split()[0] in FED
        self.producer = subprocess.Popen(
            producer.format(call=call).split(),
            env=env,
            bufsize=0,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
            # They warn that a pipe's header cannot be put right.
            stderr=subprocess.DEVNULL,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if is_fed:
            threading.Thread(target=self.feed, args=(call,), daemon=True).start()

    def feed(self, call):
        with open(call, "rb") as file:
            samples = file.read()[44:]
        start = time.monotonic()
        for index in range(0, len(samples), 160):
            time.sleep(max(0, start + index / 2 / RATE - time.monotonic()))
            try:
                self.producer.stdin.write(samples[index : index + 160])
            except BrokenPipeError:
                break
        self.producer.stdin.close()

    def read(self):
        while data := os.read(self.command.stdout.fileno(), 65536):
            self.out += data
            self.moments.append((time.monotonic(), len(self.out)))

    def take(self):
        """The producer's next bytes; none at its end."""
        data = os.read(self.producer.stdout.fileno(), 65536)
        self.stream.add(data)
        return data

    def give(self, data):
        if data:
            self.passed.append((time.monotonic(), (self.passed[-1][1] if self.passed else 0) + len(data)))
            self.command.stdin.write(data)

    def wait(self, count, words):
        deadline = time.monotonic() + PATIENCE
        while len(self.out) < count:
            check(time.monotonic() < deadline and self.reader.is_alive(), words() if callable(words) else words)
            time.sleep(0.001)

    def finish(self):
        self.command.stdin.close()
        self.reader.join(PATIENCE)
        status = self.command.wait(PATIENCE)
        check(status == 0, f"it ends with {status}")

    def close(self):
        for child in (self.producer, self.command):
            if child.poll() is None:
                child.kill()
            child.wait()
            child.stdout.close()


def call_of_keys(path, tonewall, seconds=1):
    """Keys in digital silence, with some seconds of it before them: a device may be slow to begin."""
    subprocess.run([tonewall, "synth", "--lead", str(1000 * seconds), "--on", "100", "--off", "100", KEYS, path], check=True)
    return path


def chains(rig, _):
    """Every digit is printed before more than 40 ms of its key were given, and all but the look-ahead comes out before anything
    more goes in, with the headers and blocks of real producers."""
    call, words = call_of_keys(rig.path("call.wav"), rig.tonewall), []
    for name, producer in PRODUCERS.items():
        if not shutil.which(name):
            words.append(f"{name} skipped: not installed")
            continue
        for gate, arguments in ((by_digit, ["decode", "-"]), (by_block, ["suppress", "-", "-"])):
            # A device may lose a part of a key on a busy machine; the pipe case hears what comes through one.
            if gate is by_digit and name == "arecord":
                continue
            chain = Chain(rig.tonewall, arguments, producer, call, rig.env)
            try:
                if name == "arecord":
                    end_after(rig.play(call, wait=False), chain)
                gate(chain, name)
            finally:
                chain.close()
        words.append(name)
    return ", ".join(words)


def end_after(player, chain):
    """Ends a recorder once what it hears has been played."""

    def wait():
        player.wait()
        time.sleep(0.3)
        chain.producer.terminate()

    threading.Thread(target=wait, daemon=True).start()


def by_digit(chain, name):
    given = keys = 0
    while data := chain.take():
        end = given + len(data)
        # A key's first 40 ms are given as soon as they are there, and nothing more until it is printed.
        for frame in chain.stream.onsets[keys:]:
            due = chain.stream.end(frame + RATE * DIGIT_MS // 1000 - 1)
            if due > end:
                break
            chain.give(bytes(chain.stream.bytes[given:due]))
            given, keys = max(given, due), keys + 1
            chain.wait(keys, lambda: f"{name}: {DIGIT_MS} ms of key {keys} were given, printed: {bytes(chain.out)}")
        chain.give(bytes(chain.stream.bytes[given:end]))
        given = end
    chain.finish()
    check(chain.out.decode().strip() == KEYS, f"{name}: printed {bytes(chain.out)} for {KEYS}")


def by_block(chain, name):
    given = 0
    while data := chain.take():
        chain.give(data)
        given += len(data)
        if chain.stream.head:
            due = chain.stream.head + max(0, (given - chain.stream.head) // 2 - RATE * LOOK_AHEAD_MS // 1000) * 2
            chain.wait(due, lambda: f"{name}: {given} bytes went in, {len(chain.out)} came out, {due} are due")
    chain.finish()
    check(given > RATE and chain.stream.onsets, f"{name}: no key in the {given} bytes that went in")
    check(len(chain.out) == given // 2 * 2, f"{name}: {given} bytes went in, {len(chain.out)} came out")
