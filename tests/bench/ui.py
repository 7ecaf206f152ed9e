"""How soon pcat-tui answers: `make bench-ui`.

pcat-tui runs on a pty of ours. A key is typed into its prompt, and the time taken until that letter comes
out: it has passed the loop, a whole frame was drawn, and the terminal has it. Nobody else prints those letters. All this
while nothing comes in, while 200 MB/s do, with 1,000 streams that all print, with screens that are played, with a filter at work on 500 MB, and
with each letter searching or filtering those anew. Then: from the return of write() in a target to its letter on the pty; and what it costs to read a recording
into the model, beside cat and lnav with the same bytes as text.
"""
import argparse
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path

import cbor2

LETTERS = b"QWVY"  # in no escape sequence that curses writes here, in no text of ours
LINE = b"0123456789 abcdefghijklmnop rstuvwxz 0123456789 abcdefghijklmno\n"
MIB = 1 << 20
ENTER, ESCAPE, BACKSPACE = b"\r", b"\x1b", b"\x7f"


# --- streams ---


def event(kind, **fields):
    return cbor2.dumps([kind, fields])


def hello():
    return event("hello", seq=1, time=1, magic="pcat-stream", version=1, program="bench", host="bench", pid=1)


def task(tid):
    return event("task", seq=2, time=1, pid=tid, tid=tid, parent=1, how="fork", comm="bench%d" % tid, argv=b"bench\0")


def written(tid, data):
    return event("write", seq=3, time=1, pid=tid, tid=tid, fd=1, stream="stdout", syscall="write", duration=1, len=len(data), data=data)


