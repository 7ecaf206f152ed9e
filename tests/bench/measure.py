"""Tracers, and one measurement with one of them. Used by bench.py and real.py."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


def wait_until(what, condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"timed out: {what}")
        time.sleep(0.001)


def tracer_of(tid):
    with open(f"/proc/{tid}/status", encoding="utf-8") as status:
        return int(re.search(r"TracerPid:\s*(\d+)", status.read())[1])


def all_traced(pid):
    return all(tracer_of(tid) for tid in os.listdir(f"/proc/{pid}/task"))


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- the tools ---


def nothing_shown(_text):
    return 0


def strace_shown(text):
    strings = re.findall(rb'write\(1, "((?:[^"\\]|\\.)*)"', text)
    return sum(len(re.sub(rb"\\.", b"x", s)) for s in strings)


def bpftrace_shown(text):
    return len(re.sub(rb"\\x..", b"x", text).strip())



class Tool:
    """How a tracer is started; delay: seconds until it is at work; 0: TracerPid tells."""

    def __init__(self, name, *argv, attach=False, delay=0, shown=len, stdout=False):
        self.name, self.argv, self.attach, self.delay = name, argv, attach, delay
        self.shown, self.stdout = shown, stdout

    def there(self):
        return not self.argv or shutil.which(self.argv[0]) is not None

    def command(self, out, pid=None):
        return [word.format(out=out, pid=pid) for word in self.argv]


BPF = 'tracepoint:syscalls:sys_enter_write /pid == {pid} && args->fd == 1/ {{ printf("%r", buf(args->buf, 64)); }}'


def tools(pcat):
    return [
        Tool("untraced"),
        Tool("strace", "strace", "-f", "-e", "trace=write", "-o", "{out}", shown=strace_shown),
        Tool("strace --seccomp-bpf", "strace", "-f", "--seccomp-bpf", "-e", "trace=write", "-o", "{out}",
             shown=strace_shown),
        Tool("strace -p", "strace", "-f", "-e", "trace=write", "-o", "{out}", "-p", "{pid}", attach=True,
             shown=strace_shown),
        Tool("pcat -p", pcat, "-q", "-o", "{out}", "-p", "{pid}", attach=True),
        Tool("pcat --no-seccomp --", pcat, "-q", "--no-seccomp", "-o", "{out}", "--"),
        Tool("pcat --", pcat, "-q", "-o", "{out}", "--"),
        Tool("pcat --pin --", pcat, "-q", "--pin", "-o", "{out}", "--"),
        Tool("perf trace", "perf", "trace", "-e", "write", "-o", "{out}", "-p", "{pid}", attach=True, delay=0.5,
             shown=nothing_shown),
        Tool("bpftrace", "bpftrace", "-q", "-o", "{out}", "-e", BPF, attach=True, delay=2, shown=bpftrace_shown),
        Tool("peekfd", "peekfd", "-c", "-n", "{pid}", "1", attach=True, delay=0.2, stdout=True),
    ]


# --- one measurement ---


class Job:
    """One run of the workload; the gate opens when its tracer is there."""

    def __init__(self, directory, workload, kind, ms):
        self.gate, self.result = directory / "gate", directory / "result"
        os.mkfifo(self.gate)
        self.argv = [workload, kind, str(ms), str(self.gate), str(self.result)]

    def words(self, n):
        lines = self.result.read_text().splitlines() if self.result.exists() else []
        return lines[n].split() if len(lines) > n else None

    def ready(self):
        return self.words(0) is not None

    def open_gate(self):
        with open(self.gate, "wb", buffering=0) as gate:
            gate.write(b"g")


def wait_for_tracer(tool, tracer, pid):
    if not tool.delay:
        wait_until(f"{tool.name} has attached", lambda: tracer.poll() is not None or all_traced(pid))
        time.sleep(0.02)  # the last of them is still to be started again
    else:
        time.sleep(tool.delay)  # neither perf nor bpftrace says when it is ready


@contextlib.contextmanager
def attached(tool, pid, out, pids=None):
    """The tool at work on a process that runs; pids: with others, as the tool wants them."""
    if not tool.argv:
        yield
        return
    with open(out if tool.stdout else os.devnull, "wb") as stdout:
        tracer = subprocess.Popen(tool.command(out, pids or pid), stdin=subprocess.DEVNULL, stdout=stdout,
                                  stderr=subprocess.DEVNULL, env=dict(os.environ, BPFTRACE_STRLEN="64"))
        try:
            wait_for_tracer(tool, tracer, pid)
            yield
        finally:
            end(tracer)


def measure(tool, workload, kind, ms, out="/dev/null"):
    """(ns per write, bytes written)."""
    with tempfile.TemporaryDirectory() as name:
        job = Job(Path(name), workload, kind, ms)
        log = Path(name) / "out" if out == "/dev/null" and tool.delay else Path(out)
        spawn = tool.argv and not tool.attach
        process = subprocess.Popen((tool.command(log) if spawn else []) + job.argv, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until("the workload is ready", job.ready)
            with attached(tool, int(job.words(0)[1]), log) if tool.attach else contextlib.nullcontext():
                job.open_gate()
                wait_until("the workload is done", lambda: job.words(1), 120)
                process.wait(60)
        finally:
            end(process)
        writes, size, ns = map(int, job.words(1))
        return ns / writes, size


def caught(tool, workload, kind):
    """The part of the bytes that the tool shows."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        _, size = measure(tool, workload, kind, 30, out)
        return tool.shown(out.read_bytes()) / size if out.exists() else 0.0
