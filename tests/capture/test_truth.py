"""Every case of tests/tracees in every mode: what pcat tells is compared with what the tracee knows.

PCAT_LONG=1 runs the long ones too (20,000 children)."""
import collections
import ctypes
import errno
import os
import re
import shutil
import struct
import subprocess
import sys

import pytest

from conftest import MODES, TIMEOUT, TRACEE, until, status_of
import truth as truths

ATTACH, SPAWN, UNFILTERED = MODES
LONG = bool(os.environ.get("PCAT_LONG"))
MIB = 1 << 20

Case = collections.namedtuple(
    "Case", "name hazard what status out err args sized skip root check truth_size timeout options",
    defaults=(0, "file", "file", (), True, {}, False, None, 16 * MIB, TIMEOUT, ()))

UNTRACED = None  # the status that it has untraced
NO_STRICT = {SPAWN: "see: a note says why there is no strict mode"}
ONLY_ATTACH = {SPAWN: "needs an attach", UNFILTERED: "needs an attach"}


def check_memory(r):
    assert r.peak < 160 * MIB, "pcat took %d MiB" % (r.peak // MIB)


def check_children(r):
    """That each line and each status is right, and there once, the others have checked: here is how many."""
    check_memory(r)
    children = {e["tid"] for e in r.events if e["type"] == "task" and e.get("how") == "fork"}
    lines = [e["tid"] for e in r.events if e["type"] == "write"]
    ends = [e for e in r.events if e["type"] == "exit"]
    assert len(lines) == int(r.argv[-1]) and sum("signal" in e for e in ends) == sum(
        status & 0x7f != 0 for statuses in r.truth.exits().values() for status in statuses)
    print("%s: %d tasks told (%d tids), %d lines of %d writers, %d exit statuses (%d by a signal), peak RSS %.1f MiB" % (
        r.mode, sum(e["type"] == "task" for e in r.events), len(children), len(lines), len(set(lines)), len(ends),
        sum("signal" in e for e in ends), r.peak / MIB))


def check_killed(r):
    """The sink knows: each of its lines, by the thread that its text names, in order."""
    seen = collections.defaultdict(bytes)
    for (tid, _), calls in truths.captured(r.events).items():
        seen[tid] += b"".join(c.data for c in calls)
    true = collections.defaultdict(bytes)
    for line in r.out.bytes().splitlines(True):
        true[int(line.split()[0])] += line
    wrong = ["%d: in the sink %d bytes, captured %d" % (tid, len(true[tid]), len(seen[tid]))
             for tid in set(true) | set(seen) if true[tid] != seen[tid]]
    assert not wrong, wrong[:10]


def check_sink_size(r):
    total = sum(e["len"] for e in r.events if e["type"] == "write")
    assert total == len(r.out.bytes()) + len(r.err.bytes())


def check_nspid(r):
    inner = [e for e in r.events if e["type"] == "task" and e.get("nspid")]
    assert inner and any(e["nspid"] == 1 for e in inner)


def check_stops(r):
    for kind in "stop", "cont":
        assert sum(e["type"] == kind for e in r.events) == 3, kind


def check_debugger(r):
    assert any(e["type"] == "note" and "trace" in e["text"] for e in r.events), "no note says so"


def notes(r, text):
    return sum(e["type"] == "note" and text in e["text"] for e in r.events)


def check_ring(r):
    assert notes(r, "io_uring") == 1


def check_aio(r):
    assert notes(r, "io_submit") == (1 if r.argv[-1] == "prints" else 0)


def check_x32(r):
    assert notes(r, "x32 ABI: its output is not captured") == 1


def check_refused(r):
    """Under our filter there is no strict mode, and each of the two that wanted it is told of."""
    assert notes(r, "--no-seccomp does without") == (2 if r.mode == SPAWN else 0)


TARGETS = {
    # Where fd 1 of the process led when something was written there.
    "dups": "err out scratch out /dev/null", "cloexec": "out err", "sharedfds": "out err out",
}


def check_targets(r):
    """Each change of fd 1 is told, with where it leads, before what is written there."""
    names = {r.out.identity: "out", r.err.identity: "err"}
    leads, seen = {}, []
    for e in r.events:
        if e["type"] == "fd":
            name = names.get((e["dev"], e["ino"]))
            leads[e["pid"], e["fd"]] = name or ("/dev/null" if e["target"] == "/dev/null" else "scratch")
        elif e["type"] == "write" and e["fd"] == 1:
            now = leads[e["pid"], 1]
            if e["pid"] == first_pid(r) and seen[-1:] != [now]:
                seen.append(now)
    assert " ".join(seen) == TARGETS[r.argv[1]]


def check_untraced3(r):
    """The child may be unseen, but then a note says so; or there was none, as if clone3 were unknown."""
    texts = [e["text"] for e in r.events if e["type"] == "note"]
    assert r.status == 0
    assert any(e["type"] == "write" and e.get("data") == "maybe unseen\n" for e in r.events) or \
        any("CLONE_UNTRACED" in t for t in texts) or \
        sum(e["type"] == "write" for e in r.events) == 1


def check_both_execs(r):
    """Of two threads that race only one execs."""
    assert sum(e["type"] == "exec" and e["argv"][1] == "execend" for e in r.events) == 10


def check_unseen(r):
    hidden = [e for e in r.events if e.get("hidden")]
    assert len(hidden) == 2
    assert all(e["type"] == "read" and e["len"] == 0 and truths.payload(e) is None for e in hidden)
    assert b"sesame" not in r.json.read_bytes()


INPUT = {"options": ("--fd=0,1,2",), "sized": False}

CASES = [
    Case("inputs", "4.2", "read, readv: short, EAGAIN, EFAULT, end of file", **INPUT),
    Case("inputfile", "4.2", "pread64, preadv, preadv2", **INPUT),
    Case("inputsockets", "4.2", "recv, recvfrom, recvmsg, recvmmsg; MSG_PEEK, MSG_TRUNC", **INPUT),
    Case("inputs32", "4.2", "32-bit reads, recv by socketcall", **INPUT),
    Case("inputwaits", "4.2", "a read that waits, and one that a handler ends", **INPUT),
    Case("inputhuge", "4.2", "one read of 64 MiB, memory bounded", check=check_memory, truth_size=80 * MIB, **INPUT),
    Case("inputunseen", "4.2", "what a terminal does not echo is withheld", check=check_unseen, **INPUT),
    Case("inputdropped", "4.2", "MSG_TRUNC on TCP: counted, never there", **INPUT),
    Case("inputreuse", "4.2", "another thread takes the buffer that was read into", **INPUT),
    Case("threads", "2.13", "9 threads write lines", status=7),
    Case("threads", "4.16", "9 threads write into a pipe", status=7, out="pipe", err="pipe"),
    Case("threads", "4.14", "9 threads write to a terminal", status=7, out="pty", err="pipe"),
    Case("crowd", "2.13", "8 writers among 1,000 threads that sleep", check=check_memory),
    Case("bytes", "4.15", "all byte values, invalid UTF-8"),
    Case("nothing", "4.13", "zero-length and failing writes"),
    Case("highfd", "4.6", "garbage above the fd in its register"),
    Case("vectors", "4.12", "writev: 1024, too many, empty, overlapping"),
    Case("positions", "4.2", "pwrite64, pwritev, pwritev2", out="plain", sized=False),
    Case("nonblock", "4.7", "short writes, EAGAIN", sized=False),
    Case("epipe", "1.11", "EPIPE, death by SIGPIPE"),
    Case("efault", "4.8", "EFAULT at once and half-way"),
    Case("interrupted", "4.7", "a blocked write cut short by a handler", sized=False),
    Case("huge", "4.11", "one write of 64 MiB, memory bounded", check=check_memory,
         truth_size=80 * MIB),
    Case("huge", "5.12", "one write of 64 MiB into a pipe", out="pipe", check=check_memory,
         truth_size=80 * MIB),
    Case("reuse", "4.10", "the buffer is reused before the write returns", sized=False),
    Case("noaccess", "4.9", "memory without read permission"),
    Case("lazy", "4.9", "pages that a thread of the program brings"),
    Case("untouched", "4.9", "pages that nobody has touched", sized=False),
    Case("sockets", "4.2", "send, sendto, sendmsg, sendmmsg", out="socket", sized=False),
    Case("tofile", "4.3", "sendfile, copy_file_range, splice to a file", out="plain"),
    Case("topipe", "4.3", "splice, tee, vmsplice to a pipe", sized=False),
    Case("dups", "6.1", "dup, reopened /dev/stdout, close_range", sized=False, check=check_targets),
    Case("dups", "4.6", "the same with pipes", out="pipe", err="pipe", sized=False, check=check_targets),
    Case("unshared", "2.11", "a thread with fds of its own"),
    Case("ownsource", "2.11", "sendfile from a thread's own fd", out="plain"),
    Case("sharedfds", "2.11", "a process that shares our fds", check=check_targets),
    Case("cloexec", "4.6", "close-on-exec takes fd 1 away", check=check_targets),
    Case("forks", "2.2", "a tree of 40 processes", status=3),
    Case("kin", "2.14", "a tree with threads that is there before"),
    Case("vforks", "2.7", "vfork, vfork and exec, posix_spawn"),
    Case("chain", "2.7", "a chain of execs with children", status=9),
    Case("children", "2.12", "2,000 short-lived children", args=("2000",), check=check_children),
    Case("orphan", "2.17", "the parent goes before the child prints", status=6),
    Case("deaths", "1.11", "death by signals, core flag"),
    Case("execasleep", "2.1", "exec by a thread, leader asleep", status=31),
    Case("execdead", "2.1", "exec by a thread, leader dead", status=31),
    Case("execwriting", "2.1", "exec by a thread, leader writing", status=31,
         check=check_sink_size, sized=False),
    Case("execracing", "2.1", "two threads exec at once", check=check_both_execs),
    Case("leaderexit", "2.3", "the leader exits first", status=21),
    Case("leadergone", "2.4", "attached when the leader is a zombie", status=21, skip=ONLY_ATTACH),
    Case("cloneparent", "2.9", "CLONE_PARENT", status=2),
    Case("clonevm", "2.9", "CLONE_VM without CLONE_THREAD, no exit signal"),
    Case("clone3", "2.9", "clone3 with other exit signals"),
    Case("untraced", "2.8", "CLONE_UNTRACED by clone"),
    Case("untraced3", "2.8", "CLONE_UNTRACED by clone3 breaks nothing", check=check_untraced3,
         sized=False),
    Case("churn", "2.14", "threads come and go during the attach"),
    Case("relay", "2.14", "each thread makes the next during the attach"),
    Case("hopping", "2.14", "each thread makes the next and is gone"),
    Case("forkchurn", "2.15", "processes come and go during the attach"),
    Case("pidns", "2.10", "a new pid namespace", root=True, check=check_nspid),
    Case("iouring", "4.4", "a ring of io_uring is told of", check=check_ring),
    Case("iouringheld", "4.4", "a ring that is there before the attach", check=check_ring),
    Case("aio", "4.4", "output by io_submit is told of", args=("prints",), check=check_aio, sized=False),
    Case("aio", "4.4", "io_submit to other files is not", check=check_aio),
    Case("pidreuse", "2.12", "a pid is used again at once", root=True),
    Case("strict", "4.17", "seccomp strict", skip=NO_STRICT),
    Case("strictrefused", "4.17", "a note says why there is no strict mode", check=check_refused),
    Case("sandbox", "4.17", "a seccomp filter of its own: ERRNO, TRAP, TRACE"),
    Case("debugger", "3.4", "a tracee that traces its own child", check=check_debugger),
    Case("killed", "5.6", "killed right after a write", check=check_killed, sized=False),
    Case("calls32", "4.1", "int 0x80 with garbage in the high halves"),
    Case("socketcalls", "4.1", "socketcall and 32-bit messages", out="socket"),
    Case("socketcalledge", "4.1", "socketcall with few arguments", out="socket"),
    Case("positions32", "4.1", "pwrite64, pwritev, pwritev2 by int 0x80", out="plain", sized=False),
    Case("files32", "4.1", "sendfile, sendfile64, copy_file_range by int 0x80", out="plain"),
    Case("pipes32", "4.1", "splice, tee, vmsplice by int 0x80", sized=False),
    Case("x32", "4.1", "the x32 ABI is told of", check=check_x32, sized=False),
    Case("storm", "1.9", "writes under a storm of signals", sized=False),
    Case("queued", "1.7", "queued signals, SIGTRAP of its own"),
    Case("traps", "1.8", "breakpoints, single steps and faults of its own", status=UNTRACED),
    Case("stopped", "1.1", "job control", check=check_stops),
]
if LONG:
    CASES += [
        Case("crowd", "2.13", "8 writers among 10,000 threads that sleep", args=("10000",), check=check_memory,
             timeout=200),
        Case("children", "2.12", "20,000 short-lived children", args=("20000",), check=check_children,
             timeout=600),
        Case("killed", "5.6", "killed right after a write, often", args=("600",),
             check=check_killed, sized=False, timeout=600),
    ]


def check_order(r):
    seqs = [e["seq"] for e in r.events]
    assert seqs == sorted(set(seqs)), "an event twice, or out of order"
    assert r.events[0]["type"] == "hello" and r.events[-1]["type"] == "end"
    end = r.events[-1]
    assert not end.get("lost_writes") and not any(e["type"] == "lost" for e in r.events)
    writes = [e for e in r.events if e["type"] == "write"]
    assert end["writes"] == len(writes) and end["bytes"] == sum(e["len"] for e in writes)


def check_lives(r):
    """Each task is told before it does anything, and ends once, with the status that its parent saw."""
    alive, ended = set(), collections.defaultdict(list)
    for e in r.events:
        if e["type"] == "exec" and e.get("former"):
            assert e["former"] in alive, "exec by nobody: %s" % e
            alive.discard(e["former"])
            alive.add(e["tid"])
        if e["type"] == "task":
            alive.add(e["tid"])
        elif e["type"] in ("write", "exit", "exec", "blocked"):
            assert e["tid"] in alive, "nobody told of this task: %s" % e
        if e["type"] == "exit":
            alive.remove(e["tid"])
            status = (e["signal"] | 0x80 * e.get("core", False)) if "signal" in e else e["code"] << 8
            ended[e["tid"]].append(status)
    assert not alive, "no exit of %s" % alive
    for pid, statuses in r.truth.exits().items():
        assert ended[pid] == statuses, "statuses of %d: %s, told %s" % (pid, statuses, ended[pid])


def check_fds(r):
    """An fd event tells where an fd leads before anything is captured on it."""
    streams = {}
    for e in r.events:
        if e["type"] == "fd":
            streams[e["pid"], e["fd"]] = e.get("stream", "other")
        elif e["type"] in ("write", "read"):
            assert streams.get((e["pid"], e["fd"])) == e["stream"], "no fd event before %s" % e


def check_execs(r):
    told = collections.defaultdict(list)
    for e in r.events:
        if e["type"] == "exec" and not (e["argv"][1:2] == r.argv[1:2] and not told[e["pid"]] and
                                        e["pid"] == first_pid(r) and r.mode != ATTACH and
                                        not r.first_exec):
            told[e["pid"]].append(e.get("former", 0))
        elif e["type"] == "exec":
            r.first_exec = True
    for pid, formers in r.truth.execs().items():
        assert told[pid] == formers, "execs of %d: %s, told %s" % (pid, formers, told[pid])


def first_pid(r):
    return next(e["pid"] for e in r.events if e["type"] == "task")


def check_sinks(r):
    """The truth itself: as many bytes as arrived."""
    for sink, stream in (r.out, "stdout"), (r.err, "stderr"):
        if not sink:
            continue
        told = sum(c.total for (_, s), calls in r.truth.calls().items() if s == stream
                   for c in calls)
        assert len(sink.bytes()) == told, "%s: %d bytes arrived, the tracees know of %d" % (
            stream, len(sink.bytes()), told)


def check_nothing_left(r):
    until(lambda: not r.left(), 5, "processes are left: %s" % [
        (pid, status_of(pid, "State"), status_of(pid, "TracerPid")) for pid in r.left()])


def params():
    for case in CASES:
        for mode in MODES:
            yield pytest.param(case, mode, id="%s %s, %s" % (case.hazard, case.what, mode))


def untraced_status(tmp_path, case):
    truths.Truth(tmp_path / "untraced", case.truth_size).go()
    return subprocess.run([TRACEE, case.name, *case.args], env=dict(os.environ, TRUTH=str(tmp_path / "untraced")),
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False, timeout=case.timeout).returncode


@pytest.mark.parametrize("case, mode", params())
def test_truth(run, record_property, tmp_path, case, mode):
    record_property("hazard", ((case.hazard, case.what), mode))
    if mode in case.skip:
        pytest.skip(case.skip[mode])
    if case.root and os.geteuid() != 0:
        pytest.skip("needs root")
    r = run(mode, [TRACEE, case.name, *case.args], out=case.out, err=case.err,
            truth_size=case.truth_size, options=case.options)
    r.first_exec = False
    r.start().finish(case.timeout)
    if r.status == 99:
        pytest.skip("not on this machine")
    status = untraced_status(tmp_path, case) if case.status is UNTRACED else case.status
    assert r.status == status and r.pcat_status == (0 if mode == ATTACH else status)
    check_order(r)
    if case.check != check_killed:
        wrong = truths.differences(r.truth.calls(), truths.captured(r.events))
        assert case.check == check_untraced3 or not wrong, "\n".join(
            ["the capture is not the truth:"] + wrong[:10])
    check_lives(r)
    check_execs(r)
    check_fds(r)
    if case.sized:
        check_sinks(r)
    if case.check:
        case.check(r)
    check_nothing_left(r)


@pytest.mark.parametrize("mode", MODES)
def test_setuid(run, record_property, tmp_path, mode):
    record_property("hazard", (("2.18", "a setuid program run by an ordinary user"), mode))
    if os.geteuid() != 0:
        pytest.skip("needs root")
    tmp_path.chmod(0o755)
    program = tmp_path / "setuid"
    shutil.copy(TRACEE, program)
    program.chmod(0o4755)
    for parent in list(tmp_path.parents)[:-1]:
        if not parent.stat().st_mode & 1:
            parent.chmod(parent.stat().st_mode | 0o011)
    r = run(mode, [TRACEE, "setuid", program]).start().finish()
    assert r.status == 0
    assert not truths.differences(r.truth.calls(), truths.captured(r.events))
    check_lives(r)
    check_nothing_left(r)


@pytest.mark.parametrize("mode", MODES)
def test_32_bit_program(run, record_property, tmp_path, mode):
    """A program without any library; its sink is the truth."""
    record_property("hazard", (("4.1", "a 32-bit program"), mode))
    program = tmp_path / "m32"
    source = TRACEE.parent / "m32.c"
    if not source.exists():
        source = os.path.join(os.path.dirname(__file__), "..", "tracees", "m32.c")
    if subprocess.run(["gcc", "-m32", "-O1", "-static", "-nostdlib", "-ffreestanding",
                       "-fno-stack-protector", "-fno-pic", "-no-pie", "-o", program, source],
                      stderr=subprocess.DEVNULL).returncode:
        pytest.skip("gcc -m32 does not work here")
    if subprocess.run([program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL).returncode not in (0, 44):
        pytest.skip("this kernel runs no 32-bit programs")
    source, go = os.pipe()
    r = run(mode, [program], stdin=source)
    if mode != ATTACH:
        os.write(go, b"g")
    r.start(wait_ready=False)
    if mode == ATTACH:
        os.write(go, b"g")
    r.finish()
    os.close(source), os.close(go)
    assert r.status == 44
    check_order(r)
    for sink, stream in (r.out, "stdout"), (r.err, "stderr"):
        seen = b"".join(c.data for (_, s), calls in truths.captured(r.events).items()
                        for c in calls if s == stream)
        assert seen == sink.bytes() and seen
    assert {e["syscall"] for e in r.events if e["type"] == "write"} >= {"write", "writev"}
    check_nothing_left(r)


# --- kernels that know less ---

def forget_pidfds_of_threads():
    """As before Linux 6.9: pidfd_open knows no PIDFD_THREAD (O_EXCL)."""
    number, first, second, refuse, allow = 434, 16 + 8, 0x80, 0x00050000 | errno.EINVAL, 0x7fff0000
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in (
        (0x20, 0, 0, 0), (0x15, 0, 3, number),  # the number of the call
        (0x20, 0, 0, first), (0x45, 0, 1, second),  # its second argument
        (0x06, 0, 0, refuse), (0x06, 0, 0, allow)))
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    prog = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(code)))
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, prog, 0, 0) == 0, ctypes.get_errno()


@pytest.mark.parametrize("mode", MODES)
def test_own_fds_on_an_older_kernel(run, mode):
    """The fd of that number that the first thread has is another file: rather no bytes than wrong ones."""
    if sys.byteorder != "little":
        pytest.skip("its filter is for little-endian machines")
    r = run(mode, [TRACEE, "ownsource"], out="plain", before=forget_pidfds_of_threads).start().finish()
    calls = r.truth.calls()
    assert sorted(call.data is None for of_one in calls.values() for call in of_one) == [False, True]
    assert not truths.differences(calls, truths.captured(r.events))
