"""What never answers: file systems whose server is traced, or that nobody serves any more.

Each case runs as the first process of namespaces of its own (this very file, called with the name of
the case), so that whatever hangs there ends with them."""
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PCAT_BUILDDIR", HERE.parent.parent / "build"))
PCAT, PCAT_TUI = BUILD / "pcat", BUILD / "pcat-tui"
FUSEFS, TRACEE = BUILD / "tests" / "tracees" / "fusefs", BUILD / "tests" / "tracees" / "tracee"
TIMEOUT = float(os.environ.get("PCAT_TEST_TIMEOUT", 20))
MODES = {"spawn": [], "spawn --no-seccomp": ["--no-seccomp"], "attach": None}
NOBODY = 65534


# --- inside ---

class Inside:
    """What a case starts. Nothing of it survives the namespace, save what waits for a file system:
    connections are cut at the end."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.mount, self.control, self.json = (self.directory / name for name in ("mnt", "fusectl", "json"))
        self.servers = []
        self.mount.mkdir()
        self.control.mkdir()
        subprocess.run(["mount", "-t", "fusectl", "none", self.control], check=False, stderr=subprocess.DEVNULL)

    def cut(self):
        for pid in self.servers:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for abort in self.control.glob("*/abort"):
            abort.write_text("1")

    def start(self, *argv, **options):
        options.setdefault("stdin", subprocess.PIPE)
        return subprocess.Popen([str(a) for a in argv], cwd=self.directory, **options)

    def fusefs(self, case, *args, **options):
        process = self.start(FUSEFS, self.mount, case, *args, stdout=subprocess.PIPE, **options)
        self.servers.append(int(process.stdout.readline().split()[1]))
        return process

    def pcat(self, *args, **options):
        return self.start(PCAT, "-q", "--json", "-o", self.json, *args, **options)

    def events(self):
        text = self.json.read_bytes() if self.json.exists() else b""
        return [json.loads(line) for line in text.splitlines(True) if line.endswith(b"\n")]

    def told(self, kind):
        return [e for e in self.events() if e["type"] == kind]

    def run(self, case, mode, *args, timeout=8):
        """fusefs to its end under pcat, in a mode."""
        if mode == "attach":
            target = self.fusefs(case, *args)
            pcat = self.pcat("-p", target.pid)
            until(lambda: len(self.told("armed")) == 2, "not armed")
        else:
            target = pcat = self.pcat(*MODES[mode], "--", FUSEFS, self.mount, case, *args)
        go(target)
        assert target.wait(timeout) == 0 and pcat.wait(timeout) == 0
        return [e for e in self.events() if e["type"] == "write"]


def until(what, message="nothing", timeout=8):
    end = time.monotonic() + timeout
    while not (value := what()):
        assert time.monotonic() < end, "%s after %g s" % (message, timeout)
        time.sleep(0.01)
    return value


def go(process):
    process.stdin.write(b"\n")
    process.stdin.flush()


def state(pid, field="State"):
    try:
        text = Path("/proc/%d/status" % pid).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.partition("\n%s:\t" % field)[2][:1]


def assert_lines(writes):
    lines = [e["data"] for e in writes if e["fd"] == 1 and e["data"].startswith("line")]
    assert lines == ["line %d\n" % i for i in range(20)], lines


def served_by_the_target(inside, mode, *args):
    """It writes to a file on a mount that it serves itself, by its stdout and by an fd more."""
    assert_lines(inside.run("write", mode, *args))


def of_another_user(inside, mode):
    """FUSE shows its files to the user alone who mounted it, not even to root."""
    served_by_the_target(inside, mode, NOBODY)


def sent_from_there(inside, mode):
    """Bytes that can't be read without asking are told as a count, and nobody waits."""
    sent = [e for e in inside.run("send", mode) if e["syscall"] in ("sendfile", "splice")]
    assert [e["len"] for e in sent if e["syscall"] == "sendfile"] == [17, 18]
    assert all(e.get("unavailable") for e in sent), sent


def mapped_from_there(inside, mode):
    """Pages that the server brings are not touched before they are there."""
    writes = inside.run("mapped", mode)
    lines = [e.get("data") for e in writes if e["fd"] == 1 and e["len"] == 8]
    assert lines == ["line %02d\n" % i for i in range(20)], lines
    to_null = [e for e in writes if e["fd"] == 2]
    assert len(to_null) == 20 and all(e.get("unavailable") or e["data"] == "-" * 10 for e in to_null), to_null


