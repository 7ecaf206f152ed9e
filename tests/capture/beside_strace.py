"""Every case of tests/tracees under `strace -f` and under pcat, each beside the truth: `make beside-strace`.

Run by hand: it asserts nothing of strace. strace is given its best: all of each string (-s), all calls of the output
family, what it shows clipped to what the call returned. A call is right when its bytes are, on its fd, in its
place among those of its thread. Bytes that a call moves inside the kernel (sendfile, splice) are in nobody's
memory: pcat reads them from the file again where it can.

beside_strace.py [--all] [-k WORD]: rows where strace is wrong, or all of them."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("PCAT_TEST_TIMEOUT", "60")
import conftest
import test_truth
import truth as truths

FAMILY = "write,?send,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,splice,tee,vmsplice,copy_file_range"
IN_FAMILY = "read,?recv,readv,pread64,preadv,preadv2,recvfrom,recvmsg,recvmmsg"
TARGET_FD = {"splice": 2, "copy_file_range": 2, "tee": 1}
LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>,? ?)?(.*)", re.S)
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
MAX_SHOWN = 300000
MAX_TRUTH = 16 << 20  # of more strace would make hundreds of megabytes of text


class StraceRun(conftest.Run):
    """The same run with strace in pcat's place."""

    def start(self, wait_ready=True):
        self.log = self.directory / "strace"
        argv = ["strace", "-f", "-qq", "-xx", "-s", str(MAX_SHOWN), "-e", "signal=none", "-o", str(self.log),
                "-e", "trace=" + (FAMILY if not self.options else FAMILY + "," + IN_FAMILY)]
        if self.mode == "attach":
            self.tracee = self._start(self.argv, stdout=self.out.fd, stderr=self.err.fd)
            if wait_ready:
                conftest.until(self.truth.ready, message="the tracee is not ready")
            self.pcat = self._start([*argv, "-p", str(self.tracee.pid)], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
            self._wait_traced()
            self.truth.go()
        else:
            self.truth.go()
            self.pcat = self._start(argv + self.argv, stdout=self.out.fd, stderr=self.err.fd)
        return self

    def _wait_traced(self):
        """strace does not say when it is ready: until all that are found have a tracer, and a moment more."""
        end = time.monotonic() + 2
        while time.monotonic() < end and self.pcat.poll() is None:
            tids = [int(t.name) for pid in self.left() for t in Path("/proc/%d/task" % pid).glob("*")]
            if tids and all(conftest.status_of(t, "TracerPid") not in ("0", None) for t in tids):
                break
        time.sleep(0.1)

    def finish(self, timeout=conftest.TIMEOUT):
        if self.tracee:
            self.status = self.tracee.wait(timeout)
        self.pcat_status = self.pcat.wait(timeout)
        self.status = self.status if self.tracee else self.pcat_status
        self.shown = shown(self.log)
        return self


def parse_call(text):
    """(name, arguments, result) of one whole line, or None when the call never returned."""
    found = re.match(r"(\w+)\((.*)\) += (-?\d+)", text, re.S)
    return found and (found[1], found[2], int(found[3]))


def strings(text):
    return b"".join(bytes.fromhex(s.replace("\\x", "")) for s in STRING.findall(text))


def bytes_shown(name, arguments, result):
    if name not in ("sendmmsg", "recvmmsg"):
        return [strings(arguments)[:result]]
    messages = arguments.split("msg_hdr=")[1:result + 1]
    lengths = [re.search(r"msg_len=(\d+)", m) for m in messages]
    return [strings(m)[:int(n[1]) if n else None] for m, n in zip(messages, lengths)]


def shown(log):
    """{tid: [(fd, bytes)]} as strace tells."""
    calls, begun = {}, {}
    for line in log.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        tid, resumed, text = int(found[1]), found[2], found[3]
        if text.endswith(" <unfinished ...>"):
            begun[tid] = text[:-len(" <unfinished ...>")]
            continue
        if resumed:
            text = begun.pop(tid, resumed + "(?") + text
        call = parse_call(text)
        if not call or call[2] <= 0:
            continue
        name, arguments, result = call
        field = re.sub(r"\[[^]]*\]", "[]", arguments).split(",")[TARGET_FD.get(name, 0)].strip()
        fd = int(field) if re.fullmatch(r"-?\d+", field) else -1
        for data in bytes_shown(name, arguments, result):
            calls.setdefault(tid, []).append((fd, data))
    return calls


def by_thread(calls):
    """{tid: [(fd, bytes)]} from {(tid, stream): [Call]}. Between streams the order is not compared."""
    found = {}
    for (tid, _), list_ in calls.items():
        found.setdefault(tid, []).extend((c.fd, c.data, c.maybe) for c in list_)
    return found


def count_right(true, seen):
    """How many of the true calls are there, and how many bytes of theirs."""
    right = size = 0
    for tid, calls in true.items():
        left = list(seen.get(tid, []))
        for fd, data, *maybe in calls:
            if (fd, data) in left:
                left.remove((fd, data))
                right += 1
                size += len(data)
    return right, size


def true_of(run, case):
    """{tid: [(fd, bytes, maybe)]}, what could not be had and what never happened left out."""
    if case.check != test_truth.check_killed:
        return {tid: [c for c in calls if c[1] is not None and not c[2]]
                for tid, calls in by_thread(run.truth.calls()).items()}
    found = {}
    for line in run.out.bytes().splitlines(True):
        found.setdefault(int(line.split()[0]), []).append((1, line, False))
    return found


def one(kind, case, mode, directory):
    run = kind(directory, mode, [conftest.TRACEE, case.name, *case.args], out=case.out, err=case.err,
               truth_size=case.truth_size, options=case.options)
    try:
        run.start().finish(case.timeout)
        if run.status == 99:
            return None
        true = true_of(run, case)
        seen = run.shown if kind is StraceRun else {
            tid: [c[:2] for c in calls] for tid, calls in by_thread(truths.captured(run.events)).items()}
        calls = sum(map(len, true.values()))
        size = sum(len(c[1]) for list_ in true.values() for c in list_)
        return (calls, size, *count_right(true, seen))
    except (AssertionError, subprocess.TimeoutExpired, FileNotFoundError) as error:
        return "failed: %s" % str(error).splitlines()[0][:60]
    finally:
        run.end()


def show(result):
    if not isinstance(result, tuple):
        return result or "not on this machine"
    calls, size, right, right_size = result
    if right == calls:
        return "right: %d calls, %d bytes" % (calls, size)
    return "WRONG: %d of %d calls, %d of %d bytes" % (right, calls, right_size, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("-k", default="", metavar="WORD")
    options = parser.parse_args()
    rows = wrong = pcat_wrong = 0
    print("%-8s %-50s %-6s %-44s %s" % ("hazard", "what", "mode", "strace", "pcat"))
    for case in test_truth.CASES:
        attach = case.hazard in ("2.14", "2.15", "2.4")
        if options.k not in case.name + case.what or (case.root and os.geteuid() != 0) or \
                case.check in (test_truth.check_untraced3, test_truth.check_unseen) or case.truth_size > MAX_TRUTH:
            continue
        results = []
        for kind in StraceRun, conftest.Run:
            with tempfile.TemporaryDirectory() as name:
                os.chmod(name, 0o777)
                mode = "attach" if attach else "spawn" if "spawn" not in case.skip else "spawn --no-seccomp"
                results.append(one(kind, case, mode, Path(name)))
        bad = [not isinstance(r, tuple) or r[0] != r[2] for r in results]
        if None in results:
            continue
        rows, wrong, pcat_wrong = rows + 1, wrong + bad[0], pcat_wrong + bad[1]
        if options.all or any(bad):
            print("%-8s %-50s %-6s %-44s %s" % (case.hazard, case.what[:50], "attach" if attach else "spawn",
                                                *map(show, results)), flush=True)
    print("\n%d cases: strace is wrong in %d, pcat in %d" % (rows, wrong, pcat_wrong))
    return 1 if pcat_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
