"""Captures what the targets read: --fd 0. Text that is typed without echo must not be shown."""
import os
import pty
import shutil
import subprocess
import sys
import termios

import pytest

from conftest import PCAT, events, until

PASSWORD = b"Xq7vZk29Wm"


def reads(data):
    return [e for e in events(data) if e["type"] == "read"]


def test_reads_are_events(pcat):
    out = pcat("--json", "--fd", "0,1", "cat", input=b"one\ntwo\n", stdin=None).stdout
    assert "".join(e["data"] for e in reads(out)) == "one\ntwo\n"
    assert {e["stream"] for e in reads(out)} == {"stdin"}
    assert [e["data"] for e in events(out) if e["type"] == "write"] == ["one\ntwo\n"]


def test_without_fd_0_there_are_none(pcat):
    assert not reads(pcat("--json", "cat", input=b"one\n", stdin=None).stdout)


def test_prefix_tells_what_came_in(pcat):
    out = pcat("-v", "-q", "--fd=0", "-o", "log", "head", "-c3", input=b"in\n", stdin=None)
    assert out.stdout == b"in\n"


def test_a_recording_has_them(pcat, tmp_path):
    pcat("-w", "rec", "--fd=0,1", "cat", input=b"kept\n", stdin=None)
    assert [e["data"] for e in reads(pcat("-r", "rec", "--json").stdout)] == ["kept\n"]


ASK = {
    "bash": ["bash", "-c", "read -s p; echo got ${#p}; read q; echo and $q"],
    "sh": ["sh", "-c", "stty -echo; read p; stty echo; echo got ${#p}; read q; echo and $q"],
    "python": [sys.executable, "-c", "import getpass, sys; p = getpass.getpass('? ', sys.stderr); "
               "print('got', len(p), flush=True); print('and', input())"],
}


class Terminal:
    """A program on a terminal of its own, under pcat."""

    def __init__(self, argv, cwd, env):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=env,
                                        start_new_session=True)
        os.close(slave)
        os.set_blocking(self.master, False)
        self.seen = b""

    def look(self):
        try:
            self.seen += os.read(self.master, 65536)
        except (BlockingIOError, OSError):
            pass
        return self.seen

    def no_echo(self):
        return not termios.tcgetattr(self.master)[3] & termios.ECHO

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.mark.parametrize("how", ASK)
@pytest.mark.parametrize("filtered", [True, False])
def test_a_password_is_nowhere(tmp_path, pcat, how, filtered):
    if not shutil.which(ASK[how][0]):
        pytest.skip("no " + how)
    env = dict(os.environ, PCAT_LOG="all", PCAT_LOG_FILE=str(tmp_path / "log"))
    options = ["-w", "rec", "--fd=0,1,2", *([] if filtered else ["--no-seccomp"]), "--"]
    t = Terminal([str(PCAT), *options, *ASK[how]], tmp_path, env)
    try:
        until(t.no_echo, "it does not ask")
        os.write(t.master, PASSWORD + b"\n")
        until(lambda: b"got %d" % len(PASSWORD) in t.look(), "the password was not read")
        until(lambda: not t.no_echo(), "the echo is still off")
        os.write(t.master, b"shown\n")
        until(lambda: b"and shown" in t.look(), "nothing more was read")
        until(lambda: t.process.poll() == 0, "it does not end")
    finally:
        t.close()
    told = pcat("-r", "rec", "--json").stdout
    assert PASSWORD not in t.seen
    assert any(e.get("hidden") for e in reads(told)) or how == "python"  # getpass reads /dev/tty, not fd 0
    assert "shown\n" in "".join(e.get("data", "") for e in reads(told))
    for path in tmp_path.iterdir():
        assert not any(PASSWORD[i:i + 4] in path.read_bytes() for i in range(len(PASSWORD) - 3)), path
