"""A program must not notice that pcat attaches, leaves or is killed: no spurious EINTR, no short write, no lost
or doubled signal, no change of job control. HACKING.md, "Leaving no trace".

PCAT_LONG=1 makes the counts larger."""
import hashlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, PROGRAMS = BUILD / "pcat", BUILD / "tests" / "unfelt"
LONG = bool(os.environ.get("PCAT_LONG"))
TIMEOUT = 30


def until(what, message, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while not (value := what()):
        assert time.monotonic() < end, message
        time.sleep(0.005)
    return value


def field_of(pid, name):
    """The field `name` of /proc/PID/task/TID/status, of each thread."""
    found = []
    for task in Path("/proc/%d/task" % pid).iterdir():
        try:
            found.append(re.search(r"^%s:\s*(\S+)" % name, (task / "status").read_text(), re.M)[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def is_free(pid):
    return set(field_of(pid, "TracerPid")) == {"0"} and "t" not in field_of(pid, "State")


class Capture:
    """pcat --json -p PID with a control channel, attached when this returns."""

    def __init__(self, pid, *options):
        self.pid = pid
        self.process = subprocess.Popen(
            [PCAT, "--json", "--control", *options, "-p", str(pid)], bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.events = []
        self.rest = b""
        self.wait_for(lambda e: e["type"] == "armed" and e["pid"] == pid)

    def read(self, timeout):
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            return False
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.events += [json.loads(line) for line in lines]
        return bool(data)

    def wait_for(self, wanted):
        end = time.monotonic() + TIMEOUT
        seen = 0
        while True:
            for event in self.events[seen:]:
                if wanted(event):
                    return event
            seen = len(self.events)
            if not self.read(0.1) and self.process.poll() is not None and not self.read(0):
                pytest.fail("pcat ended: %s" % self.process.stderr.read().decode())
            assert time.monotonic() < end, "nothing of the kind in %r" % self.events[-5:]

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in self.process.stdin, self.process.stdout, self.process.stderr:
            stream.close()


# --- ways to leave ---

def by_signal(sig):
    return lambda capture: capture.process.send_signal(sig)


def by_detach(capture):
    capture.tell("detach %d" % capture.pid)


WAYS = {
    "SIGINT": by_signal(signal.SIGINT),
    "SIGTERM": by_signal(signal.SIGTERM),
    "SIGHUP": by_signal(signal.SIGHUP),
    "SIGKILL": by_signal(signal.SIGKILL),
    "output closed": lambda c: c.process.stdout.close(),
    "control closed": lambda c: c.process.stdin.close(),
    "quit": lambda c: c.tell("quit"),
    "detach": by_detach,
}
everyway = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def attach_and_leave(pid, way, stay, *options):
    capture = Capture(pid, *options)
    try:
        time.sleep(stay)
        start = time.monotonic()
        way(capture)
        until(lambda: is_free(pid), "%d is still traced or stopped" % pid)
        return time.monotonic() - start
    finally:
        capture.close()


@pytest.fixture
def start():
    started = []

    def run(name, *args, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        process = subprocess.Popen([PROGRAMS / name, *map(str, args)], stderr=subprocess.PIPE,
                                   **options)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


# --- waits ---

def complaints(process):
    process.terminate()
    said = process.stderr.read().decode()
    return [line for line in said.splitlines() if not line.endswith("absent")]


@everyway
def test_waits(start, way):
    process = start("waits")
    time.sleep(0.3)
    for i in range(30 if LONG else 5):
        attach_and_leave(process.pid, way, 0.04 * (1 + i % 4))
        if LONG:  # or the same wait would start anew again and again
            time.sleep(0.3)
    time.sleep(0.4)
    assert complaints(process) == []


# --- a call that a seccomp supervisor carries out ---

@everyway
def test_supervised(start, way):
    """The supervisor is asked once for each call: asked twice, it would do the work twice."""
    process = start("supervised", stdout=subprocess.PIPE)
    line = process.stdout.readline()
    if not line and process.wait() == 99:
        pytest.skip("no seccomp listener here")
    pid = int(line)
    for i in range(20 if LONG else 4):
        attach_and_leave(pid, way, 0.01 * (1 + i % 5))
    process.terminate()
    said = process.stdout.read().decode()
    calls, asked = map(int, re.match(r"(\d+) calls, asked for (\d+)", said).groups())
    # Between pcat's look at what the thread sleeps in and its interrupt is a moment, long on a loaded machine.
    assert calls > 4 and calls - 1 <= asked <= calls + 1, said


@everyway
def test_supervisor(start, way):
    """pcat attaches to the supervisor: its wait for the next request must not fail."""
    process = start("supervised", "200", stdout=subprocess.PIPE)
    if not process.stdout.readline() and process.wait() == 99:
        pytest.skip("no seccomp listener here")
    for i in range(4):
        attach_and_leave(process.pid, way, 0.03 * (1 + i % 4), "--follow=none")
    assert complaints(process) == []


# --- a read ---

@pytest.mark.parametrize("fds", ["0,1", "1,2"])
def test_detach_from_a_reader(tmp_path, fds):
    """A detach waits for writes only: it is quick while a read blocks, and the read goes on."""
    os.mkfifo(tmp_path / "silent")
    keep = os.open(tmp_path / "silent", os.O_RDWR)
    reader = subprocess.Popen(["cat"], stdin=open(tmp_path / "silent", "rb"), stdout=subprocess.PIPE)
    try:
        until(lambda: field_of(reader.pid, "State") == ["S"], "cat does not read")
        for _ in range(3):
            for settled in True, False:  # inside a read whose entry pcat has seen, or has not
                capture = Capture(reader.pid, "--fd=" + fds)
                if settled:
                    os.write(keep, b"x\n")
                    assert os.read(reader.stdout.fileno(), 10) == b"x\n"
                capture.tell("detach %d" % reader.pid)
                until(lambda: is_free(reader.pid), "still traced", 2)
                capture.close()
        os.write(keep, b"y\n")
        assert os.read(reader.stdout.fileno(), 10) == b"y\n"
    finally:
        reader.kill()
        reader.wait()
        os.close(keep)


# --- a blocked write ---

PIECE = 256 * 1024


class SlowReader:
    """The reading end of the program's stdout; checks the bytes."""

    def __init__(self, pieces):
        self.source, self.sink = os.pipe()
        self.total = pieces * PIECE
        self.at = 0

    def read(self, n):
        data = os.read(self.source, n)
        for i in range(0, len(data), 997):
            assert data[i] == (self.at + i) // 1000 % 256, "wrong byte at %d" % (self.at + i)
        self.at += len(data)
        return data


@pytest.mark.parametrize("call", [(), ("writev",)], ids=["write", "writev"])
@everyway
def test_blocked_write(start, way, call):
    """pcat attaches while a write has moved a part of its bytes, and leaves in the same state."""
    pieces = 24
    reader = SlowReader(pieces)
    process = start("longwrite", pieces, *call, stdout=reader.sink)
    os.close(reader.sink)
    killed = way is WAYS["SIGKILL"]
    for _ in range(10):
        reader.read(100000)
        time.sleep(0.02)
        capture = Capture(process.pid)
        if killed:  # a kill right after the attach leaves its cut write short: go on to the next write
            cut = reader.at + 65536
            while reader.at <= cut // PIECE * PIECE + PIECE:
                reader.read(20000)
        before = reader.at
        way(capture)
        while not is_free(process.pid):
            reader.read(20000)
            time.sleep(0.01)
            assert reader.at - before < 2 << 20, "never let go"
        capture.close()
    while reader.read(1 << 16):
        pass
    os.close(reader.source)
    process.wait()
    assert process.stderr.read() == b""
    assert reader.at == reader.total


@pytest.mark.parametrize("call", [(), ("writev",)], ids=["write", "writev"])
def test_blocked_write_is_shown(start, call):
    """All bytes from the attach on, once."""
    reader = SlowReader(4)
    process = start("longwrite", 4, *call, stdout=reader.sink)
    os.close(reader.sink)
    reader.read(100000)
    time.sleep(0.05)
    capture = Capture(process.pid)
    while reader.read(1 << 16):
        while capture.read(0):
            pass
    capture.wait_for(lambda e: e["type"] == "end")
    capture.close()
    os.close(reader.source)
    shown = [e for e in capture.events if e["type"] == "write"]
    end = sum(e["len"] for e in shown)
    # Bytes that were moved before the attach: at most those that were read, and those in the pipe.
    assert reader.total - 100000 - (64 << 10) - 4096 <= end <= reader.total
    whole = bytes(i // 1000 % 256 for i in range(reader.total))
    import base64
    data = b"".join(base64.b64decode(e["base64"]) if "base64" in e else e["data"].encode() for e in shown)
    assert hashlib.sha256(data).digest() == hashlib.sha256(whole[-end:]).digest()


def test_reader_gone(start):
    """pcat leaves soon although a write never returns: the write ends short, with a true count."""
    reader = SlowReader(2)
    process = start("longwrite", 2, stdout=reader.sink)
    os.close(reader.sink)
    reader.read(1000)
    time.sleep(0.05)
    assert attach_and_leave(process.pid, WAYS["SIGINT"], 0.05) < 1.5
    os.close(reader.source)


# --- signals ---

def queue_under(start, options, attach):
    n = 100000 if LONG else 5000
    process = start("queue", n, stdin=subprocess.PIPE)
    capture = Capture(process.pid, "--ring") if attach else None
    process.stdin.write(b"g")
    process.stdin.close()
    while capture and process.poll() is None:
        capture.read(0.01)
    process.wait(TIMEOUT)
    if capture:
        capture.close()
    said = process.stderr.read().decode()
    assert process.returncode == 0 and said.startswith("right"), said


def test_queue_untraced(start):
    queue_under(start, (), False)


def test_queue_attached(start):
    queue_under(start, (), True)


@pytest.mark.parametrize("options", [(), ("--no-seccomp",)], ids=["spawn", "spawn --no-seccomp"])
def test_queue_spawned(options):
    n = "100000" if LONG else "5000"
    done = subprocess.run([PCAT, *options, "-o", "/dev/null", PROGRAMS / "queue", n], input=b"g",
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=4 * TIMEOUT)
    assert done.returncode == 0 and done.stderr.startswith(b"right"), done.stderr


# --- job control ---

def ticks(process, seconds):
    """Whether the process goes on printing."""
    before = Path("/proc/%d/io" % process.pid).read_text()
    time.sleep(seconds)
    return Path("/proc/%d/io" % process.pid).read_text() != before


@everyway
def test_stopped_stays_stopped(start, way):
    process = start("waits")
    time.sleep(0.1)
    process.send_signal(signal.SIGSTOP)
    until(lambda: set(field_of(process.pid, "State")) == {"T"}, "does not stop")
    capture = Capture(process.pid)
    assert not ticks(process, 0.1), "runs while traced, although stopped"
    way(capture)
    until(lambda: set(field_of(process.pid, "TracerPid")) == {"0"}, "still traced")
    capture.close()
    until(lambda: set(field_of(process.pid, "State")) == {"T"}, "not stopped any more", 2)
    assert not ticks(process, 0.1), "runs after we left, although stopped"
    process.send_signal(signal.SIGCONT)
    until(lambda: ticks(process, 0.05), "SIGCONT does not wake it")
    time.sleep(0.3)
    # A stop and a SIGCONT interrupt some calls by themselves (signal(7)); none of ours may be added.
    assert all("EINTR" in line for line in complaints(process))


def test_stop_and_go_while_traced(start):
    process = start("waits")
    time.sleep(0.1)
    capture = Capture(process.pid)
    for _ in range(3):
        process.send_signal(signal.SIGSTOP)
        capture.wait_for(lambda e: e["type"] == "stop")
        until(lambda: set(field_of(process.pid, "State")) == {"t"}, "not all threads stop")
        assert not ticks(process, 0.1)
        process.send_signal(signal.SIGCONT)
        capture.wait_for(lambda e: e["type"] == "cont")
        until(lambda: ticks(process, 0.05), "SIGCONT does not wake it")
        capture.events.clear()
    capture.close()


def shell_transcript(prefix):
    """The output of a shell whose job is stopped, continued and killed."""
    script = ("set -m; sleep 60 & kill -STOP %1; sleep 0.2; jobs; kill -CONT %1; sleep 0.2; jobs;"
              " kill -TERM %1; wait %1; echo status $?")
    done = subprocess.run([*prefix, "bash", "-c", script], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    return done.stdout


@pytest.mark.parametrize("options", [(), ("--no-seccomp",)], ids=["spawn", "spawn --no-seccomp"])
def test_shell_jobs(options):
    untraced = shell_transcript([])
    assert b"Stopped" in untraced and b"status 143" in untraced
    assert shell_transcript([PCAT, *options, "-o", "/dev/null"]) == untraced


class Shell:
    """An interactive bash on a terminal of its own. prefix: a command that runs it, such as pcat."""

    def __init__(self, *prefix):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="$ ", TERM="dumb", HISTFILE="", LC_ALL="C")
            os.execvp(str((*prefix, "bash")[0]), [str(a) for a in (*prefix, "bash", "--norc", "-i")])
        self.text = b""
        self.wait_prompt()

    def read(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        self.text += os.read(self.master, 4096)
        return True

    def wait_prompt(self, count=1):
        end = time.monotonic() + TIMEOUT
        while self.text.count(b"$ ") < count or not self.text.endswith(b"$ "):
            assert time.monotonic() < end, self.text
            self.read(0.1)

    def run(self, steps):
        """Types each text when the shell has answered the last: with a prompt, or with output that has ended."""
        for text, comes_back in steps:
            prompts = self.text.count(b"$ ")
            os.write(self.master, text.encode())
            if comes_back:
                self.wait_prompt(prompts + 1)
            else:
                assert self.read(TIMEOUT), "not even an echo of %r" % text
                while self.read(0.4):
                    pass
        return re.sub(rb"\b\d{4,7}\b", b"PID", self.text)

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


# Texts to type, and whether the shell answers with a prompt.
JOBS = [
    ("cat\n", False), ("a line\n", False), ("\x1a", True), ("jobs\n", True), ("fg\n", False),
    ("more\n", False), ("\x03", True), ("echo status $?\n", True), ("sleep 50\n", False),
    ("\x1a", True), ("bg\n", True), ("jobs\n", True), ("kill -STOP %1; sleep 0.2\n", True),
    ("jobs\n", True), ("kill -CONT %1; sleep 0.2\n", True), ("jobs\n", True), ("kill %1; sleep 0.2\n", True),
    ("wait %1\n", True), ("echo status $?\n", True), ("sh -c 'kill -STOP $$; exit 4'\n", True),
    ("fg\n", True), ("echo status $?\n", True),
]


def test_interactive_shell():
    """^Z, ^C, fg, bg and signals to jobs print exactly the same untraced, under pcat, and when attached to."""
    transcripts = {}
    for name, prefix in (("untraced", ()), ("spawn", (PCAT, "-o", "/dev/null")),
                         ("spawn --no-seccomp", (PCAT, "--no-seccomp", "-o", "/dev/null")),
                         ("attached", ())):
        shell = Shell(*prefix)
        capture = Capture(shell.pid, "--ring") if name == "attached" else None
        try:
            transcripts[name] = shell.run(JOBS)
        finally:
            if capture:
                capture.close()
            shell.end()
    assert b"Stopped" in transcripts["untraced"] and b"status 130" in transcripts["untraced"]
    for name, transcript in transcripts.items():
        assert transcript == transcripts["untraced"], name


# --- leaving works ---

def test_leaving_a_vfork_storm():
    storm = subprocess.Popen(["sh", "-c", "while :; do /bin/true; done"])
    try:
        for way in WAYS.values():
            if way is not by_detach:
                took = attach_and_leave(storm.pid, way, 0.1, "--ring")
                assert took < 1, "%g s" % took
    finally:
        storm.kill()
        storm.wait()


@pytest.mark.parametrize("options", [(), ("--ring",)], ids=["block", "ring"])
def test_leaving_with_a_stuck_reader(start, options):
    """pcat's output is not read, and the target prints more than fits."""
    process = start("queue", 0, stdin=subprocess.PIPE)
    capture = Capture(process.pid, *options)
    try:
        process.stdin.write(b"g")
        process.stdin.close()
        time.sleep(0.5)
        capture.process.send_signal(signal.SIGINT)
        until(lambda: process.poll() is not None or is_free(process.pid), "still traced", 2)
        time.sleep(0.3)
        if capture.process.poll() is None:
            capture.process.send_signal(signal.SIGINT)  # drop the rest
        capture.process.wait(5)
    finally:
        capture.close()


def test_kill_ends_a_filtered_command(tmp_path):
    """A command under the filter ends with pcat, as its writes would fail. Without a filter it runs on."""
    for options, survives in ((), False), (("--no-seccomp",), True):
        pid_file = tmp_path / ("pid%d" % survives)
        pcat = subprocess.Popen([PCAT, *options, "-o", "/dev/null", "sh", "-c",
                                 "echo $$ >%s; while :; do echo x; sleep 0.05; done" % pid_file],
                                stdout=subprocess.DEVNULL)
        pid = int(until(lambda: pid_file.exists() and pid_file.read_text().strip(), "no command"))
        time.sleep(0.1)
        pcat.kill()
        pcat.wait()
        time.sleep(0.3)
        alive = Path("/proc/%d" % pid).exists() and "Z" not in field_of(pid, "State")
        assert alive == survives
        if alive:
            assert is_free(pid)
            os.kill(pid, signal.SIGKILL)