def flood(streams, size):
    """Writes of 4 KiB, of each stream in turn, about size bytes of them."""
    data = LINE * 64
    one = [written(100 + i, data) for i in range(streams)]
    return b"".join(one[i % streams] for i in range(max(streams, size // len(data))))


def beginning(streams):
    return hello() + b"".join(task(100 + i) for i in range(streams))


class Feeder:
    """Writes a beginning and then the same bytes again and again into a FIFO, so many bytes a second."""

    def __init__(self, path, first, again, rate, most=None):
        os.mkfifo(path)
        self.path, self.first, self.again, self.rate, self.most = path, first, again, rate, most
        self.sent, self.stop, self.began, self.done_at = 0, False, None, None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with contextlib.suppress(BrokenPipeError, OSError), open(self.path, "wb", buffering=0) as pipe:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, MIB)
            pipe.write(self.first)
            self.began = time.monotonic()
            while not self.stop and (self.most is None or self.sent < self.most):
                view = memoryview(self.again)
                while view and not self.stop:
                    n = pipe.write(view[:256 * 1024])
                    view = view[n:]
                    self.sent += n
                    ahead = self.sent / self.rate - (time.monotonic() - self.began)
                    if ahead > 0.002:
                        time.sleep(ahead)
            self.done_at = time.monotonic()
            while not self.stop:
                time.sleep(0.05)

    def speed(self):
        return self.sent / ((self.done_at or time.monotonic()) - self.began)


# --- the viewer on a pty ---


class Viewer:
    def __init__(self, build, *argv, rows=50, cols=200):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PCAT_LOG="")
        self.process = subprocess.Popen([str(build / "pcat-tui"), *map(str, argv)], stdin=slave, stdout=slave,
                                        stderr=subprocess.DEVNULL, env=env, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                return os.read(self.master, 1 << 18)
        return b""

    def drain(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def press(self, keys):
        os.write(self.master, keys)

    def answer(self, letter, seconds=20):
        """When that letter came, monotonic."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if letter in self.read(1):
                return time.monotonic()
        raise RuntimeError("no answer")

    def resident(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) * 1024

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def latencies(viewer, count, pause):
    """Seconds from a key to its letter, count times."""
    times = []
    viewer.press(b":")
    viewer.drain(0.2)
    for n in range(count):
        letter = LETTERS[n % len(LETTERS):][:1]
        began = time.monotonic()
        viewer.press(letter)
        times.append(viewer.answer(letter) - began)
        viewer.press(BACKSPACE)
        viewer.drain(pause)
    viewer.press(ESCAPE)
    viewer.drain(0.2)
    return times


def row(name, times, **more):
    cuts = statistics.quantiles(times, n=100)
    figures = {"what": name, "count": len(times), "p50_ms": statistics.median(times) * 1000, "p99_ms": cuts[98] * 1000,
               "max_ms": max(times) * 1000, **more}
    extra = "".join(f"  {key} {value}" for key, value in more.items())
    print(f"{name:44} p50 {figures['p50_ms']:7.2f} ms   p99 {figures['p99_ms']:7.2f} ms   most {figures['max_ms']:7.2f} ms{extra}",
          flush=True)
    return figures


@contextlib.contextmanager
def viewing(build, feeder, *options):
    viewer = Viewer(build, *options, "-r", feeder.path)
    try:
        viewer.drain(1)
        yield viewer
    finally:
        feeder.stop = True
        viewer.close()


def idle(build, directory, count):
    feeder = Feeder(directory / "idle", beginning(20), flood(20, MIB), 1e12, most=1)
    with viewing(build, feeder) as viewer:
        return row("a key, nothing comes in", latencies(viewer, count, 0.02))


def flooded(build, directory, count):
    feeder = Feeder(directory / "flood", beginning(20), flood(20, 4 * MIB), 200e6)
    with viewing(build, feeder) as viewer:
        times = latencies(viewer, count, 0.01)
        return row("a key, 200 MB/s come in", times, MB_per_s=round(feeder.speed() / 1e6), RSS_MiB=viewer.resident() // MIB)


def many(build, directory, count):
    feeder = Feeder(directory / "many", beginning(1000), flood(1000, 4 * MIB), 20e6)
    with viewing(build, feeder) as viewer:
        times = latencies(viewer, count, 0.01)
        return row("a key, 1,000 streams print 20 MB/s", times, MB_per_s=round(feeder.speed() / 1e6), RSS_MiB=viewer.resident() // MIB)


def loaded(build, directory, name, *options):
    """500 MB have come in."""
    feeder = Feeder(directory / name, beginning(20), flood(20, 4 * MIB), 1e12, most=500 * 10**6)
    viewer = Viewer(build, *options, "-r", feeder.path)
    while not feeder.done_at:
        viewer.read(0.1)
    viewer.drain(1)
    return feeder, viewer


def screens(streams, size):
    """Full-screen programs of 50x200 that draw all of it anew in each write, in colours."""
    def frame(n):
        return b"\x1b[H" + b"".join(b"\x1b[3%dm" % ((n + i) % 7) + LINE[:-1] * 3 + b"\x1b[K\r\n" for i in range(49))

    one = [written(100 + i, frame(i)) for i in range(streams)]
    return b"".join(one[i % streams] for i in range(max(streams, size // len(one[0]))))


def terminals(streams):
    return b"".join(event("fd", seq=4, time=1, pid=100 + i, fd=1, target="/dev/pts/%d" % i, dev=24, ino=3 + i, stream="stdout",
                          rows=50, cols=200) for i in range(streams))


def played(build, directory, count):
    """All panes that there are show screens, which are drawn anew at 20 MB/s together."""
    feeder = Feeder(directory / "screens", beginning(6) + terminals(6), screens(6, MIB), 20e6)
    with viewing(build, feeder) as viewer:
        for _ in range(6):
            viewer.press(b"\tS")
            viewer.drain(0.2)
        times = latencies(viewer, count, 0.01)
        return row("a key, screens are played, 20 MB/s", times, MB_per_s=round(feeder.speed() / 1e6), RSS_MiB=viewer.resident() // MIB)


def filtering(build, directory, count):
    """The filter is given anew until there are times enough: each takes a while to get through."""
    feeder, viewer = loaded(build, directory, "filter", "--scrollback", "600M")
    times, n = [], 0
    try:
        viewer.press(b"\t")
        viewer.drain(0.2)
        for _ in range(6):  # wider, up to everything
            viewer.press(b">")
        viewer.drain(0.3)
        while len(times) < count:
            n += 1
            viewer.press(b"&" + b"(0|9|z)[A-Z]+%d$" % n + ENTER)
            viewer.drain(0.05)
            times += latencies(viewer, min(25, count - len(times)), 0.005)
        return row("a key, a filter works on 500 MB", times, RSS_MiB=viewer.resident() // MIB)
    finally:
        feeder.stop = True
        viewer.close()


def typing(build, directory, count):
    """Searches and filters that show themselves while they are typed, over all of 500 MB: each letter begins anew."""
    feeder, viewer = loaded(build, directory, "typing", "--scrollback", "600M")
    rows = []
    try:
        viewer.press(b"\t")
        viewer.drain(0.2)
        for _ in range(6):  # wider, up to everything
            viewer.press(b">")
        viewer.drain(5)
        for name, prompt in ("search", b"/"), ("filter", b"&"), ("search of all streams", b"\x1b/"):
            times = []
            while len(times) < count:
                viewer.press(prompt)
                viewer.drain(0.2)
                for n in range(len(LETTERS)):
                    letter = LETTERS[n:n + 1]
                    began = time.monotonic()
                    viewer.press(letter)
                    times.append(viewer.answer(letter) - began)
                    viewer.drain(0.02)
                viewer.press(ESCAPE)
                viewer.drain(0.2)
            rows.append(row(f"a letter of a {name}, 500 MB", times, RSS_MiB=viewer.resident() // MIB))
        return rows
    finally:
        feeder.stop = True
        viewer.close()


def memory(build, directory):
    feeder, viewer = loaded(build, directory, "memory")
    try:
        resident = viewer.resident()
        print(f"500 MB of output, default budget (256M): {resident / MIB:.0f} MiB resident", flush=True)
        return resident
    finally:
        feeder.stop = True
        viewer.close()


# --- byte to screen ---

# Its letters are numbers here, as the tree shows its command line; on one line, so that each is one cell that changes.
WRITER = """
import os, sys, time
time.sleep(1.5)
for i in range(int(sys.argv[1])):
    os.write(1, bytes([13, (81, 87, 86, 89)[i % 4]]))
    os.write(3, b"%d\\n" % time.monotonic_ns())
    time.sleep(0.06 + (i % 7) * 0.005)
time.sleep(5)
"""


def byte_to_screen(build, count):
    told, tell = os.pipe()
    null = os.open(os.devnull, os.O_WRONLY)

    def fds():
        os.dup2(null, 1)
        os.dup2(tell, 3)

    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(count)], stdin=subprocess.DEVNULL, preexec_fn=fds,
                              pass_fds=(3,) if tell == 3 else (tell, 3))
    os.close(tell)
    os.close(null)
    viewer = Viewer(build, "-p", writer.pid)
    seen = []
    try:
        for n in range(count):
            seen.append(viewer.answer(LETTERS[n % 4:][:1]))
        with open(told, "rb", closefd=False) as lines:
            times = [seen[n] - int(lines.readline()) / 1e9 for n in range(count)]
        return row("from write() to the screen", times)
    finally:
        viewer.close()
        writer.kill()
        writer.wait()
        os.close(told)


# --- in bulk ---


def bulk(build, directory, streams, size):
    path = directory / f"bulk{streams}"
    path.write_bytes(beginning(streams))
    portion = flood(streams, max(4 * MIB, streams * 4096))
    with open(path, "ab") as file:
        while file.tell() < size:
            file.write(portion)
        file.write(event("end", seq=2 ** 40, time=1, why="made"))
    total, events, ns, peak = map(int, subprocess.run([str(build / "tests/bench/apply"), str(path)], check=True,
                                                      capture_output=True, text=True).stdout.split())
    print(f"{total / 1e9:.2f} GB of {streams} streams into the model: {ns / 1e9:.2f} s, {total / ns * 1000:.0f} MB/s, "
          f"{ns / events:.0f} ns an event of 4 KiB, {peak / MIB:.0f} MiB", flush=True)
    return path, {"streams": streams, "bytes": total, "seconds": ns / 1e9, "MB_per_s": total / ns * 1000, "peak": peak}


def timed(argv, stdin=None):
    began = time.monotonic()
    process = subprocess.Popen(argv, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - began, usage.ru_maxrss * 1024


def beside(build, directory, recording):
    """cat and lnav on the same bytes as text."""
    text = directory / "text"
    with open(text, "wb") as out:
        subprocess.run([str(build / "pcat"), "-q", "-r", str(recording)], stdout=out, check=True)
    rows = []
    for argv in ["cat", str(text)], ["lnav", "-n", str(text)]:
        if not shutil.which(argv[0]):
            print("not here:", argv[0])
            continue
        seconds, peak = timed(argv)
        print(f"{argv[0]:5} {text.stat().st_size / 1e9:.2f} GB as text: {seconds:.2f} s, {text.stat().st_size / seconds / 1e6:.0f} MB/s, "
              f"{peak / MIB:.0f} MiB", flush=True)
        rows.append({"what": argv[0], "seconds": seconds, "peak": peak})
    return rows


def in_bulk(build, directory):
    rows = []
    for streams in 1, 100, 10000:
        path, figures = bulk(build, directory, streams, 10**9)
        rows.append(figures)
        if streams == 1:
            rows += beside(build, directory, path)
            (directory / "text").unlink()
        path.unlink()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--count", default=300, type=int, help="keys in each condition (default: 300)")
    parser.add_argument("--only", default="idle,flood,many,played,filter,typing,memory,screen,bulk")
    parser.add_argument("--output", type=Path, help="the figures, as JSON")
    options = parser.parse_args()
    build = options.build.resolve()
    only = options.only.split(",")
    with tempfile.TemporaryDirectory() as name:
        d = Path(name)
        steps = {"idle": lambda: idle(build, d, options.count), "flood": lambda: flooded(build, d, options.count),
                 "many": lambda: many(build, d, options.count), "played": lambda: played(build, d, options.count), "filter": lambda: filtering(build, d, options.count),
                 "typing": lambda: typing(build, d, min(options.count, 80)), "memory": lambda: memory(build, d), "screen": lambda: byte_to_screen(build, min(options.count, 200)),
                 "bulk": lambda: in_bulk(build, d)}
        figures = {step: run() for step, run in steps.items() if step in only}
    if options.output:
        options.output.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
