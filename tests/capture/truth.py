"""What the tracees noted (tests/tracees/truth.h) and what pcat told, as lists of calls."""
import base64
import collections
import json
import mmap
import os
import struct

MAGIC, START = 0x68747274, 64
HEADER, RECORD = struct.Struct("<IIIIQQ"), struct.Struct("<IIIIiiIIq")
WRITE, EXIT, EXEC = 1, 2, 3
REREAD, UNAVAILABLE = 1, 2
STREAMS = {1: "stdout", 2: "stderr", 3: "stdin"}

# data is None when the bytes can't be had; maybe: the truth does not know whether it happened.
Call = collections.namedtuple("Call", "fd total data reread maybe", defaults=(False, False))


class Truth:
    """The shared file. Records can be read at any time; what is not done yet is `maybe`."""

    def __init__(self, path, size):
        self.path = path
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        os.fchmod(fd, 0o666)  # some tracees change their user
        os.ftruncate(fd, START + size)
        self.map = mmap.mmap(fd, START + size)
        os.close(fd)
        HEADER.pack_into(self.map, 0, MAGIC, 0, 0, 0, size, 0)

    def go(self):
        struct.pack_into("<I", self.map, 4, 1)

    def ready(self):
        return struct.unpack_from("<I", self.map, 8)[0] != 0

    def records(self):
        at, end = START, START + HEADER.unpack_from(self.map, 0)[5]
        assert struct.unpack_from("<I", self.map, 12)[0] == 0, "the truth is too small for this case"
        while at < end:
            record = RECORD.unpack_from(self.map, at)
            if record[0] == 0:
                return  # its maker died while he made it
            yield record + (at + RECORD.size,)
            at += record[0]

    def calls(self):
        """{(tid, stream): [Call]}, without what failed."""
        found = collections.defaultdict(list)
        for _, done, kind, flags, tid, fd, stream, room, value, at in self.records():
            if kind != WRITE or stream == 0 or (done and value <= 0):
                continue
            n = value if done else room
            data = None if flags & UNAVAILABLE else self.map[at:at + n]
            found[tid, STREAMS[stream]].append(Call(fd, n, data, bool(flags & REREAD), not done))
        return found

    def exits(self):
        """{pid: [wait status]}"""
        found = collections.defaultdict(list)
        for record in self.records():
            if record[2] == EXIT:
                found[record[4]].append(record[8])
        return found

    def execs(self):
        """{pid: [former tid or 0]}; a former tid that is the pid is none."""
        found = collections.defaultdict(list)
        for record in self.records():
            if record[2] == EXEC:
                found[record[4]].append(record[8] if record[8] != record[4] else 0)
        return found


def events(path):
    with open(path, "rb") as f:
        return [json.loads(line) for line in f if line.endswith(b"\n")]


def payload(event):
    if "base64" in event:
        return base64.b64decode(event["base64"])
    return event["data"].encode() if "data" in event else None


def join(pieces):
    """One call from its write events, which must fit together."""
    first, at = pieces[0], 0
    total = first.get("total", first["len"])
    data = []
    for i, e in enumerate(pieces):
        assert e.get("offset", 0) == at, "a piece is missing before %s" % e
        assert e.get("total", e["len"]) == total and e["fd"] == first["fd"]
        assert e["syscall"] == first["syscall"] and e["stream"] == first["stream"]
        assert e.get("more", False) == (i + 1 < len(pieces)), "more: %s" % e
        assert 0 < e["len"] <= 256 * 1024
        bytes_ = payload(e)
        assert (bytes_ is None) == e.get("unavailable", False)
        assert bytes_ is None or len(bytes_) == e["len"]
        data.append(bytes_)
        at += e["len"]
    assert at == total, "the end of %s is missing" % first
    whole = None if None in data else b"".join(data)
    return Call(first["fd"], total, whole, first.get("reread", False))


def captured(all_events):
    """{(tid, stream): [Call]} as pcat tells it."""
    found, pieces = collections.defaultdict(list), collections.defaultdict(list)
    for e in all_events:
        if e["type"] not in ("write", "read") or e.get("hidden"):
            continue
        assert (e["type"] == "read") == (e["stream"] == "stdin")
        pieces[e["tid"]].append(e)
        if not e.get("more"):
            found[e["tid"], e["stream"]].append(join(pieces.pop(e["tid"])))
    assert not pieces, "calls without an end: %s" % list(pieces)
    return found


def _show(call):
    data = "no bytes" if call.data is None else "%r%s" % (
        call.data[:60], "..." if len(call.data) > 60 else "")
    return "fd %d, %d bytes%s: %s" % (call.fd, call.total, ", re-read" if call.reread else "", data)


def _compare_lists(key, true, seen):
    seen = list(seen)
    for i, call in enumerate(true):
        there = bool(seen) and call[:4] == seen[0][:4]
        if there:
            seen.pop(0)
        elif not call.maybe:
            return ["%d %s, call %d: true: %s\n    captured: %s" % (
                *key, i, _show(call), _show(seen[0]) if seen else "nothing more")]
    return ["%d %s: captured beyond the truth: %s" % (*key, _show(c)) for c in seen[:3]]


def differences(true, seen):
    """What is wrong with what was captured: lines, none when it is the truth."""
    found = []
    for key in sorted(set(true) | set(seen)):
        found += _compare_lists(key, true.get(key, []), seen.get(key, []))
    return found
