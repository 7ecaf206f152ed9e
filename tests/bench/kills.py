"""How often a program feels that its tracer is killed by SIGKILL: `make kills`.

One target is attached to and freed again, many times: the tracer is killed at a random moment after every thread has
been attached. What the target feels is a write that takes fewer bytes than it was given, or a wait that fails with
EINTR though nobody signals; it counts both itself (felt.c). The last column must be 0: what was felt while the tracer
was still at work.

kills.py [--build DIR] [--tracer COMMAND: the target's pid follows] [--cases writes,woken,idle] [--rounds N]
         [--within MS] [--early] [--signal NAME]
"""
import argparse
import contextlib
import random
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from measure import all_traced, end, tracer_of, wait_until  # noqa: E402

CASES = "writes", "woken", "idle"
HEAD, ROW = struct.Struct("QQ"), struct.Struct("32sQQ")
AFTERWARDS = 0.05  # seconds in which the target feels what it has to


class Target:
    """A process that counts what it feels."""

    def __init__(self, program, case, path):
        self.path, self.case = path, case
        self.process = subprocess.Popen([program, case, path], stdin=subprocess.PIPE)
        try:
            wait_until("the target is ready", lambda: path.exists() and len(self.read()) >= HEAD.size and self.pid())
        except BaseException:
            self.end()
            raise

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def read(self):
        return self.path.read_bytes()

    def pid(self):
        return HEAD.unpack_from(self.read())[0]

    def rows(self):
        """name -> (calls, felt)"""
        data = self.read()
        rows = [ROW.unpack_from(data, HEAD.size + i * ROW.size) for i in range(HEAD.unpack_from(data)[1])]
        return {name.rstrip(b"\0").decode(): (calls, felt) for name, calls, felt in rows}

    def wait_for_calls(self):
        """Until each thread that is busy has made a call from beginning to end."""
        if self.case != "idle":
            start = self.rows()
            wait_until("the target goes on", lambda: all(n[0] >= start[k][0] + 4 for k, n in self.rows().items()))


@contextlib.contextmanager
def target_of(program, case):
    with tempfile.TemporaryDirectory() as name:
        target = Target(program, case, Path(name) / "counts")
        try:
            yield target
        finally:
            target.end()


def kill_once(target, tracer, options):
    """What was felt: before the kill, and of it. Two dicts by name."""
    pid = target.pid()
    start = target.rows()
    process = subprocess.Popen(tracer + [str(pid)], stdin=subprocess.DEVNULL)
    try:
        if not options.early:
            wait_until("the tracer has attached", lambda: process.poll() is not None or all_traced(pid))
        time.sleep(random.uniform(0, options.within / 1000))
        if process.poll() is not None:
            raise RuntimeError("the tracer has ended by itself")
        before = target.rows()
        process.send_signal(options.signal)
        process.wait(20)
    finally:
        end(process)
    wait_until("the target is free", lambda: tracer_of(pid) == 0)
    time.sleep(AFTERWARDS)
    target.wait_for_calls()
    after = target.rows()
    return ({k: before[k][1] - start[k][1] for k in start}, {k: after[k][1] - before[k][1] for k in start})


class Row:
    """What one call felt over all rounds."""

    def __init__(self):
        self.kills, self.times, self.early = 0, 0, 0

    def add(self, early, felt):
        self.kills += felt > 0
        self.times += felt
        self.early += early

    def print(self, case, name, rounds):
        print("%-8s %-24s %6d %8d %7.1f %% %6d %10d" % (case, name, rounds, self.kills, 100 * self.kills / rounds,
                                                         self.times, self.early), flush=True)


def run(target, tracer, options):
    """Prints a row for each of its calls, and one for all together."""
    rows, together = {name: Row() for name in target.rows()}, Row()
    for _ in range(options.rounds):
        early, felt = kill_once(target, tracer, options)
        for name, row in rows.items():
            row.add(early[name], felt[name])
        together.add(sum(early.values()), sum(felt.values()))
    for name, row in rows.items():
        row.print(target.case, name, options.rounds)
    together.print(target.case, "any of them", options.rounds)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--tracer", help="default: the build's pcat -p")
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--rounds", default=200, type=int)
    parser.add_argument("--within", default=600, type=float, help="ms from the attach to the kill, at the most")
    parser.add_argument("--early", action="store_true", help="from the tracer's start: kills fall into the attach too")
    parser.add_argument("--signal", default=signal.SIGKILL, type=lambda name: signal.Signals["SIG" + name])
    return parser.parse_args()


def main():
    options = parse()
    tracer = shlex.split(options.tracer or "") or [str((options.build / "pcat").resolve()), "-q", "-o", "/dev/null", "-p"]
    program = str((options.build / "tests/bench/felt").resolve())
    print("%-8s %-24s %6s %8s %9s %6s %10s" % ("case", "call", "kills", "felt in", "share", "times", "otherwise"))
    for case in options.cases.split(","):
        with target_of(program, case) as target:
            run(target, tracer, options)


if __name__ == "__main__":
    main()
