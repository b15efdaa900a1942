"""Private sound servers for tests of `tonewall live`, and comparisons that hold on a busy machine. Python's own library only."""

import array
import json
import os
import shutil
import signal
import subprocess
import time
import wave

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RATE = 8000
NEEDS = {
    "pulse": ["arecord", "aplay", "pulseaudio", "pactl"],
    "jack": ["arecord", "aplay", "jackd", "jack_lsp"],
}
# No test asserts how long something takes; one that waits for what never comes ends after so many seconds.
PATIENCE = 60
# What JACK writes when a cycle of its own was lost.
DISORDER = ("SuspendRefNum error", "behave abnormally", "wait error", "cannot be removed from the graph")


class Failed(Exception):
    pass


class Unserved(Failed):
    """The sound server did not do its part, so that nothing was shown of Tonewall or against it."""


def check(condition, words):
    if not condition:
        raise Failed(words)


def missing(kind):
    return [program for program in NEEDS[kind] if shutil.which(program) is None]


def wait_until(condition, words, alive=None):
    """Waits for `condition`; fails with `words` (or their call) where it does not come or `alive`, a process, ends first."""
    deadline = time.time() + PATIENCE
    while not condition():
        if time.time() > deadline or (alive and alive.poll() is not None and not condition()):
            raise Failed(words() if callable(words) else words)
        time.sleep(0.02)


# Samples


