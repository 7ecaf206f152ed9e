"""What a large recording costs to look at, run by hand: tests/bench/replay.py [--size MIB] [--build DIR].

Makes a recording of 64-byte writes of eight threads, with a child that ends now and then, and opens it with
pcat-tui on a pty: time to the first screen, to the answer to a key while it is still read, until all is read, and to
seek to places all over it; the memory at the end. Beside it lnav and less with the same output as text.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cbor2

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ui import Viewer  # noqa: E402

LINE = b"0123456789 abcdefghijklmnopqrstuvwxyz 0123456789 abcdef %07d\n"
START = 1732340000 * 10 ** 9
STEP = 100000  # ns from event to event
PARTS = 8


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--size", type=int, default=1024, help="of the recording, MiB")
    parser.add_argument("--directory", default="/var/tmp", help="where it is made")
    parser.add_argument("--seeks", type=int, default=25)
    parser.add_argument("--zst", action="store_true", help="compress it (zstd)")
    parser.add_argument("--child-every", type=int, default=5000, metavar="LINES", help="a child comes and goes")
    parser.add_argument("--only-pcat", action="store_true")
    return parser.parse_args()


class Recording:
    def __init__(self, path, size, child_every=5000):
        self.seq = self.lines = 0
        self.child_every = child_every
        with open(path, "wb", buffering=1 << 22) as self.out, open(str(path) + ".txt", "wb", buffering=1 << 22) as self.text:
            self.make(size)

    def put(self, kind, **fields):
        self.seq += 1
        self.out.write(cbor2.dumps([kind, dict(seq=self.seq, time=START + self.seq * STEP, **fields)]))

    def make(self, size):
        self.put("hello", magic="pcat-stream", version=1, program="bench", host="bench", pid=1)
        self.put("task", tid=100, pid=100, parent=1, how="spawned", comm="main", argv=["main"])
        for i in range(1, PARTS):
            self.put("task", tid=100 + i, pid=100, parent=100, how="thread", comm="part-%d" % i)
        while self.out.tell() < size:
            self.write(100 + self.lines % PARTS)
            if self.lines % self.child_every == 0:
                self.child(1000 + self.lines // self.child_every)
        self.put("end", why="over", writes=self.lines, bytes=self.lines * 64)

    def write(self, tid):
        data = LINE % self.lines
        self.lines += 1
        self.put("write", pid=100, tid=tid, fd=1, comm="main" if tid == 100 else "part-%d" % (tid - 100), stream="stdout",
                 syscall="write", duration=5000, total=len(data), len=len(data), data=data)
        self.text.write(data)

    def child(self, pid):
        self.put("task", tid=pid, pid=pid, parent=100, how="fork", comm="job", argv=["job"])
        self.put("write", pid=pid, tid=pid, fd=2, comm="job", stream="stderr", syscall="write", duration=5000, total=4, len=4,
                 data=b"job\n")
        self.put("exit", tid=pid, pid=pid, code=int(pid % 10 == 0))


def until(viewer, text, seconds=600):
    """Reads until that has come out; returns the seconds it took."""
    start, seen = time.monotonic(), b""
    while text not in seen:
        if time.monotonic() - start > seconds:
            raise SystemExit("waited in vain for %r" % text)
        seen = (seen + viewer.read(0.05))[-200000:]
    return time.monotonic() - start


def quiet(viewer):
    while viewer.read(0.3):
        pass


def seek(viewer, percent):
    """The screen says where it is, in a status bar that is drawn when all is there."""
    viewer.press(b":seek %d%%" % percent)
    quiet(viewer)
    start = time.monotonic()
    viewer.press(b"\r")
    until(viewer, "‖".encode())
    return time.monotonic() - start


def measure(path, build, seeks):
    start = time.monotonic()
    viewer = Viewer(build, "-r", str(path))
    try:
        until(viewer, b"Tasks")
        print("first screen: %.0f ms" % ((time.monotonic() - start) * 1000))
        key = time.monotonic()
        viewer.press(b":")
        viewer.press(b"Q")
        until(viewer, b"Q")
        print("a key, while it is read: %.0f ms" % ((time.monotonic() - key) * 1000))
        viewer.press(b"\x1b")
        until(viewer, b"cording")  # of "recording": only what differs is drawn
        print("all is read and indexed: %.1f s" % (time.monotonic() - start))
        print("memory: %.0f MiB" % (viewer.resident() / 2 ** 20))
        quiet(viewer)
        print("to the middle: %.0f ms" % (seek(viewer, 50) * 1000))
        viewer.press(b":seek end\r")
        until(viewer, b"cording")  # of "recording": only what differs is drawn
        random.seed(1)
        times = []
        for _ in range(seeks):
            times.append(seek(viewer, random.randrange(1, 99)))
            viewer.press(b":seek end\r")
            until(viewer, b"cording")  # of "recording": only what differs is drawn
        print("anywhere, %d times: median %.0f ms, worst %.0f ms" % (seeks, statistics.median(times) * 1000, max(times) * 1000))
        print("memory: %.0f MiB" % (viewer.resident() / 2 ** 20))
    finally:
        viewer.close()


def beside(path):
    """lnav without its screen, up to its last line; less to the middle of it, on a pty."""
    if shutil.which("lnav"):
        start = time.monotonic()
        subprocess.run(["lnav", "-n", "-c", ":goto 100%", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print("lnav -n, to the end: %.1f s" % (time.monotonic() - start))
    if shutil.which("less"):
        master, slave = os.openpty()
        start = time.monotonic()
        less = subprocess.Popen(["less", "+50%", str(path)], stdin=slave, stdout=slave, stderr=slave,
                                env=dict(os.environ, TERM="xterm", LESS=""))
        os.close(slave)
        seen = b""
        while b"50%" not in seen and seen.count(b"\n") < 20:
            seen += os.read(master, 65536)
        print("less +50%%: %.0f ms" % ((time.monotonic() - start) * 1000))
        less.kill()
        less.wait()
        os.close(master)


def main():
    o = options()
    path = Path(o.directory) / ("pcat-bench-%d.pcat" % os.getpid())
    try:
        recording = Recording(path, o.size << 20, o.child_every)
        print("%d events, %.2f GB, %.2f GB of text" % (recording.seq, path.stat().st_size / 1e9, recording.lines * 64 / 1e9))
        if o.zst:
            subprocess.run(["zstd", "-q", "--rm", str(path)], check=True)
            path = Path(str(path) + ".zst")
        measure(path, o.build, o.seeks)
        if not o.only_pcat:
            beside(str(path).removesuffix(".zst") + ".txt")
    finally:
        for leftover in path.parent.glob("pcat-bench-%d.pcat*" % os.getpid()):
            leftover.unlink()


if __name__ == "__main__":
    main()
