"""circle.py PCAT CASE DIRECTORY: shells that start tracers of each other. Runs as init of a pid namespace: only the
end of the namespace ends processes that stop each other for ever, SIGKILL does not. Prints which shells still
answer, then the messages of the tracers.

A case has one command for each shell, which is typed when the tracers of the shells before it have attached. {A} is
the pid of shell A, {a} that of the tracer that shell A has started."""
import os
import re
import subprocess
import sys
import time

PCAT, CASE = sys.argv[1:3]
TRACE = PCAT + " --json -o {dir}/{me}.json -p "
CASES = {
    "two": [TRACE + "{B}", TRACE + "{A}"],
    "two, by exec": [TRACE + "{B}", "sh -c 'sleep 0.5; exec " + TRACE + "{a}'"],
    "two, to the other tracer": [TRACE + "{B}", TRACE + "{a}"],
    "two, with strace": [TRACE + "{B}", "strace -f -o /dev/null -p {a}"],
    "two, with gdb": [TRACE + "{B}", "gdb -q -batch -p {a}"],
    "three": [TRACE + "{B}", TRACE + "{C}", TRACE + "{A}"],
    "three, to the first tracer": [TRACE + "{B}", TRACE + "{C}", TRACE + "{a}"],
    "three, with strace last": [TRACE + "{B}", TRACE + "{C}", "strace -f -o /dev/null -p {a}"],
    "three, with strace between": [TRACE + "{B}", "strace -f -o /dev/null -p {C}", TRACE + "{a}"],
    "three, with strace twice": [TRACE + "{B}", "strace -f -o /dev/null -p {C}", "strace -f -o /dev/null -p {a}"],
    "three, with gdb last": [TRACE + "{B}", "strace -f -o /dev/null -p {C}", "gdb -q -batch -p {a}"],
}


def status(pid, field):
    try:
        with open("/proc/%s/status" % pid) as f:
            return re.search(r"^%s:\s*(\S+)" % field, f.read(), re.M)[1]
    except (FileNotFoundError, ProcessLookupError, TypeError):
        return None


def until(what, seconds):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(what())


class Shell:
    def __init__(self, name, directory):
        self.name, self.dir = name, directory
        self.process = subprocess.Popen(["sh"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=open(self.path("err"), "wb"))
        self.pid = self.process.pid

    def path(self, what):
        return "%s/%s.%s" % (self.dir, self.name, what)

    def type(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def tracer(self):
        try:
            with open(self.path("pid")) as f:
                return f.read().strip()
        except FileNotFoundError:
            return None

    def trace(self, command):
        self.type("%s & echo $! >%s" % (command, self.path("pid")))
        until(self.tracer, 5)

    def answers(self):
        self.type("echo here >%s" % self.path("here"))
        return until(lambda: os.path.exists(self.path("here")), 5)


def said(directory):
    """The messages and notes of the tracers: lines, each with the name of its file."""
    found = []
    for name in sorted(os.listdir(directory)):
        if name.endswith((".err", ".json")):
            with open(os.path.join(directory, name), errors="replace") as f:
                found += ["%s: %s" % (name, line.rstrip()[:300]) for line in f
                          if name.endswith(".err") or '"note"' in line]
    return found


def main():
    directory = sys.argv[3]
    shells = [Shell(name, directory) for name in "ABC"[:len(CASES[CASE])]]
    pids = {s.name: s.pid for s in shells}
    for i, shell in enumerate(shells):
        tracers = {s.name.lower(): s.tracer() for s in shells[:i]}
        line = CASES[CASE][i].format(dir=directory, me=shell.name, **pids, **tracers)
        shell.trace(line)
        if i + 1 < len(shells):
            target = shells[i + 1].pid
            assert until(lambda: status(target, "TracerPid") != "0", 5), "%s is not traced" % target
            time.sleep(0.3)
    until(lambda: any("for ever" in line for line in said(directory)), 15)
    time.sleep(0.3)
    for shell in shells:
        print(shell.name, "answers" if shell.answers() else "is stuck", flush=True)
    print("\n".join(said(directory)), flush=True)
    os._exit(0)


main()