def samples(path, channel=0, channels=1, code="h"):
    """One channel of raw samples, or of a WAVE file of 16 bits."""
    if path.endswith(".wav"):
        with wave.open(path) as file:
            return array.array("h", file.readframes(file.getnframes()))[channel :: file.getnchannels()]
    data = array.array(code)
    with open(path, "rb") as file:
        raw = file.read()
    data.frombytes(raw[: len(raw) // data.itemsize * data.itemsize])
    return data[channel::channels]


def wave_data(path):
    """The samples of a WAVE file, as bytes."""
    with open(path, "rb") as file:
        raw = file.read()
    return raw[raw.index(b"data") + 8 :]


def interleave(*channels):
    whole = array.array(channels[0].typecode, bytes(channels[0].itemsize * len(channels) * len(channels[0])))
    for index, channel in enumerate(channels):
        whole[index :: len(channels)] = channel
    return whole


def write_wav(path, *channels, rate=RATE):
    with wave.open(path, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(interleave(*channels).tobytes())
    return path


class Pieces:
    """What of `source` is found again in `heard` to the bit and in order, by windows of 10 ms that are neither silent nor told
    apart by too little; each at most `reach` frames from where the one before would have it, since speech is said again."""

    def __init__(self, source, heard, window=RATE // 100, reach=3 * RATE):
        self.runs, self.windows, self.found = [], 0, 0
        haystack, size = heard.tobytes(), heard.itemsize
        offset, reached = None, 0
        for start in range(0, len(source) - window, window):
            part = source[start : start + window]
            if len(set(part)) < window // 3:
                continue
            self.windows += 1
            needle = part.tobytes()
            if offset is None or haystack[(start + offset) * size : (start + offset + window) * size] != needle:
                end = len(haystack) if offset is None else (start + offset + window + reach) * size
                found = haystack.find(needle, reached * size, end)
                while found >= 0 and found % size:
                    found = haystack.find(needle, found + 1, end)
                if found < 0:
                    continue
                if found // size - start != offset:
                    self.runs.append([start, start, found // size - start])
                offset = found // size - start
            self.runs[-1][1] = start + window
            reached = start + offset + window
            self.found += 1

    @property
    def breaks(self):
        """How often the distance between source and heard changes."""
        return max(0, len(self.runs) - 1)

    @property
    def broken_seconds(self):
        """The same, with the breaks within a second counted once: a call tells a sum of each kind of trouble once a second."""
        count, told = 0, -RATE
        for start, _, _ in self.runs[1:]:
            if start >= told + RATE:
                count, told = count + 1, start
        return count

    @property
    def share(self):
        return self.found / max(1, self.windows)

    def offset(self, start=0, end=1 << 60):
        """The distance that most of the source between two frames has; `None` where none of it is heard."""
        weights = {}
        for first, last, offset in self.runs:
            overlap = min(last, end) - max(first, start)
            if overlap > 0:
                weights[offset] = weights.get(offset, 0) + overlap
        return max(weights, key=weights.get) if weights else None


def speech():
    """The package's speech at 8 kHz, one file after the other."""
    whole = array.array("h")
    for folder, _, names in sorted(os.walk(os.path.join(ROOT, "Fixtures", "speech"))):
        for name in sorted(names):
            if name.endswith(".wav"):
                with wave.open(os.path.join(folder, name)) as file:
                    if (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2):
                        whole += samples(os.path.join(folder, name))
    check(len(whole) > 4 * RATE, "there is too little speech at 8 kHz in Fixtures/speech")
    return whole


def stretched(data, times, over=1):
    """`data` at `times / over` times its rate, by straight lines between samples."""
    result = array.array("h")
    for index in range((len(data) - 1) * times // over):
        place, rest = divmod(index * over, times)
        result.append((data[place] * (times - rest) + data[place + 1] * rest) // times)
    return result


def is_daemon(number):
    """Whether a process of this number is a sound server, and no zombie."""
    try:
        with open(f"/proc/{number}/stat") as file:
            text = file.read()
    except OSError:
        return False
    return ("(pulseaudio)" in text or "(jackd)" in text) and ") Z " not in text


class Rig:
    """A sound server of its own, started by rigs.sh; it and everything started on it are gone after ``close()``."""

    def __init__(self, kind, folder, tonewall, *arguments):
        self.kind, self.folder, self.tonewall, self.children = kind, folder, tonewall, []
        start = f'. "{HERE}/rigs.sh"; start_{kind} "{folder}" {" ".join(map(str, arguments))} || exit 1; '
        self.shell = subprocess.Popen(
            ["bash", "-c", start + 'echo "PID $RIG_PID"; env -0; exec sleep infinity'],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        line = self.shell.stdout.readline().split()
        self.daemons = [int(line[1])] if line[:1] == [b"PID"] else []
        if not self.daemons:
            self.close()
            raise Unserved(f"the {kind} rig does not start: {self.log()}")
        data = b""
        while not (data.endswith(b"\0") and b"RIG_KIND" in data and b"ALSA_CONFIG_PATH" in data):
            data += os.read(self.shell.stdout.fileno(), 65536)
        self.env = dict(item.decode().split("=", 1) for item in data.split(b"\0") if b"=" in item)
        # No call writes to the user's own ledgers.
        self.env["XDG_STATE_HOME"] = self.path("state")

    def log(self):
        path = self.path("daemon.log")
        return open(path, errors="replace").read()[-400:] if os.path.exists(path) else "no log"

    def is_broken(self):
        """Whether the sound server says that it is in disorder itself, as JACK does on a machine that is far too busy."""
        path = self.path("daemon.log")
        if not os.path.exists(path):
            return False
        with open(path, errors="replace") as file:
            text = file.read()
        return any(sign in text for sign in DISORDER)

    def path(self, name):
        return os.path.join(self.folder, name)

    def device(self, text):
        """One more device, as its line of configuration."""
        with open(self.env["ALSA_CONFIG_PATH"], "a") as conf:
            conf.write(text + "\n")

    def start(self, *command, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        child = subprocess.Popen(command, env=self.env, **options)
        self.children.append(child)
        return child

    def restart_daemon(self):
        """The sound server anew, after it was killed."""
        start = {"pulse": "pulse_daemon {0}", "jack": "jack_daemon {0}; rig_wait jack_lsp; jack_cables {0}"}[self.kind]
        start = start.format(f'"{self.folder}"')
        script = f'. "{HERE}/rigs.sh"; {start}; echo $RIG_PID; exec sleep infinity'
        shell = self.start("bash", "-c", script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.daemons.append(int(shell.stdout.readline()))

    def live(self, *arguments, name="call", capture="tap", play="tapped", stdin=subprocess.PIPE):
        """A live call that records to NAME.wav and tells its events to NAME.ndjson; returned once it runs."""
        log = open(self.path(name + ".ndjson"), "wb")
        child = self.start(
            self.tonewall,
            "live",
            "--caller-in",
            capture,
            "--agent-out",
            play,
            "--record",
            self.path(name + ".wav"),
            *arguments,
            stdin=stdin,
            stdout=log,
            stderr=log,
        )
        wait_until(lambda: self.events(name, "started"), lambda: f"live does not start: {self.text(name)} {self.log()}", child)
        return child

    def tell(self, call, command):
        call.stdin.write(command.encode() + b"\n")
        call.stdin.flush()

    def text(self, name="call"):
        return open(self.path(name + ".ndjson"), errors="replace").read()

    def events(self, name="call", kind=None):
        # The last line may still be on its way.
        whole = self.text(name).rpartition("\n")[0]
        events = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
        return [event for event in events if kind in (None, event["event"])]

    def has_lost(self, name="call"):
        """Whether the call gave a device up."""
        return os.path.exists(self.path(name + ".ndjson")) and bool(self.events(name, "lost"))

    def troubles(self, leg, name="call"):
        """How often audio to or from a leg was broken, as the call counted it."""
        return sum(e["event"] in ("xrun", "late", "reopened") and e["device"] == leg for e in self.events(name))

    def record(self, device, name, channels=1, rate=RATE):
        """A recorder, once it has something; what it loses itself is in NAME.log, a line each time."""
        child = self.start(
            "arecord",
            "-q",
            "-D",
            device,
            "-f",
            "S16_LE",
            "-r",
            str(rate),
            f"-c{channels}",
            "-t",
            "raw",
            "--buffer-time",
            "2000000",
            "--period-time",
            "20000",
            self.path(name),
            stderr=open(self.path(name + ".log"), "wb"),
        )
        child.overruns = lambda: open(self.path(name + ".log"), "rb").read().count(b"overrun")
        wait_until(lambda: os.path.exists(self.path(name)) and os.path.getsize(self.path(name)) > 0, f"{device} cannot be recorded", child)
        return child

    def play(self, path, device="caller_play", wait=True):
        child = self.start("aplay", "-q", "-D", device, "--buffer-time", "1000000", path, stderr=open(path + ".log", "wb"))
        if wait:
            self.played(child)
        return child

    def played(self, child):
        """Waits for a player; whatever a case hears afterwards is worth something only if all of it was played."""
        if status := child.wait(4 * PATIENCE):
            with open(child.args[-1] + ".log", errors="replace") as file:
                raise Unserved(f"aplay ends with {status}: {file.read()[-300:].strip()}")

    def keys(self, name, keys, *options):
        subprocess.run([self.tonewall, "synth", "--lead", "400", *options, keys, self.path(name)], check=True)
        return self.path(name)

    def decode(self, path, *options):
        """The keys of a file's first channel, by the detector."""
        result = subprocess.run([self.tonewall, "decode", "--channel", "0", *options, path], capture_output=True, text=True)
        check(result.returncode == 0, f"decode: {result.stderr}")
        return result.stdout.replace(" ", "").strip()

    def is_clean(self, path):
        """Whether neither detector nor verifier hears a tone; the verifier shares no decision with the detector."""
        verdict = subprocess.run([self.tonewall, "verify", path], capture_output=True, text=True)
        check(verdict.returncode in (0, 1), f"verify: {verdict.stderr}")
        return self.decode(path) == "" and verdict.returncode == 0

    def end(self, child, sent=signal.SIGINT):
        child.send_signal(sent)
        try:
            return child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failed(f"{child.args[0]} does not end at {sent.name}") from None

    def close(self):
        for sent in (signal.SIGINT, signal.SIGKILL):
            deadline = time.time() + 3
            for child in self.children:
                if child.poll() is None:
                    child.send_signal(sent)
            while any(child.poll() is None for child in self.children) and time.time() < deadline:
                time.sleep(0.02)
        # The daemons by their own numbers, since JACK's makes itself a session of its own; what lays its cables ends with it.
        for sent in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.time() + 5
            for daemon in filter(is_daemon, self.daemons):
                os.kill(daemon, sent)
            while any(map(is_daemon, self.daemons)) and time.time() < deadline:
                time.sleep(0.05)
        try:
            os.killpg(self.shell.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.shell.wait()
        self.shell.stdout.close()
        # What JACK leaves of clients that were killed.
        server = getattr(self, "env", {}).get("JACK_DEFAULT_SERVER", "")
        for left in os.listdir("/dev/shm") if server else []:
            if left.startswith(f"jack_sem.{os.getuid()}_{server}_") or left.startswith(f"jack_{server}_"):
                os.unlink(f"/dev/shm/{left}")
