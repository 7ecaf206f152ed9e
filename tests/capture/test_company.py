"""pcat is not alone: other tracers, rules that forbid it, frozen targets, and what a command leaves behind."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PCAT, TIMEOUT, status_of, until
import truth as truths

NOBODY = 65534
PYTHON = os.path.realpath(sys.executable)
UNCHECKED = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")  # LeakSanitizer fails below a tracer
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def start(tmp_path):
    """start(ARG...) is a process that is ended with the test."""
    started = []

    def run(*argv, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.PIPE)
        started.append(subprocess.Popen([str(a) for a in argv], cwd="/", **options))
        return started[-1]
    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in process.stdin, process.stdout, process.stderr:
            if stream:
                stream.close()


@pytest.fixture
def public():
    """A pcat that everybody may run."""
    directory = Path("/var/tmp") / ("pcat-public-%d" % os.getpid())
    directory.mkdir(mode=0o755)
    shutil.copy(PCAT, directory)
    yield directory / "pcat"
    shutil.rmtree(directory)


def end_of(*argv, **options):
    return subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd="/",
                          stderr=subprocess.PIPE, timeout=TIMEOUT, **options)


def refuses(result, pattern):
    text = result.stderr.decode()
    assert result.returncode == 1 and text.count("\n") == 1 and re.search(pattern, text), text


def as_user(uid=NOBODY, gid=NOBODY):
    return dict(user=uid, group=gid, extra_groups=[])


# --- one tracer at a time ---

def traced(process):
    return until(lambda: status_of(process.pid, "TracerPid") not in (None, "0"), message="nobody traces it")


@pytest.mark.parametrize("tracer", ["pcat", "strace"])
def test_the_target_has_a_tracer(start, tracer):
    if not shutil.which(tracer) and tracer != "pcat":
        pytest.skip("no " + tracer)
    target = start("sleep", 300)
    other = start(PCAT if tracer == "pcat" else tracer, "-o", "/dev/null", "-p", target.pid)
    traced(target)
    refuses(end_of(PCAT, "-p", target.pid),
            r"pcat: %d \(sleep\) is traced by %d \(%s\) already" % (target.pid, other.pid, tracer))
    assert other.poll() is None and target.poll() is None


@pytest.mark.parametrize("options", [[], ["--no-seccomp"]], ids=["spawn", "spawn --no-seccomp"])
def test_pcat_in_pcat(options):
    """The inner one can't trace what the outer one traces: it says so, and both end."""
    refuses(end_of(PCAT, *options, "--", PCAT, *options, "--", "echo", "not run", env=UNCHECKED),
            r"is traced by \d+ \(pcat\) already")


def test_pcat_under_strace():
    if not shutil.which("strace"):
        pytest.skip("no strace")
    refuses(end_of("strace", "-f", "-o", "/dev/null", PCAT, "--", "echo", "not run", env=UNCHECKED),
            r"is traced by \d+ \(strace\) already")
    alone = end_of("strace", "-o", "/dev/null", PCAT, "--", "echo", "run", env=UNCHECKED)
    assert alone.returncode == 0 and alone.stdout == b"run\n", alone


@pytest.mark.parametrize("options", [[], ["--no-seccomp"]], ids=["spawn", "spawn --no-seccomp"])
def test_strace_under_pcat(options):
    if not shutil.which("strace"):
        pytest.skip("no strace")
    result = end_of(PCAT, *options, "-v", "--", "strace", "-o", "/dev/null", "echo", "not run")
    assert result.returncode == 1 and b"wants to be traced by its parent, but pcat traces it" in result.stdout


# --- what it has made already ---

TREE = """
import subprocess, sys, threading, time
def make():
    subprocess.Popen(["sh", "-c", "sleep 300 & echo; wait"])
    time.sleep(300)
threading.Thread(target=make, daemon=True).start()
time.sleep(300)
"""


