"""What many threads cost: attaching, letting go, memory, and the time of a write among them. Used by bench.py."""
import contextlib
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from measure import Job, Tool, end, measure, wait_until

SIZES = (1, 1000, 10000)


def resident(pid):
    return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def cpu_ticks(pid):
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


@contextlib.contextmanager
def sleepers(workload, n):
    """A process with n threads."""
    with tempfile.TemporaryDirectory() as name:
        job = Job(Path(name), workload, f"1:{n - 1}:0:64", 1)
        process = subprocess.Popen(job.argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            wait_until("the threads are there", job.ready)
            time.sleep(0.3)
            yield process.pid
        finally:
            process.kill()
            process.wait()


def attach_once(pcat, pid):
    """Seconds from our start of pcat until it tells that all threads are traced, and from its SIGINT to its end."""
    began = time.monotonic()
    process = subprocess.Popen([pcat, "--json", "-p", str(pid)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    try:
        for line in process.stdout:
            if b'"armed"' in line:
                break
        attached = time.monotonic() - began
        time.sleep(0.3)
        memory, fds, ticks = resident(process.pid), len(os.listdir(f"/proc/{process.pid}/fd")), cpu_ticks(process.pid)
        time.sleep(0.5)
        idle = (cpu_ticks(process.pid) - ticks) / os.sysconf("SC_CLK_TCK") / 0.5
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.wait(60)
        return {"attach": attached, "detach": time.monotonic() - asked, "rss": memory, "fds": fds, "idle_cpu": idle}
    finally:
        process.stdout.close()
        end(process)


def attach_rows(pcat, workload, rounds):
    rows = []
    for n in SIZES:
        with sleepers(workload, n) as pid:
            figures = [attach_once(pcat, pid) for _ in range(rounds)]
        row = {key: statistics.median(f[key] for f in figures) for key in figures[0]}
        row |= {"threads": n, "attach_high": max(f["attach"] for f in figures), "detach_high": max(f["detach"] for f in figures)}
        row["rss_per_thread"] = (row["rss"] - (rows[0] if rows else row)["rss"]) / n
        rows.append(row)
        print(f"{n:6} threads: attach {row['attach']:.3f} s (at most {row['attach_high']:.3f}), let go {row['detach']:.3f} s "
              f"(at most {row['detach_high']:.3f}), {row['rss'] / 1024:.0f} KiB, {row['rss_per_thread']:.0f} bytes a thread, "
              f"{row['fds']} fds, idle {row['idle_cpu']:.1%} CPU", flush=True)
    return rows


def write_rows(pcat, workload, rounds, ms):
    """A busy thread among others that sleep: the rounds take turns."""
    tool = Tool("pcat -p", pcat, "-q", "-o", "{out}", "-p", "{pid}", attach=True)
    times = {n: [] for n in SIZES}
    for _ in range(rounds):
        for n in SIZES:
            times[n].append(measure(tool, workload, f"1:{n - 1}:0:64", ms)[0])
    rows = []
    for n in SIZES:
        ratio = statistics.median(a / b for a, b in zip(times[n], times[1]))
        rows.append({"threads": n, "us": statistics.median(times[n]) / 1000, "to_alone": ratio})
        print(f"{n:6} threads: {rows[-1]['us']:.2f} us a write, {ratio:.2f} of alone", flush=True)
    return rows


def measure_all(pcat, workload, rounds, ms):
    return {"attach": attach_rows(pcat, workload, rounds), "write": write_rows(pcat, workload, rounds, ms)}
