"""What tracing costs in CPU time: `make bench-cpu`.

Time per write depends on which CPUs tracer and tracee are on, and on what else the machine does. CPU time hardly
does: here is that of both together for each write, all on one CPU, the start taken away (it is the difference of a
long and a short run). So a change of some per cent can be seen also on a machine that is not quiet. It is what a
busy machine has to pay; how long a write takes on a quiet one, `make bench` tells.

cpu.py [--build DIR] [--pcat FILE,FILE...: other builds beside it] [--workloads ade] [--rounds N]
"""
import argparse
import os
import resource
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bench import KINDS, REFERENCE  # noqa: E402
from measure import Tool, measure, tools  # noqa: E402

SHORT_MS, LONG_MS = 100, 300


def seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(tool, workload, shape, ms):
    """(writes, CPU seconds of all processes)"""
    before = seconds()
    _, size = measure(tool, workload, shape, ms)
    return size / int(shape.split(":")[3]), seconds() - before


def per_write(tool, workload, shape):
    """µs"""
    short, long = (run(tool, workload, shape, ms) for ms in (SHORT_MS, LONG_MS))
    return (long[1] - short[1]) / (long[0] - short[0]) * 1e6 if long[0] > short[0] else None


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--pcat", default="", help="other builds of pcat")
    parser.add_argument("--workloads", default="abcde")
    parser.add_argument("--rounds", default=5, type=int)
    return parser.parse_args()


def choose(options):
    wanted = "untraced", "strace", "strace --seccomp-bpf", "strace -p", "pcat -p", "pcat --no-seccomp --", "pcat --"
    chosen = [t for t in tools(str((options.build / "pcat").resolve())) if t.name in wanted and t.there()]
    for path in filter(None, options.pcat.split(",")):
        chosen += [Tool("%s -p" % path, path, "-q", "-o", "{out}", "-p", "{pid}", attach=True),
                   Tool("%s --" % path, path, "-q", "-o", "{out}", "--")]
    return chosen


def main():
    options = parse()
    chosen = choose(options)
    workload = str((options.build / "tests/bench/workload").resolve())
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    print("%-2s %-30s %10s %8s %8s" % ("", "CPU time per write", "us", "lowest", "ratio"))
    for kind in options.workloads:
        found = {t.name: [] for t in chosen}
        for n in range(options.rounds):
            for tool in chosen[n % len(chosen):] + chosen[:n % len(chosen)]:
                found[tool.name].append(per_write(tool, workload, KINDS[kind][0]))
        for name, figures in found.items():
            good = [f for f in figures if f]
            ratios = [a / b for a, b in zip(figures, found[REFERENCE]) if a and b]
            if good and ratios:
                print("%-2s %-30s %10.2f %8.2f %8.3f" % (kind, name, statistics.median(good), min(good),
                                                         statistics.median(ratios)), flush=True)


if __name__ == "__main__":
    main()