def shown_there(inside, mode):
    """What pcat prints goes to a file on the mount."""
    target = inside.fusefs("little")
    pcat = inside.start(PCAT, "-q", "--json", "-p", target.pid, stdout=open(inside.mount / "f", "wb"))
    until(lambda: state(target.pid, "TracerPid") not in (None, "0"), "it is not traced")
    go(target)
    assert target.wait(8) == 0
    pcat.wait(8)


def by_the_capability_alone(inside, mode):
    """/proc/PID/fd is closed to it: descriptors are had by pidfd_getfd."""
    shutil.copy(PCAT, inside.directory)
    target = inside.fusefs("write")
    inside.json.touch(0o666)
    os.chown(inside.json, NOBODY, NOBODY)
    pcat = inside.start("setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups",
                        "--inh-caps=-all,+sys_ptrace", "--ambient-caps=-all,+sys_ptrace", "--bounding-set=-all,+sys_ptrace",
                        inside.directory / "pcat", "-q", "--json", "-o", inside.json, "-p", target.pid)
    until(lambda: len(inside.told("armed")) == 2, "not armed")
    go(target)
    assert target.wait(8) == 0 and pcat.wait(8) == 0
    assert_lines(inside.told("write"))


def let_go(inside, mode):
    """SIGINT is heard, and kill -9 frees, while a target is inside a write that does not end."""
    for sig in signal.SIGINT, signal.SIGKILL:
        stuck = inside.fusefs("stuck")
        other = inside.start(sys.executable, "-S", "-c", TALKER, stdout=open(inside.directory / "other", "ab"))
        pcat = inside.pcat("-p", stuck.pid, "-p", other.pid)
        until(lambda: len(inside.told("armed")) == 3, "not armed")
        go(stuck)
        fd = int(stuck.stdout.readline().split()[1])
        until(lambda: state(stuck.pid) in "DS" and "%#x" % fd in Path("/proc/%d/syscall" % stuck.pid).read_text(),
              "it does not wait")
        until(lambda: inside.told("blocked"), "not told")
        go(other)
        until(lambda: any(e["pid"] == other.pid for e in inside.told("write")), "nothing is captured")
        pcat.send_signal(sig)
        began = time.monotonic()
        pcat.wait(8)
        took = time.monotonic() - began
        assert took < 1.5, took
        assert state(other.pid) in "SR" and state(other.pid, "TracerPid") == "0"
        other.kill()
        inside.cut()
        assert stuck.wait(8) == 119  # its write failed
        inside.json.unlink()


TALKER = """
import os, time
os.read(0, 1)
for i in range(30):
    os.write(1, b"said %d\\n" % i)
    time.sleep(0.05)
os.write(1, b"thirty were said\\n")
time.sleep(300)
"""


def hold(inside):
    """Somebody who holds an fd on a mount that does not answer any more."""
    holder = inside.fusefs("hold")
    go(holder)
    assert holder.stdout.readline().startswith(b"held")


def talker(inside, kind):
    """A stranger to that, and who takes what it says: started later than the holder, so that whoever
    looks for it meets the holder first."""
    source = inside.directory / "fifo"
    if kind == "pipe":
        reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        sink = reader.stdin
    elif kind == "fifo":
        os.mkfifo(source)
        reader = subprocess.Popen(["sh", "-c", 'exec cat <"$1"', "sh", source], stdout=subprocess.DEVNULL)
        sink = open(source, "wb")
    else:
        master, slave = pty.openpty()
        reader = subprocess.Popen(["cat"], stdin=master, stdout=subprocess.DEVNULL)
        sink = open(slave, "wb")
        os.close(master)
    process = inside.start(sys.executable, "-S", "-c", TALKER, stdout=sink)
    sink.close()
    return process


def read_until(fd, what, timeout=10):
    seen, end = b"", time.monotonic() + timeout
    while what not in seen:
        left = end - time.monotonic()
        assert left > 0 and select.select([fd], [], [], left)[0], "not there: %s in %s" % (what, seen[-3000:])
        seen += os.read(fd, 65536)
    return seen


