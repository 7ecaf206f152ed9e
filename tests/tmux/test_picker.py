"""Choosing what to attach to: the list of processes, by name, more of them, letting go, signals."""
import os
import re
import shutil
import signal
import stat
import subprocess

import pytest

from conftest import BUILD, PCAT_TUI, alive, assert_free, tracers, until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def named(tmp_path):
    """named("x") is a process of that name that says "x 1", "x 2", ... into a file."""
    started = []

    def start(name):
        program = tmp_path / name
        if not program.exists():
            program.write_text('#!/bin/sh\nn=0; while sleep 0.2; do n=$((n + 1)); echo "${0##*/} $n"; done\n')
            program.chmod(0o755)
        with open(tmp_path / (name + ".out"), "ab") as out:
            started.append(subprocess.Popen([str(program)], stdout=out, stderr=out,
                                            cwd=tmp_path, start_new_session=True))
        return started[-1]
    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def test_choose_and_see_output(tui, named):
    target = named("pick-one")
    t = tui()
    t.wait_for("Attach to which process")
    t.type("pick-on")
    t.wait_for(r"1 of \d+")
    t.wait_for(r"1 → .*pick-one\.out\s*2 → the same")
    t.keys("Enter")
    t.wait_for(r"pick-one \d+$")
    t.wait_gone("Attach to which")
    assert tracers(target.pid) == {t.engine()}
    t.keys("q")
    assert t.wait_exit() == 0
    assert_free(target.pid)


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5)])
def test_choose_at_any_size(tui, named, size):
    target = named("pick-sizes")
    t = tui(size=size)
    t.wait_for("Find:")
    t.type("pick-sizes")
    t.wait_for("pick-si.*\n(.*\n)*.*%d" % target.pid)
    t.keys("Enter")
    t.wait_gone("Find:")
    until(lambda: tracers(target.pid) == {t.engine()})
    t.keys("q")
    assert t.wait_exit() == 0
    assert_free(target.pid)


def test_one_more_while_running(tui, named):
    first, second = named("pick-first"), named("pick-second")
    t = tui("--name", "^pick-first$")
    t.wait_for(r"pick-first \d+$")
    t.keys("a")
    t.wait_for("Attach to which")
    t.type("pick-first")
    t.wait_for(r"^\+ +%d " % first.pid)
    t.wait_for("attached")
    t.keys("C-u")
    t.type("pick-second")
    t.wait_for(r"1 of \d+")
    t.keys("Enter")
    t.wait_for(r"pick-second \d+$")
    assert tracers(first.pid) == tracers(second.pid) == {t.engine()}


def test_two_tagged(tui, named):
    pids = [named("pick-twin").pid for _ in range(2)] + [named("pick-other").pid]
    t = tui()
    t.wait_for("Attach to which")
    t.type("pick-twin")
    t.wait_for(r"2 of \d+")
    t.keys("F5", "Home", "Space", "Space")
    t.wait_for("2 tagged")
    age = re.search(r"^\* +%d \S+ +(\S+ +)?(\d+s)" % pids[0], t.screen(), re.M)
    t.wait(lambda s: (now := re.search(r"^\* +%d \S+ +(\S+ +)?(\d+s)" % pids[0], s, re.M))
           and now[2] != age[2], what="tags that outlast a list")
    t.keys("Enter")
    t.wait_for("attached to 2 processes")
    until(lambda: tracers(pids[0]) == tracers(pids[1]) == {t.engine()})
    assert tracers(pids[2]) == {0}


def test_list_lives(tui, named):
    t = tui()
    t.wait_for("Attach to which")
    t.type("pick-late")
    t.wait_for("no process matches")
    target = named("pick-late")
    t.wait_for(r"^ +%d " % target.pid)
    os.killpg(target.pid, signal.SIGKILL)
    target.wait()
    t.wait_for("no process matches")


