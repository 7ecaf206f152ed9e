"""Tests of pcat on the command line: what it prints, where, and with which status it ends. A fixture ends the
processes that it has started, by their pids."""
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, TRACEE = BUILD / "pcat", HERE.parent / "tmux" / "tracee.py"
TIMEOUT = float(os.environ.get("PCAT_TEST_TIMEOUT", 30))


def until(what, message="nothing", timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while not (value := what()):
        assert time.monotonic() < end, "%s after %g s" % (message, timeout)
        time.sleep(0.02)
    return value


def tracers(pid):
    """The TracerPid of each thread."""
    found = set()
    for status in Path("/proc/%d/task" % pid).glob("*/status"):
        try:
            found.add(int(re.search(r"TracerPid:\t(\d+)", status.read_text())[1]))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def events(data):
    return [json.loads(line) for line in data.splitlines()]


def writes(data):
    return [e for e in events(data) if e["type"] == "write"]


@pytest.fixture
def pcat(tmp_path):
    """pcat(ARG...) runs pcat to its end and returns returncode, stdout and stderr. status=3 checks the returncode."""
    def run(*args, status=0, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        result = subprocess.run([str(PCAT), *map(str, args)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=TIMEOUT, cwd=tmp_path, **options)
        assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
        return result
    return run


@pytest.fixture
def spawn(tmp_path):
    started = []

    def start(*args, program=PCAT, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        started.append(subprocess.Popen([str(program), *map(str, args)], cwd=tmp_path, **options))
        return started[-1]
    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in process.stdin, process.stdout, process.stderr:
            if pipe:
                pipe.close()


class Target:
    """A process with a second thread. It writes to a file what the test tells it to."""

    def __init__(self, path):
        self.path = path
        back, theirs = os.pipe()
        with open(path, "ab") as out:
            self.process = subprocess.Popen([sys.executable, str(TRACEE), "1", str(theirs)],
                                            stdin=subprocess.PIPE, stdout=out, stderr=out,
                                            pass_fds=[theirs])
        os.close(theirs)
        self.back = os.fdopen(back)
        self.pid = self.process.pid
        assert self.back.readline() == "ok\n"

    def say(self, text, **more):
        self.process.stdin.write(json.dumps(dict(text=text, thread=1, **more)).encode() + b"\n")
        self.process.stdin.flush()
        assert self.back.readline() == "ok\n"

    def assert_free(self):
        """The process is alive, is not traced, and still does what the test tells it to."""
        until(lambda: tracers(self.pid) == {0}, "still traced by %s" % tracers(self.pid))
        self.say("free\n")
        assert self.path.read_bytes().endswith(b"free\n")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.back.close()


@pytest.fixture
def target(tmp_path):
    t = Target(tmp_path / "target.out")
    yield t
    t.end()


def wait_armed(process):
    """The events that `pcat --json -p` prints until the process is armed: all its threads are traced."""
    for line in process.stdout:
        if json.loads(line)["type"] == "armed":
            return
    pytest.fail("it ended: %s" % process.stderr.read())