def test_children_of_any_thread_and_theirs(start):
    """They were there before pcat: a child that another thread than the first has made, and its child."""
    target = start(PYTHON, "-S", "-c", TREE, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert target.stdout.readline() == b"\n"
        result = end_of(PCAT, "--format=json", "--timeout=0.3", "-p", target.pid)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        assert len([e for e in events if e["type"] == "task" and e["pid"] == e["tid"]]) == 3, result
        assert len([e for e in events if e["type"] == "armed"]) == 3, result
    finally:
        os.killpg(target.pid, signal.SIGKILL)


# --- who may not ---

@as_root
def test_users(start, public):
    target, own = start("sleep", 300), start("sleep", 300, **as_user())
    refuses(end_of(public, "-p", target.pid, **as_user()), r"belongs to uid 0, we are uid 65534: try sudo")
    refuses(end_of(public, "-p", own.pid, **as_user(gid=NOBODY - 1)), r"to gid 65534, we are gid 65533: try sudo")
    refuses(end_of(public, "-p", 2, **as_user()), r"2 \(kthreadd\) is a kernel thread")
    assert end_of(public, "-q", "--timeout=0.2", "-p", own.pid, **as_user()).returncode == 124
    assert status_of(own.pid, "TracerPid") == "0" and target.poll() is None


@as_root
def test_not_dumpable(start, public):
    code = "import ctypes, time; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print(flush=True); time.sleep(300)"
    target = start("/usr/bin/python3", "-S", "-c", code, stdout=subprocess.PIPE, **as_user())
    if target.stdout.readline() != b"\n":
        pytest.skip("nobody may run python3 here")
    refuses(end_of(public, "-p", target.pid, **as_user()), r"is not dumpable .*: try sudo pcat -p %d" % target.pid)
    assert end_of(PCAT, "-q", "--timeout=0.2", "-p", target.pid).returncode == 124


def test_zombie(start):
    target = start("true")
    until(lambda: status_of(target.pid, "State") == "Z")
    refuses(end_of(PCAT, "-p", target.pid), r"%d \(true\) is a zombie" % target.pid)


@as_root
def test_root_without_the_capability(start):
    target = start("sleep", 300)
    refuses(end_of("setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace", PCAT, "-p", target.pid),
            r"has capabilities that we don't have: it takes CAP_SYS_PTRACE")


@as_root
def test_user_namespace(start):
    if end_of("unshare", "-U", "-r", "true").returncode:
        pytest.skip("no user namespaces here")
    target = start("sleep", 300)
    refuses(end_of("unshare", "-U", "-r", PCAT, "-p", target.pid), r"is in another user namespace.*nsenter")
    inner = start("unshare", "-U", "-r", "sleep", "300")  # a namespace below ours
    until(lambda: status_of(inner.pid, "Name") == "sleep")
    assert end_of(PCAT, "-q", "--timeout=0.2", "-p", inner.pid).returncode == 124


@as_root
@pytest.mark.parametrize("options", [[], ["--no-seccomp"]], ids=["spawn", "spawn --no-seccomp"])
def test_setuid_without_its_rights(public, tmp_path, options):
    """A setuid program of an ordinary user who traces it: it runs, and a note says what it lacks."""
    program = public.parent / "id"
    shutil.copy("/usr/bin/id", program)
    program.chmod(0o4755)
    assert end_of(program, "-u", **as_user()).stdout == b"0\n"
    json = public.parent / "json"
    json.touch()
    os.chown(json, NOBODY, NOBODY)
    result = end_of(public, "-q", *options, "--json", "-o", json, "--", program, "-u", **as_user())
    assert result.stdout == b"65534\n"
    assert len(told(json, lambda e: e["type"] == "note" and "is setuid, but runs without" in e["text"])) == 1
    assert end_of(PCAT, "-q", *options, "--json", "-o", json, "--", "setpriv", "--reuid=65534", program, "-u").stdout == b"0\n"
    assert not told(json, lambda e: e["type"] == "note")


# --- frozen ---

FREEZER = Path("/sys/fs/cgroup/freezer")


class Cgroup:
    """A cgroup that can be frozen, of whichever version there is."""

    def __init__(self):
        self.v1 = (FREEZER / "tasks").exists()
        self.path = (FREEZER if self.v1 else Path("/sys/fs/cgroup")) / ("pcat-test-%d" % os.getpid())
        self.path.mkdir()
        if not (self.path / self._name()).exists():
            self.path.rmdir()
            raise OSError("no freezer")

    def _name(self):
        return "freezer.state" if self.v1 else "cgroup.freeze"

    def add(self, pid):
        (self.path / "cgroup.procs").write_text(str(pid))

    def freeze(self, on=True):
        (self.path / self._name()).write_text(("FROZEN" if on else "THAWED") if self.v1 else str(int(on)))
        if on:
            until(lambda: "FROZEN" in (self.path / "freezer.state").read_text() if self.v1 else
                  "frozen 1" in (self.path / "cgroup.events").read_text(), message="not frozen")

    def end(self):
        self.freeze(False)

        def is_gone():
            try:
                self.path.rmdir()
            except OSError:
                return False
            return True
        until(is_gone, message="the cgroup is still in use")


@pytest.fixture
def cgroup(start):
    try:
        group = Cgroup()
    except OSError as error:
        pytest.skip("no cgroup to freeze: %s" % error)
    ended = []
    group.kill = ended.append
    yield group
    group.freeze(False)
    for process in ended:
        process.kill()
        process.wait()
    group.end()


SAYS = "import time\nwhile True:\n print('said', flush=True)\n time.sleep(0.01)"


def told(path, wanted):
    return path.exists() and [e for e in truths.events(path) if wanted(e)]


def test_frozen(start, cgroup, tmp_path):
    """Told of instead of waited for in silence; traced as soon as it thaws, and let go while it is frozen."""
    target = start(PYTHON, "-S", "-c", SAYS)
    cgroup.kill(target)
    cgroup.add(target.pid)
    cgroup.freeze()
    json = tmp_path / "json"
    pcat = start(PCAT, "-q", "--json", "-o", json, "-p", target.pid)
    until(lambda: told(json, lambda e: e["type"] == "note" and "frozen cgroup" in e["text"]), message="not told")
    assert not told(json, lambda e: e["type"] in ("armed", "write"))
    cgroup.freeze(False)
    until(lambda: told(json, lambda e: e["type"] == "write"), message="nothing is captured")
    assert told(json, lambda e: e["type"] == "armed")
    cgroup.freeze()
    pcat.send_signal(signal.SIGINT)
    assert pcat.wait(5) == 0
    cgroup.freeze(False)
    until(lambda: status_of(target.pid, "State") in "SR" and status_of(target.pid, "TracerPid") == "0")


def test_leaving_a_frozen_target_that_was_never_armed(start, cgroup, tmp_path):
    target = start(PYTHON, "-S", "-c", SAYS)
    cgroup.kill(target)
    cgroup.add(target.pid)
    cgroup.freeze()
    pcat = start(PCAT, "-q", "--json", "-o", tmp_path / "json", "-p", target.pid)
    traced(target)
    pcat.send_signal(signal.SIGINT)
    assert pcat.wait(5) == 0
    cgroup.freeze(False)
    until(lambda: status_of(target.pid, "State") in "SR" and status_of(target.pid, "TracerPid") == "0")


# --- left behind ---

@pytest.mark.parametrize("options", [[], ["--no-seccomp"]], ids=["spawn", "spawn --no-seccomp"])
def test_a_daemon_is_left_behind(tmp_path, options):
    """Named when the command ends, captured to its own end; the status is the command's."""
    json = tmp_path / "json"
    daemon = "import os, time\nif os.fork(): os._exit(9)\nos.setsid()\ntime.sleep(0.3)\nos.write(1, b'late\\n')"
    result = end_of(PCAT, "-q", *options, "--json", "-o", json, PYTHON, "-S", "-c", daemon)
    assert result.returncode == 9 and result.stdout == b"late\n"
    events = truths.events(json)
    command = next(e["pid"] for e in events if e["type"] == "task")
    notes = [e for e in events if e["type"] == "note"]
    gone = next(i for i, e in enumerate(events) if e["type"] == "exit" and e["tid"] == command)
    late = next(i for i, e in enumerate(events) if e["type"] == "write" and e["data"] == "late\n")
    assert gone < late and len(notes) == 1
    assert notes[0]["text"] == "the command has ended, still running: %s (%d)" % (
        events[late]["comm"], events[late]["pid"])