def test_mouse_selects(tui, named):
    target = named("pick-click")
    t = tui()
    t.wait_for("Attach to which")
    t.type("pick-click")
    t.wait_for(r"1 of \d+")
    row = next(i for i, line in enumerate(t.screen().splitlines()) if str(target.pid) in line.split()[:1])
    for _ in range(2):
        t.type("\x1b[<0;10;%dM" % (row + 1))
        t.type("\x1b[<0;10;%dm" % (row + 1))
    t.wait_for(r"pick-click \d+$")


def test_leave_the_list(tui):
    t = tui()
    t.wait_for("Attach to which")
    t.type("q")
    t.wait_for("Find: q")
    t.keys("Escape")
    t.wait_gone("Find: q")
    t.keys("Escape")
    assert t.wait_exit() == 0


@pytest.fixture
def public(tmp_path):
    """The programs where every user may run them."""
    directory = tmp_path / "bin"
    directory.mkdir()
    for up in [directory, *directory.parents]:
        if not up.stat().st_mode & stat.S_IXOTH and up.owner() == "root" and str(up).startswith("/tmp/"):
            up.chmod(0o755)
    for name in "pcat", "pcat-tui":
        shutil.copy(BUILD / name, directory / name)
    return directory


@as_root
def test_refused(tui, named, public):
    """As a user who may not: the list says why, an attempt does too, and the list stays."""
    target = named("pick-rootly")
    t = tui(command=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", public / "pcat-tui"])
    t.wait_for("Attach to which")
    t.type("pick-rootly")
    why = r"%d \(pick-rootly\) belongs to uid 0, we are uid 65534: try sudo" % target.pid
    t.wait_for(r"^- +%d root " % target.pid)
    t.wait_for(why)
    t.keys("Enter")
    t.wait_for(why)
    t.wait_for("Attach to which")
    t.keys("C-u")
    t.wait_for(r"Find:  ─.* ([2-9]|\d\d+) ─$")
    assert_free(target.pid)
    t.keys("F10")
    assert t.wait_exit() == 0


@as_root
def test_user_behind_sudo(tui, named, public):
    """The engine has the privileges; what the user may not, it does not do for him."""
    target = named("pick-sudo")
    t = tui(env={"SUDO_UID": "65534", "SUDO_GID": "65534"}, command=[public / "pcat-tui"])
    t.wait_for("Attach to which")
    t.type("pick-sudo")
    t.wait_for("does not belong to the user who\n? *started pcat")
    t.keys("Enter")
    t.wait_for("Attach to which")
    assert_free(target.pid)
    status = open("/proc/%d/status" % t.pid).read()
    assert "Uid:\t65534\t65534\t65534\t65534" in status


# --- by name ---

def test_name(tui, named):
    named("pick-named"), named("pick-named")
    t = tui("--name", "^pick-named$", size=(120, 30))
    t.wait_for(r"stdout(.*\n)+.*stdout")


def test_name_of_nobody(run):
    result = run("script", "-qec", "%s --name no-such-process-here" % PCAT_TUI, "/dev/null")
    assert result.returncode == 1
    assert b"no process has a name or a command line that matches 'no-such-process-here'" in result.stdout


# --- letting go, and signals ---

def test_detach_one_of_two(tui, named):
    one, two = named("pick-gone"), named("pick-kept")
    t = tui("-p", "%d,%d" % (one.pid, two.pid))
    t.wait_for(r"pick-kept \d+$")
    t.keys("0")
    t.type("g/^%d" % one.pid)
    t.keys("Enter")
    t.type("D")
    t.wait_for("detached from %d, which runs on" % one.pid)
    assert_free(one.pid)
    assert tracers(two.pid) == {t.engine()}


def test_signal(tui, named):
    target = named("pick-signal")
    t = tui("-p", target.pid)
    t.wait_for(r"pick-signal \d+$")
    t.type("0gK")
    t.wait_for("which signal for pick-signal %d" % target.pid)
    t.keys("Enter")
    t.wait_for("send SIGTERM to pick-signal %d" % target.pid)
    assert alive(target.pid)
    t.type("yes")
    t.keys("Enter")
    until(lambda: target.poll() is not None)
    assert target.returncode == -signal.SIGTERM
    t.wait_for("SIGTERM")
