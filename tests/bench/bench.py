"""What tracing costs, beside other tracers: `make bench`.

Every figure is the time per write as the tracee itself takes it. Machines are shared and noisy, and a tracer's
time depends most of all on which CPUs the two happen to be on: so all tools take turns, round by
round, and what counts is the median of each round's ratio to `strace -f` running the same job.
The whole is done twice, on a quiet machine and with a CPU kept busy by somebody else.

Each peer has the arguments that are the cheapest for it; "caught" says how much of the bytes it then
shows: strace cuts strings at 32 bytes, perf trace shows none. Then real programs, as they come.

Prints tables; writes FILE.json, and FILE.svg, the chart of README.md, with --output FILE.
"""
import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import chart  # noqa: E402
import real  # noqa: E402
import scale  # noqa: E402
from measure import caught, measure, tools  # noqa: E402

# name: THREADS:IDLE:OTHERS:SIZE, and what that is
KINDS = {
    "a": ("1:0:0:64", "one writer, lines of 64 bytes"),
    "b": ("8:0:0:64", "8 writer threads"),
    "c": ("1:1000:0:64", "one busy thread among 1,000 that sleep"),
    "d": ("1:0:100:64", "100 other syscalls for each write"),
    "e": ("1:0:0:65536", "writes of 64 KiB"),
}
REFERENCE = "strace"


@contextlib.contextmanager
def busy_cpu():
    """Somebody else on the last CPU."""
    last = max(os.sched_getaffinity(0))
    burner = subprocess.Popen([sys.executable, "-c", f"import os\nos.sched_setaffinity(0, [{last}])\nwhile True: pass"])
    try:
        yield
    finally:
        burner.kill()
        burner.wait()


# --- tables ---


class Table:
    """Figures by workload and tool, a list of rounds each."""

    def __init__(self):
        self.rounds = {}  # workload -> tool -> [ns per write]
        self.caught = {}  # workload -> tool -> 0..1

    def add(self, kind, tool, ns):
        self.rounds.setdefault(kind, {}).setdefault(tool, []).append(ns)

    def ratios(self, kind, tool, reference=REFERENCE):
        pairs = zip(self.rounds[kind][tool], self.rounds[kind][reference])
        return [a / b for a, b in pairs]

    def row(self, kind, tool):
        ratios = self.ratios(kind, tool)
        row = {"workload": kind, "tool": tool, "us": statistics.median(self.rounds[kind][tool]) / 1000,
               "ratio": statistics.median(ratios), "low": min(ratios), "high": max(ratios),
               "caught": self.caught.get(kind, {}).get(tool)}
        if tool == "pcat --" and "strace --seccomp-bpf" in self.rounds[kind]:
            row["to_seccomp"] = statistics.median(self.ratios(kind, tool, "strace --seccomp-bpf"))
        return row

    def rows(self):
        return [self.row(kind, tool) for kind, tools_ in self.rounds.items() for tool in tools_]


def print_rows(rows):
    print(f"{'':2} {'':22} {'us/write':>9} {'ratio':>7} {'(lowest-highest)':>17} {'caught':>7}")
    for row in rows:
        share = "-" if row["caught"] is None or row["tool"] == "untraced" else f"{row['caught']:7.1%}"
        spread = f"({row['low']:.3f}-{row['high']:.3f})"
        more = f"  {row['to_seccomp']:.2f} of strace --seccomp-bpf" if "to_seccomp" in row else ""
        print(f"{row['workload']:2} {row['tool']:22} {row['us']:9.2f} {row['ratio']:7.3f} {spread:>17} {share:>7}{more}",
              flush=True)


def micro(options, all_tools, condition):
    table = Table()
    for kind in options.workloads:
        shape = KINDS[kind][0]
        for n in range(options.rounds):
            turn = all_tools[n % len(all_tools):] + all_tools[:n % len(all_tools)]
            for tool in turn:
                ns, _ = measure(tool, options.workload, shape, options.ms)
                table.add(kind, tool.name, ns)
        if condition == "quiet":
            table.caught[kind] = {t.name: caught(t, options.workload, shape) for t in all_tools if t.argv}
        print_rows([table.row(kind, tool.name) for tool in all_tools])
    return table.rows()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=Path, help="where pcat is (default: build)")
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--real-rounds", default=3, type=int)
    parser.add_argument("--ms", default=150, type=int, help="of writing in each run (default: 150)")
    parser.add_argument("--output", type=Path, help="FILE.json and FILE.svg get the figures and the chart")
    parser.add_argument("--conditions", default="quiet,busy", type=lambda s: s.split(","))
    parser.add_argument("--tools", help="only these, by name, with commas")
    parser.add_argument("--workloads", default="abcdesfgh", help="only these (default: abcdesfgh)")
    options = parser.parse_args()
    options.workload = str((options.build / "tests/bench/workload").resolve())
    options.pcat = str((options.build / "pcat").resolve())
    options.letters = options.workloads
    options.real = [w for w in options.letters if w in "fgh"]
    options.workloads = [w for w in options.workloads if w in KINDS]
    return options


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        model = re.search(r"model name\s*:\s*(.*)", cpuinfo.read())
    return {"kernel": os.uname().release, "cpus": len(os.sched_getaffinity(0)), "cpu": model[1] if model else "?"}


def choose(options):
    every = tools(options.pcat)
    wanted = options.tools.split(",") if options.tools else [t.name for t in every]
    for tool in every:
        if tool.name in wanted and not tool.there():
            print(f"not here: {tool.name}")
    return [t for t in every if (t.name in wanted or t.name == REFERENCE) and t.there()]


def main():
    options = parse()
    chosen = choose(options)
    figures = {"machine": machine(), "rounds": options.rounds, "micro": {}}
    for kind in options.workloads:
        print(f"{kind}: {KINDS[kind][1]}")
    for condition in options.conditions:
        print(f"\n--- {condition}: time per write, and its ratio to `strace -f -e trace=write`")
        with busy_cpu() if condition == "busy" else contextlib.nullcontext():
            figures["micro"][condition] = micro(options, chosen, condition)
    if "s" in options.letters:
        print("\n--- many threads, one of them busy")
        figures["scale"] = scale.measure_all(options.pcat, options.workload, options.rounds, options.ms)
    if options.real:
        print("\n--- real programs")
        figures["real"] = real.measure_all(options.real, chosen, options.real_rounds, Path(__file__).resolve().parents[2])
    if options.output:
        options.output.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
        options.output.with_suffix(".svg").write_text(chart.draw(figures))


if __name__ == "__main__":
    main()
