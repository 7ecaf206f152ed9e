"""The engine against the truth: a tracee in one of three modes under `pcat --format=json -o FILE`,
so that the tracee keeps the stdout that the test gives it.

At the end comes the table hazard x mode. Whatever is started is ended by its pid."""
import collections
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tty
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import truth as truths  # noqa: E402

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, TRACEE = BUILD / "pcat", BUILD / "tests" / "tracees" / "tracee"
TIMEOUT = float(os.environ.get("PCAT_TEST_TIMEOUT", 40))
MODES = "attach", "spawn", "spawn --no-seccomp"
OK, FAILED, SKIPPED = "pass", "FAIL", "-"


def until(what, timeout=TIMEOUT, message="nothing"):
    end = time.monotonic() + timeout
    while not (value := what()):
        assert time.monotonic() < end, "%s after %g s" % (message, timeout)
        time.sleep(0.01)
    return value


def status_of(pid, field):
    try:
        text = Path("/proc/%d/status" % pid).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    found = re.search(r"^%s:\s*(\S+)" % field, text, re.M)
    return found and found[1]


def family(mark):
    """Live processes whose environment has that entry."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            pass
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Sink:
    """Where stdout or stderr of a tracee goes: a file that appends, one that does not (plain), a
    pipe, a socket, a pty. What arrives is in bytes()."""

    def __init__(self, kind, path):
        self.kind, self.path, self.got, self.reader, self.socket = kind, path, [], None, None
        getattr(self, "_" + kind)()
        self.identity = os.fstat(self.fd).st_dev, os.fstat(self.fd).st_ino

    def _file(self):
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)

    def _plain(self):
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)

    def _pipe(self):
        source, self.fd = os.pipe()
        self._drain(source)

    def _socket(self):
        self.socket, theirs = socket.socketpair()
        self.fd = os.dup(theirs.fileno())
        theirs.close()
        self._drain(os.dup(self.socket.fileno()))

    def _pty(self):
        source, self.fd = pty.openpty()
        tty.setraw(self.fd)
        self._drain(source)

    def _drain(self, source):
        def read():
            while True:
                try:
                    data = os.read(source, 1 << 20)
                except OSError:
                    data = b""
                if not data:
                    break
                self.got.append(data)
            os.close(source)
        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
        if self.reader:
            self.reader.join(TIMEOUT)
        if self.socket:
            self.socket.close()

    def bytes(self):
        self.close()
        return b"".join(self.got) if self.reader else self.path.read_bytes()


class Run:
    """One run of a tracee under pcat. After finish(): events, status (of the tracee, as wait tells),
    pcat_status, peak (bytes of memory of pcat)."""

    def __init__(self, directory, mode, argv, out="file", err="file", truth_size=16 << 20,
                 options=(), stdin=subprocess.DEVNULL, env=None, before=None):
        self.mode, self.argv, self.options = mode, [str(a) for a in argv], list(options)
        self.stdin = stdin
        self.truth = truths.Truth(directory / "truth", truth_size)
        self.failed = directory / "truth.failed"
        self.mark = ("TRUTH=%s" % (directory / "truth")).encode()
        self.out, self.err = Sink(out, directory / "out"), Sink(err, directory / "err")
        self.json, self.complaints = directory / "events.json", directory / "pcat.err"
        self.directory = directory
        self.env = dict(os.environ, TRUTH=str(directory / "truth"), **(env or {}))
        self.before = before  # called in the tracee and in pcat before they exec
        self.tracee = self.pcat = None
        self.status = self.peak = 0

    def _start(self, argv, **options):
        return subprocess.Popen(argv, stdin=self.stdin, cwd=self.directory, env=self.env,
                                preexec_fn=self.before, **options)

    def _watch_memory(self):
        while self.pcat.poll() is None:
            self.peak = max(self.peak, int(status_of(self.pcat.pid, "VmHWM") or 0) * 1024)
            time.sleep(0.02)

    def _start_pcat(self, *args, **options):
        self.pcat = self._start([str(PCAT), "-q", "--format=json", "-o", str(self.json),
                                 *self.options, *args], **options)
        threading.Thread(target=self._watch_memory, daemon=True).start()

    def armed(self):
        """Whether nothing is missed any more of the tracee and of all that it had made before."""
        assert self.pcat.poll() is None, "pcat ended: " + self.complaints.read_text()
        told = truths.events(self.json) if self.json.exists() else []
        armed = {e["pid"] for e in told if e["type"] == "armed"}
        attached = {e["pid"] for e in told if e["type"] == "task" and e.get("how") == "attached"}
        return self.tracee.pid in armed and attached <= armed

    def start(self, wait_ready=True):
        if self.mode == "attach":
            self.tracee = self._start(self.argv, stdout=self.out.fd, stderr=self.err.fd)
            if wait_ready:
                until(self.truth.ready, message="the tracee is not ready")
            with open(self.complaints, "wb") as err:
                self._start_pcat("-p", str(self.tracee.pid), stdout=err, stderr=err)
            until(self.armed, message="not armed")
            self.truth.go()
        else:
            self.truth.go()
            more = ["--no-seccomp"] if self.mode.endswith("seccomp") else []
            self._start_pcat(*more, "--", *self.argv, stdout=self.out.fd, stderr=self.err.fd)
        return self

    def finish(self, timeout=TIMEOUT):
        if self.tracee:
            self.status = self.tracee.wait(timeout)
        self.pcat_status = self.pcat.wait(timeout)
        if not self.tracee:
            self.status = self.pcat_status
        assert not self.failed.exists(), self.failed.read_text()
        self.events = truths.events(self.json)
        return self

    def left(self):
        return family(self.mark)

    def end(self):
        for pid in self.left():
            kill(pid)
        for process in self.tracee, self.pcat:
            if process:
                process.kill()
                process.wait()
        for pid in self.truth.exits():  # CLONE_PARENT made them ours
            try:
                os.waitpid(pid, os.WNOHANG)
            except (ChildProcessError, OverflowError):
                pass
        self.out.close()
        self.err.close()


@pytest.fixture
def run(tmp_path):
    """Starts a run: run(mode, argv, ...) is a Run."""
    started = []

    def start(mode, argv, **options):
        directory = tmp_path / str(len(started))
        directory.mkdir()
        directory.chmod(0o777)
        tmp_path.chmod(0o755)
        started.append(Run(directory, mode, argv, **options))
        return started[-1]
    yield start
    for r in started:
        r.end()
    shutil.rmtree(tmp_path, ignore_errors=True)


# --- the table ---

_table = collections.OrderedDict()
_reasons = []


def pytest_runtest_logreport(report):
    row, mode = dict(report.user_properties).get("hazard", (None, None))
    if not row:
        return
    cells = _table.setdefault(row, {})
    if report.skipped:
        cells[mode] = SKIPPED
        _reasons.append("%s, %s: %s" % (row[1], mode, report.longrepr[2].replace("Skipped: ", "")))
    elif report.failed:
        cells[mode] = FAILED
    elif report.when == "call":
        cells.setdefault(mode, OK)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish():
    if not _table:
        return
    width = max(len(row[1]) for row in _table)
    lines = ["%-8s %-*s  %-7s %-7s %s" % ("hazard", width, "what", *MODES)]
    for row, cells in sorted(_table.items(), key=lambda item: [
            [int(n) for n in part.split(".")] for part in item[0][0].split()]):
        lines.append("%-8s %-*s  %-7s %-7s %s" % (
            *row[:1], width, row[1], *(cells.get(m, "") for m in MODES)))
    lines += ["- is skipped:"] + ["  " + r for r in _reasons] if _reasons else []
    tap = sys.modules.get("tap")
    for line in lines:
        tap._comment(line) if tap else print("\n" * (line is lines[0]) + line)
