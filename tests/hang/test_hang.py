"""Situations in which pcat could wait for its target while the target waits for pcat: both would hang for ever.

PCAT_LONG=1 makes the counts larger."""
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, PROGRAMS = BUILD / "pcat", BUILD / "tests" / "hang"
LONG = bool(os.environ.get("PCAT_LONG"))
UNCHECKED = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")  # LeakSanitizer fails below a tracer


@pytest.fixture
def start():
    started = []

    def run(*argv, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.PIPE)
        started.append(subprocess.Popen([str(a) for a in argv], **options))
        return started[-1]
    yield run
    for process in reversed(started):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in process.stdin, process.stdout, process.stderr:
            if stream:
                stream.close()


def where(pid):
    """The kernel function that each of its threads sleeps in."""
    return [(task / "wchan").read_text() for task in Path("/proc/%d/task" % pid).iterdir()]


# --- a process that calls execve(2) while pcat attaches to it ---

def test_exec_storm(start):
    """pcat attaches to a process of 32 threads, one of which calls execve(2) every 0.2 to 3 ms."""
    attaches = 2000 if LONG else 150
    refused = 0
    for i in range(attaches):
        target = start(PROGRAMS / "storm", 4)
        time.sleep(random.random() * 0.004)
        pcat = start(PCAT, "-o", "/dev/null", "-p", target.pid)
        for process in target, pcat:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                pytest.fail("attach %d hangs: pcat is in %s" % (i, where(pcat.pid)))
        said = pcat.stderr.read().decode()
        pcat.stderr.close()
        target.stderr.close()
        assert target.returncode == 0
        assert pcat.returncode == 0 or (pcat.returncode == 1 and said.count("\n") == 1), said
        refused += pcat.returncode
    print("%d attaches, 0 hung, %d came too late" % (attaches, refused))
    assert refused < attaches / 2


@pytest.fixture
def stuck(start):
    """The pid of a process that is inside an execve(2) that does not end."""
    process = start(PROGRAMS / "stuck", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield int(process.stdout.readline())
    process.stdin.close()
    process.wait()


def test_exec_without_end(start, stuck):
    pcat = start(PCAT, "-p", stuck)
    said = pcat.communicate(timeout=10)[1].decode()
    assert pcat.returncode == 1 and said.count("\n") == 1 and "inside an execve(2)" in said, said


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_heard_while_attaching(start, stuck, sig):
    pcat = start(PCAT, "-p", stuck)
    end = time.monotonic() + 10
    while "ptrace_attach" not in where(pcat.pid) and time.monotonic() < end:
        time.sleep(0.001)
    pcat.send_signal(sig)
    begin = time.monotonic()
    pcat.wait(10)
    assert time.monotonic() - begin < 0.8 and pcat.returncode == 0, pcat.stderr.read()


# --- tracers that trace each other ---

CIRCLES = [
    "two", "two, by exec", "two, to the other tracer", "two, with strace", "two, with gdb", "three",
    "three, to the first tracer", "three, with strace last", "three, with strace between",
    "three, with strace twice", "three, with gdb last",
]


def have_namespaces():
    return os.geteuid() == 0 and subprocess.run(
        ["unshare", "-pf", "--mount-proc", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.parametrize("case", CIRCLES)
def test_circle(tmp_path, case):
    for tool in "strace", "gdb":
        if tool in case and not shutil.which(tool):
            pytest.skip("no " + tool)
    if not have_namespaces():
        pytest.skip("can't make a pid namespace here")
    done = subprocess.run(
        ["unshare", "-pf", "--mount-proc", "--kill-child", "/usr/bin/python3", HERE / "circle.py", PCAT, case, tmp_path],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=UNCHECKED, timeout=60, check=False)
    said = done.stdout.decode()
    assert "is stuck" not in said and said.count("answers") == (3 if case.startswith("three") else 2), said
    assert "two that trace each other" in said or "both would stop for ever" in said, said
