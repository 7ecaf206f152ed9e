"""Gives pcat-tui random output, names and command lines of tracees, and random keys, and checks strictly what it writes to its terminal.

    fuzz_terminal.py --build build-asan --seconds 600 --seed 1

It may write only text, the sequences of this terminal's description, and the few that src/term/term.c writes itself: mouse,
bracketed paste, OSC 52. Prints a line of figures at the end. Exit status 1: it wrote something else, or it crashed.
"""
import argparse
import os
import random
import re
import select
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
import ui  # noqa: E402

# Sequences that curses writes for xterm-256color, and our own: modes by number, colours, cursor, erasing, scrolling.
SEQUENCES = re.compile(
    rb"\x1b\[(\?(1|7|12|25|47|1000|1002|1003|1005|1006|1015|1034|1049|2004)(;(1000|1006|1002|2004))*[hl]"
    rb"|[0-9;:]*[mHJKABCDGLMPX@STdr]|[0-9]*[IZbg]|4[hl]|!p|[0-9;]*t)"
    rb"|\x1b[()][B0]|\x1b[=>78MDEHc]|\x1b\]52;c;[A-Za-z0-9+/=]*(\x07|\x1b\\)|[\r\n\b\t\x0e\x0f]|\x07")
TEXT = re.compile(rb"(?:[\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
# Characters that no terminal shows: two-byte controls, line separators, marks that change the writing direction.
UNSEEN = re.compile("[\u0080-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0001-\U000e007f]")
START = re.compile(rb"\x1b(\[[0-9;:?!]*|\][^\x07\x1b]*\x1b?|[()])?$|[\xc2-\xf4][\x80-\xbf]{0,2}$")

BYTES = [b"\x1b[31m", b"\x1b[2J", b"\x1b]0;title\x07", b"\x1b]52;c;ZXZpbA==\x07", b"\x1bP1$q\x1b\\", b"\x9b5n", b"\x1b[6n", b"\x1b[c",
         b"\r", b"\n", b"\t", b"\b", b"\x07", b"\x0e", b"\x1b", b"\xe6\x97\xa5", b"e\xcc\x81", b"\xff\xfe", b"\xf0\x9f\x98\x80", b"\x00",
         b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[5;3H", b"\x1b[K", b"\x1b[3;9r", b"\x1b[2L", b"\x1b[2M", b"\x1bM", b"\x1b[40b", b"\x1b(0",
         b"\x1b[?25l", b"\x1bc", b"\x1b[4h", b"\x1b#6", b"\x1b7", b"\x1b8", b"\x1b[99999S"]
# Not s and |: they would write files and run commands.
KEYS = [b"j", b"k", b"g", b"G", b"\t", b"z", b"t", b"/", b"&", b"n", b"N", b"\r", b"\x1b", b">", b"<", b"x", b"w", b"T", b"p", b"h",
        b"l", b" ", b"b", b"-", b"+", b"*", b"u", b"f", b"H", b"o", b"?", b"!", b":", b"P", b"\x7f", b"0", b"1", b"2", b"3", b"d", b"X",
        b"#", b"y", b"Y", b"E", b"O", b"C", b"m", b"'", b"\x17", b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~", b"\x1bOP", b"\x1b/",
        b"v", b"e", b"\x1bd", b"L", b"L", b"M", b"%", b"=", b"@", b"\x1b[19~", b"\x1b[19~", b"\x1b[C", b"\x1b[D", b"\x1b[<0;30;5M", b"\x1b[<32;40;9M", b"\x1b[<32;9;2M", b"\x1b[<0;9;2m", b"\x1b[<64;30;5M", b"\x1b[200~pasted\x1b[201~", b"a.b", b"(", b"\x0c", b"S", b"S", b"S"]


def output(rng):
    parts = [rng.choice(BYTES) if rng.random() < 0.4 else rng.randbytes(rng.randrange(1, 40)) if rng.random() < 0.3
             else bytes(rng.randrange(32, 127) for _ in range(rng.randrange(1, 90))) for _ in range(rng.randrange(1, 12))]
    return b"".join(parts) + (b"\n" if rng.random() < 0.7 else b"")


def terminal(rng):
    """An fd event: an fd refers to a terminal of random size."""
    return ui.event("fd", seq=4, time=1, pid=100 + rng.randrange(12), fd=1, target="/dev/pts/1", dev=24, ino=rng.randrange(1, 5),
                    stream="stdout", rows=rng.choice([0, 1, 5, 24, 50, 70000]), cols=rng.choice([0, 1, 20, 80, 200, 70000]),
                    raw=rng.random() < 0.5)


def check(data):
    """Returns the incomplete sequence or character at the end of data. Raises ValueError for bytes that are not allowed."""
    at = 0
    while at < len(data):
        found = TEXT.match(data, at) or SEQUENCES.match(data, at)
        if found and (bad := UNSEEN.search(found[0].decode(errors="ignore"))):
            raise ValueError("U+%04X in %r" % (ord(bad[0]), found[0]))
        if not found:
            if len(data) - at < 4096 and START.match(data, at):
                return data[at:]
            raise ValueError(data[max(0, at - 40):at + 60])
        at = found.end()
    return b""


NAMES = BYTES + [b"\npcat: x", b"\xc2\x9b31m", b"\xc2\x9d0;x\xc2\x9c", "\u202e\u2066\u2028\u200b\ufeff".encode(), b"\xf3\xa0\x81\x81", b"%s%n", b"ab ", b"/x/"]


def name(rng, most=40):
    """A random name of a tracee: str if it is valid UTF-8, else bytes."""
    data = b"".join(rng.choice(NAMES) for _ in range(rng.randrange(1, 6)))[:most]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def told(rng):
    """A random event with text of tracees."""
    pid, some = 100 + rng.randrange(12), lambda most=40: name(rng, most)
    argv = b"\0".join(s.encode() if isinstance(s, str) else s for s in (some(), some(), some(200))) + b"\0"
    kinds = {
        "task": dict(pid=pid, tid=pid, parent=100, how="fork", comm=some(15), argv=argv),
        "exec": dict(pid=pid, tid=pid, exe=some(), comm=some(15), argv=argv),
        "fd": dict(pid=pid, fd=rng.randrange(1, 4), target=some(200), stream="stdout"),
        "note": dict(pid=pid, text=some(200)),
        "blocked": dict(pid=pid, tid=pid, fd=1, since=1, reader=pid, reader_comm=some(15), why=some()),
        "other": dict(pid=pid, fd=7, target=some(), writes=1, bytes=1),
        "lost": dict(pid=pid, tid=pid, fd=1, stream="stdout", writes=1, bytes=1, why=some()),
        "exit": dict(pid=pid, tid=pid, code=rng.randrange(3)),
        "detached": dict(pid=pid, tid=pid, why=some()),
        "process": dict(id=1, pid=pid, parent=1, uid=0, user=some(), comm=some(15), argv=argv, stdout=some(), stderr=some(), refused=some()),
        "reply": dict(id=1, ok=False, text=some()),
    }
    kind = rng.choice(list(kinds))
    return ui.event(kind, seq=5, time=1, **kinds[kind])


class Feed:
    """Random events for the viewer, through a FIFO."""

    def __init__(self, path, rng):
        os.mkfifo(path)
        self.rng, self.fd, self.path = rng, None, path
        self.rest = ui.beginning(12)

    def work(self):
        if self.fd is None:
            self.fd = os.open(self.path, os.O_WRONLY)
            os.set_blocking(self.fd, False)
        if len(self.rest) < 20000:
            if self.rng.random() < 0.3:
                self.rest += terminal(self.rng)
            self.rest += b"".join(told(self.rng) for _ in range(self.rng.randrange(6)))
            self.rest += b"".join(ui.written(100 + self.rng.randrange(12), output(self.rng)) for _ in range(20))
        try:
            self.rest = self.rest[os.write(self.fd, self.rest[:4096]):]
        except BlockingIOError:
            pass


def run(build, rng, until, size):
    """Runs a viewer until that time, or until it ends. Returns the number of keys and of bytes it wrote."""
    keys = came = 0
    with tempfile.TemporaryDirectory() as name:
        feed = Feed(Path(name) / "fifo", rng)
        viewer = ui.Viewer(build, "-r", feed.path, rows=size[0], cols=size[1])
        rest = b""
        try:
            while time.monotonic() < until and viewer.process.poll() is None:
                feed.work()
                if rng.random() < 0.5:
                    viewer.press(rng.choice(KEYS))
                    keys += 1
                while select.select([viewer.master], [], [], 0.002)[0]:
                    data = viewer.read(0)
                    if not data:
                        break
                    came += len(data)
                    rest = check(rest + data)
            if viewer.process.poll() not in (None, 0):
                raise ValueError(b"the viewer died: %d" % viewer.process.returncode)
        finally:
            if feed.fd is not None:
                os.close(feed.fd)
            viewer.close()
    return keys, came


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build-asan", type=Path)
    parser.add_argument("--seconds", default=600, type=float)
    parser.add_argument("--seed", default=1, type=int)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    end, keys, came, runs = time.monotonic() + options.seconds, 0, 0, 0
    while time.monotonic() < end:
        try:
            k, c = run(options.build.resolve(), rng, min(end, time.monotonic() + 30), rng.choice([(24, 80), (50, 200), (5, 20)]))
        except ValueError as e:
            print("seed %d, run %d: %r" % (options.seed, runs, e.args[0]))
            sys.exit(1)
        keys, came, runs = keys + k, came + c, runs + 1
    print(f"{runs} runs, {keys} keys, {came} bytes on the terminal: all of them allowed, and no viewer crashed")


if __name__ == "__main__":
    main()
