"""The end of each program that the viewer runs is known, also of several that end while it is stopped, and its pid is
not taken for that of another one."""
import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import PCAT, alive, children, end, number_in, program_of, states, until

SOON = 5  # seconds for what takes no time, on a machine that is busy
LAST_PID = Path("/proc/sys/kernel/ns_last_pid")


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: states(pid) == {"T"})
        yield
    finally:
        end(pid, signal.SIGCONT)


def end_now(pid):
    end(pid)
    until(lambda: not alive(pid))


@pytest.fixture
def viewer(tui):
    """As tui; what it has started as its children ends with the test."""
    started = []

    def start(*args, **options):
        started.append(tui(*args, **options))
        return started[-1]
    yield start
    for t in started:
        for pid in children(t.pid):
            end(pid)


def announcing(path):
    """A --via that tells its pid and never says anything."""
    return "sh -c 'echo $$ >%s; exec sleep 600'" % path


def test_two_end_before_the_second_has_begun(viewer, tracee, tmp_path):
    t = viewer("--via", "env", "-p", tracee().pid, "--via", announcing(tmp_path / "second"), "-p", tracee().pid)
    second = int(until(lambda: number_in(tmp_path / "second")))
    first = t.engine()
    with stopped(t.pid):
        end_now(first)
        end_now(second)
    assert t.wait_exit(SOON) == 128 + signal.SIGKILL
    assert "no event stream came (status 137)" in t.said()


def test_three_end_in_any_order(viewer, tracee):
    """What is told of a capture here is its status."""
    t = viewer("--via", "env", "-p", tracee().pid, "--local", "-p", tracee().pid, "--via", "env", "-p", tracee().pid,
               size=(150, 40))
    local = t.engine()
    t.wait_for("3 sources|attached")
    until(lambda: len(children(t.pid)) == 3)
    with stopped(t.pid):
        for pid in sorted(children(t.pid), key=lambda pid: pid == local):
            end_now(pid)
    t.wait_for(r"pcat was killed \(SIGKILL\)", SOON)
    until(lambda: not children(t.pid), SOON, lambda: "a zombie stays")
    t.keys("q")
    assert t.wait_exit(SOON) == 0


def test_one_says_nothing_more_and_stays(viewer, tracee, tmp_path):
    via = "sh -c 'echo $$ >%s; exec >&- 2>&- sleep 600'" % (tmp_path / "pid")
    t = viewer("--via", via, "-p", tracee().pid)
    pid = int(until(lambda: number_in(tmp_path / "pid")))
    try:
        assert t.wait_exit() == 1
        assert "no event stream came (it still runs)" in t.said()
    finally:
        end(pid)


def test_started_by_one_that_ignores_its_children(viewer, tracee):
    """Their statuses are told all the same."""
    t = viewer(command=["env", "--ignore-signal=CHLD", Path(PCAT).with_name("pcat-tui"), "--via", "sh -c 'exit 9'", "-p",
                        tracee().pid])
    assert t.wait_exit() == 9


def take_pid(pid):
    """A process with this pid; None when it can't be had. As root alone."""
    for _ in range(100):
        LAST_PID.write_text(str(pid - 1))
        process = subprocess.Popen(["sleep", "600"])
        if process.pid == pid:
            return process
        process.kill()
        process.wait()
    return None


@pytest.mark.skipif(os.geteuid() != 0 or not LAST_PID.exists(), reason="only root can choose pids")
def test_a_pid_is_not_taken_for_that_of_a_command(viewer, tracee):
    target = tracee()
    t = viewer("-p", target.pid)
    t.wait_for("voice-1")
    target.say("one\n")
    t.wait_for("one")
    t.keys("1", "|")
    t.type("exec sleep 600")
    t.keys("Enter")
    command = until(lambda: [pid for pid in children(t.pid) if program_of(pid) == "sleep"])[0]
    with stopped(t.pid):
        end_now(command)
        other = take_pid(command)
    try:
        t.wait_for("Enter goes back", SOON)
    finally:
        if other:
            other.kill()
            other.wait()
