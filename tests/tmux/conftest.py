"""Whole programs: pcat-tui inside a tmux of its own, keys in, screen out.

    def test_x(tui, tracee):
        target = tracee(threads=2)
        t = tui("-p", target.pid)
        target.say("hello\\n")
        t.wait_for("hello")

Whatever a fixture starts, it ends, by its pid.
"""
import itertools
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, PCAT_TUI, DEMO = BUILD / "pcat", BUILD / "pcat-tui", BUILD / "pcat-demo"
TIMEOUT = float(os.environ.get("PCAT_TEST_TIMEOUT", 20))
TMUX_CONF = "set -g default-shell /bin/sh\nset -g status off\nset -g remain-on-exit on\nset -g escape-time 0\n" \
    "set -g default-terminal screen-256color\n"
_numbers = itertools.count()


def until(what, timeout=TIMEOUT, message=None):
    """Waits for what() to be true and returns its value."""
    end = time.monotonic() + timeout
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > end:
            pytest.fail((message() if message else "") or "nothing after %g s" % timeout)
        time.sleep(0.03)


def number_in(path):
    """The number in a file, as text; None when it is not there, or not whole."""
    text = path.read_text() if path.exists() else ""
    return text.strip() if text.endswith("\n") else None


def alive(pid):
    try:
        return "\nState:\tZ" not in Path("/proc/%d/status" % pid).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def tracers(pid):
    """Who traces each thread of pid: a set of processes, {0} when nobody does."""
    found = set()
    for task in Path("/proc/%d/task" % pid).iterdir():
        try:
            tracer = int(re.search(r"TracerPid:\t(\d+)", (task / "status").read_text())[1])
            found.add(tracer and int(re.search(  # it may be a thread
                r"Tgid:\t(\d+)", Path("/proc/%d/status" % tracer).read_text())[1]))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def states(pid):
    """The states of pid's threads, as letters."""
    found = set()
    for task in Path("/proc/%d/task" % pid).iterdir():
        try:
            found.add(re.search(r"State:\t(\S)", (task / "status").read_text())[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def assert_free(pid, timeout=TIMEOUT):
    """pid is alive, nobody traces it and none of its threads is stopped."""
    assert alive(pid)
    until(lambda: tracers(pid) == {0}, timeout, lambda: "still traced by %s" % tracers(pid))
    assert not states(pid) & {"T", "t"}


def children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_bytes().rpartition(b")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def end(pid, sig=signal.SIGKILL):
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        pass


def program_of(pid):
    try:
        return Path("/proc/%d/exe" % pid).readlink().name
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


class Tracee:
    """tracee.py, with its stdout and stderr in files: what it wrote itself."""

    def __init__(self, directory, threads=1):
        self.out, self.err = directory / "tracee.out", directory / "tracee.err"
        back, theirs = os.pipe()
        with open(self.out, "ab") as out, open(self.err, "ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "tracee.py"), str(threads), str(theirs)],
                stdin=subprocess.PIPE, stdout=out, stderr=err, pass_fds=[theirs])
        os.close(theirs)
        self.back = os.fdopen(back)
        self.pid = self.process.pid
        assert self.back.readline() == "ok\n"

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return self.back.readline().strip()

    def say(self, text, thread=1, fd=1, repeat=1):
        assert self.tell(text=text, thread=thread, fd=fd, repeat=repeat) == "ok"

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.back.close()


class Tui:
    """A program (pcat-tui unless told otherwise) in the only pane of a tmux server of its own."""

    def __init__(self, args, directory, size=(80, 24), env=None, command=None):
        self.socket = "pcat-test-%d-%d" % (os.getpid(), next(_numbers))
        conf = directory / "tmux.conf"
        conf.write_text(TMUX_CONF)
        self._pid, self._status = directory / "pid", directory / "status"
        argv = ["sh", "-c", 'echo $$ >"$0"; exec "$@"', self._pid,
                "env", "PATH=%s:%s" % (BUILD, os.environ["PATH"])]
        argv += ["%s=%s" % pair for pair in (env or {}).items()]
        argv += command or [PCAT_TUI, *args]
        self._run("-f", str(conf), "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]),
                  # tmux may drop what a pane has printed just before its last process ends
                  "%s; echo $? >%s; sleep 1" % (shlex.join(map(str, argv)),
                                                shlex.quote(str(self._status))))
        self.server = int(self.ask("#{pid}"))
        self.pid = int(until(lambda: number_in(self._pid)))

    def _run(self, *args):
        env = {k: v for k, v in os.environ.items() if not k.startswith("TMUX")}
        return subprocess.run(["tmux", "-u", "-L", self.socket, *args], check=True, env=env,
                              stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")

    def ask(self, form):
        return self._run("display-message", "-p", form).strip()

    def screen(self, colours=False):
        return self._run("capture-pane", "-p", *(["-e", "-N"] if colours else []))

    def said(self):
        """All that is on the terminal after the end, long lines in one. tmux may be a moment behind."""
        end = time.monotonic() + 2
        while True:
            text = self._run("capture-pane", "-p", "-J", "-S", "-").partition("Pane is dead")[0]
            if text.strip() or time.monotonic() > end:
                return text
            time.sleep(0.03)

    def keys(self, *names):
        """Keys by tmux's names: "Tab", "F1", "C-c", "q"."""
        self._run("send-keys", *names)

    def type(self, text):
        self._run("send-keys", "-l", text)

    def resize(self, columns, rows):
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, test, timeout=TIMEOUT, what="the screen"):
        """Waits for test(screen) to be true; a program that has ended won't get there."""
        def look():
            dead = self.ended()
            value = test(self.screen())
            if dead and not value:
                pytest.fail("it ended; waited for %s; on the terminal:\n%s" % (what, self.said()))
            return value
        return until(look, timeout,
                     lambda: "waited for %s; on the screen:\n%s" % (what, self.screen()))

    def wait_for(self, pattern, timeout=TIMEOUT):
        return self.wait(lambda s: re.search(pattern, s, re.M), timeout, repr(pattern))

    def wait_gone(self, pattern, timeout=TIMEOUT):
        self.wait(lambda s: not re.search(pattern, s, re.M), timeout, "no " + repr(pattern))

    def ended(self):
        return self._status.exists()

    def wait_exit(self, timeout=TIMEOUT):
        """The program's exit status as the shell tells it; the screen stays."""
        until(self.ended, timeout, lambda: "it does not end:\n" + self.screen())
        return int(until(lambda: number_in(self._status)))

    def engine(self):
        """The pid of pcat-tui's capture child."""
        def find():
            for pid in children(self.pid):
                if program_of(pid) == "pcat":
                    return pid
        return until(find, message=lambda: "no pcat below pcat-tui:\n" + self.screen())

    def end(self):
        if alive(self.server):
            engines = [] if self.ended() else [p for p in children(self.pid) if program_of(p) == "pcat"]
            if not self.ended():
                end(self.pid)
            for engine in engines:  # it would stay with a command that it has started, and that may never end
                end(engine)
            self._run("kill-server")
        until(lambda: not alive(self.server), message=lambda: "tmux stays")


@pytest.fixture
def tracee(tmp_path):
    started = []

    def start(**options):
        directory = tmp_path / ("tracee%d" % len(started))
        directory.mkdir()
        started.append(Tracee(directory, **options))
        return started[-1]
    yield start
    for t in started:
        t.end()


@pytest.fixture
def tui(tmp_path):
    started = []

    def start(*args, **options):
        directory = tmp_path / ("tui%d" % len(started))
        directory.mkdir()
        started.append(Tui(args, directory, **options))
        return started[-1]
    yield start
    for t in started:
        t.end()


@pytest.fixture
def demo(tmp_path):
    """The demo server, five times as fast; its stdout and stderr in one file."""
    with open(tmp_path / "demo.out", "ab") as out:
        process = subprocess.Popen([str(DEMO), "--rate", "5", "--seconds", "120"],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    yield process
    process.terminate()
    process.wait()


@pytest.fixture
def spawn():
    """Starts a program: spawn(PCAT, "-p", 1) is a Popen, its output in pipes unless told otherwise."""
    started = []

    def start(*argv, **options):
        for name in "stdin", "stdout", "stderr":
            options.setdefault(name, subprocess.PIPE)
        started.append(subprocess.Popen([str(a) for a in argv], **options))
        return started[-1]
    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in process.stdin, process.stdout, process.stderr:
            pipe.close() if pipe else None


@pytest.fixture
def run():
    """Runs a program to its end: run(PCAT, "-p", 1) has .returncode, .stdout, .stderr."""
    def go(*argv, timeout=TIMEOUT, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([str(a) for a in argv], timeout=timeout, stderr=subprocess.PIPE,
                              **options)
    return go


def _may_trace():
    """Whether we may trace a process of our own that is not below us and allows it."""
    try:
        scope = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except FileNotFoundError:
        scope = 0
    return scope < 2 or (os.geteuid() == 0 and scope == 2)


def pytest_collection_modifyitems(items):
    if not _may_trace():
        for item in items:
            item.add_marker(pytest.mark.skip(reason="kernel.yama.ptrace_scope forbids ptrace"))
