"""Targets with a terminal: its size and its mode, also as they change, and the command `redraw`."""
import fcntl
import json
import os
import struct
import subprocess
import sys
import termios

import pytest

from conftest import PCAT, tracers, until
from test_list import Steered
from test_schema import assert_valid, validator  # noqa: F401

PROGRAM = """
import ctypes, fcntl, os, signal, struct, sys, termios

def size(*_):
    rows, cols = struct.unpack("HHHH", fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8)))[:2]
    os.write(2, b"%d %d\\n" % (rows, cols))

ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
signal.signal(signal.SIGWINCH, size)
os.write(2, b"ready\\n")
for line in sys.stdin:
    if line != "print\\n":
        mode = termios.tcgetattr(1)
        mode[1] = mode[1] | termios.ONLCR if line == "cooked\\n" else mode[1] & ~termios.ONLCR
        termios.tcsetattr(1, termios.TCSADRAIN, mode)
    os.write(1, b"did " + line.encode())
    os.write(2, b"done\\n")
"""


class Screen:
    """A program in the foreground of a terminal of 24x80. At each SIGWINCH it prints the terminal's size on
    stderr, which is a pipe."""

    def __init__(self):
        self.master, slave = os.openpty()
        self.resize(24, 80)
        self.process = subprocess.Popen(self.command(), stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.PIPE,
                                        start_new_session=True, preexec_fn=self.take_terminal)
        os.close(slave)
        self.pid = self.process.pid
        assert self.heard() == "ready"

    @staticmethod
    def command():
        return [sys.executable, "-c", PROGRAM]

    @staticmethod
    def take_terminal():
        fcntl.ioctl(1, termios.TIOCSCTTY, 0)

    def resize(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def size(self):
        return struct.unpack("HHHH", fcntl.ioctl(self.master, termios.TIOCGWINSZ, bytes(8)))[:2]

    def heard(self):
        return self.process.stderr.readline().decode().strip()

    def tell(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()
        assert self.heard() == "done"

    def end(self):
        self.process.kill()
        self.process.communicate()
        os.close(self.master)


@pytest.fixture
def screen():
    s = Screen()
    yield s
    s.end()


def test_size_and_mode_are_told_as_they_change(spawn, screen, validator):  # noqa: F811
    p = Steered(spawn, "-p", screen.pid)
    fd = dict(type="fd", pid=screen.pid, fd=1)
    p.wait_for(**fd, rows=24, cols=80)
    p.wait_for(type="armed", pid=screen.pid)
    screen.resize(30, 100)
    assert screen.heard() == "30 100"
    p.wait_for(**fd, rows=30, cols=100)
    screen.tell("raw")
    p.wait_for(**fd, rows=30, cols=100, raw=True)
    screen.tell("cooked")
    screen.tell("cooked")  # the same again is no news
    p.wait_for(type="write", pid=screen.pid, data="did cooked\n")
    told = [e for e in p.seen + p.end() if fd.items() <= e.items()]
    assert [(e["rows"], e["cols"], e.get("raw", False)) for e in told] == [
        (24, 80, False), (30, 100, False), (30, 100, True), (30, 100, False)]
    assert_valid(validator, told)


def test_mode_of_a_command_that_runs_under_the_filter(tmp_path):
    master, slave = os.openpty()
    with subprocess.Popen([str(PCAT), "-w", str(tmp_path / "r"), "--", *Screen.command()], stdin=subprocess.PIPE,
                          stdout=slave, stderr=subprocess.PIPE, start_new_session=True) as p:
        os.close(slave)
        assert p.stderr.readline() == b"ready\n"
        p.stdin.write(b"raw\n")
        p.stdin.flush()
        assert p.stderr.readline() == b"done\n"
        p.stdin.close()
        assert p.wait() == 0
    os.close(master)
    told = subprocess.run([str(PCAT), "--json", "-r", str(tmp_path / "r")], stdout=subprocess.PIPE, check=True).stdout
    modes = [e.get("raw", False) for e in map(json.loads, told.splitlines())
             if e["type"] == "fd" and e["fd"] == 1]
    assert modes == [False, True]


def test_redraw(spawn, screen):
    p = Steered(spawn, "-p", screen.pid)
    p.wait_for(type="armed", pid=screen.pid)
    assert p.tell("redraw %d" % screen.pid)[1]["ok"]
    assert screen.heard() == "24 80"  # asked, and the size is as it was
    assert p.tell("redraw %d resize" % screen.pid)[1]["ok"]
    assert screen.heard() == "23 80"
    assert screen.heard() == "24 80"
    assert screen.size() == (24, 80)
    screen.tell("print")
    sizes = {e["rows"] for e in p.seen + p.end() if e["type"] == "fd" and "rows" in e}
    assert sizes == {24}  # no event tells the temporary size


def test_redraw_gives_the_row_back_when_we_leave(spawn, screen):
    p = Steered(spawn, "-p", screen.pid)
    p.wait_for(type="armed", pid=screen.pid)
    p.process.stdin.write(b"redraw %d resize\nquit\n" % screen.pid)
    p.process.stdin.flush()
    p.end()
    assert screen.size() == (24, 80)
    until(lambda: tracers(screen.pid) == {0}, "still traced")


def test_redraw_keeps_the_size_that_somebody_else_chose(spawn, screen):
    p = Steered(spawn, "-p", screen.pid)
    p.wait_for(type="armed", pid=screen.pid)
    assert p.tell("redraw %d resize" % screen.pid)[1]["ok"]
    screen.resize(40, 90)
    p.end()
    assert screen.size() == (40, 90)


def test_redraw_refuses(spawn, target, screen):
    p = Steered(spawn, "-p", target.pid)
    p.wait_for(type="armed", pid=target.pid)
    for command, why in (("redraw", "is not traced"), ("redraw 1", "is not traced"),
                         ("redraw %d" % screen.pid, "is not traced"),
                         ("redraw %d" % target.pid, "has no terminal"),
                         ("redraw %d resize" % target.pid, "has no terminal"),
                         ("redraw %d twice" % target.pid, "is no way to do it")):
        reply = p.tell(command)[1]
        assert not reply["ok"] and why in reply["text"], reply
    target.say("still here\n")
    p.wait_for(type="write", data="still here\n")
    p.end()