def while_a_stranger_holds(inside, mode, kind):
    """Any process of the machine holds an fd on a mount that never answers."""
    hold(inside)
    if mode == "attach":
        target = talker(inside, kind)
        pcat = inside.start(PCAT, "-q", "--json", "-p", target.pid, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        read_until(pcat.stdout.fileno(), b'"type":"armed"')
        newline = b"\\n"
    else:
        reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        pcat = inside.start(PCAT, *MODES[mode], "-o", "/dev/stderr", "--", sys.executable, "-S", "-c", TALKER,
                            stdout=reader.stdin, stderr=subprocess.PIPE)
        reader.stdin.close()
        target, newline = pcat, b"\n"
    go(target)
    seen = read_until((pcat.stdout or pcat.stderr).fileno(), b"thirty were said" + newline)
    assert all(b"said %d" % i + newline in seen for i in range(30)), seen
    pcat.send_signal(signal.SIGTERM)
    pcat.wait(6)


def viewed_while_a_stranger_holds(inside, mode):
    hold(inside)
    target = talker(inside, "pipe")
    pid, screen = pty.fork()
    if pid == 0:
        os.execve(PCAT_TUI, [str(PCAT_TUI), "-p", str(target.pid)], dict(os.environ, TERM="xterm"))
    until(lambda: state(target.pid, "TracerPid") not in (None, "0"), "it is not traced")
    go(target)
    read_until(screen, b"thirty were said")
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 6
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        assert time.monotonic() < end, "it does not end"
        if select.select([screen], [], [], 0.05)[0]:
            try:
                os.read(screen, 65536)
            except OSError:
                pass


def listed_while_a_stranger_holds(inside, mode):
    hold(inside)
    listed = subprocess.run([PCAT, "--list", "--json"], stdout=subprocess.PIPE, timeout=8, check=True)
    assert b"fusefs" in listed.stdout
    steered = inside.start(PCAT, "--control", "--json", stdout=subprocess.PIPE)
    steered.stdin.write(b"list\n")
    steered.stdin.flush()
    assert b"fusefs" in read_until(steered.stdout.fileno(), b'"type":"reply"')
    steered.communicate(timeout=8)
    assert steered.returncode == 0


def main(case, directory, *args):
    inside = Inside(directory)
    try:
        globals()[case](inside, *args)
    finally:
        inside.cut()


# --- outside ---

def reason_against():
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "no /dev/fuse"
    if subprocess.run([*namespaces(), "true"], stderr=subprocess.DEVNULL).returncode:
        return "no namespaces of one's own"
    return None


def namespaces():
    return ["unshare", *([] if os.geteuid() == 0 else ["-Ur"]), "-mpf", "--mount-proc", "--kill-child"]


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: another user")


@pytest.fixture
def inside():
    reason = reason_against()
    if reason:
        pytest.skip(reason)
    directory = Path(tempfile.mkdtemp(prefix="pcat-nowait-", dir="/var/tmp"))
    directory.chmod(0o755)

    def run(case, *args):
        process = subprocess.Popen([*namespaces(), sys.executable, __file__, case.__name__, directory, *args],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output = process.communicate(timeout=3 * TIMEOUT)[0]
        finally:
            process.kill()
            process.wait()
        assert process.returncode == 0, output.decode()
    yield run
    shutil.rmtree(directory, ignore_errors=True)


all_modes = pytest.mark.parametrize("mode", MODES)


@all_modes
def test_a_mount_that_the_target_serves(inside, mode):
    inside(served_by_the_target, mode)


@needs_root
@all_modes
def test_a_mount_of_another_user(inside, mode):
    inside(of_another_user, mode)


@all_modes
def test_bytes_from_there(inside, mode):
    inside(sent_from_there, mode)


@all_modes
def test_memory_from_there(inside, mode):
    inside(mapped_from_there, mode)


def test_output_to_there(inside):
    inside(shown_there, "attach")


@needs_root
def test_with_the_capability_alone(inside):
    inside(by_the_capability_alone, "attach")


def test_letting_go(inside):
    inside(let_go, "attach")


@pytest.mark.parametrize("mode, kind", [*((mode, "pipe") for mode in MODES), ("attach", "fifo"), ("attach", "pty")])
def test_an_fd_of_a_stranger(inside, mode, kind):
    inside(while_a_stranger_holds, mode, kind)


def test_an_fd_of_a_stranger_and_the_viewer(inside):
    if not PCAT_TUI.exists():
        pytest.skip("built with --disable-tui")
    inside(viewed_while_a_stranger_holds, "attach")


def test_an_fd_of_a_stranger_and_the_list(inside):
    inside(listed_while_a_stranger_holds, "attach")


if __name__ == "__main__":
    main(*sys.argv[1:])
