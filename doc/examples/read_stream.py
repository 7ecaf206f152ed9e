#!/usr/bin/python3
"""Reads the event stream of pcat(1): `pcat -w - -p PID | read_stream.py`, or `read_stream.py FILE`.
Prints each write with its process and stream, and how processes ended. See pcat-stream(5)."""
import sys

import cbor2


def events(file):
    """Each event as (type, fields), up to the last whole one."""
    while True:
        try:
            event = cbor2.load(file)
        except cbor2.CBORDecodeEOF:
            return
        yield event[0], event[1]


def main():
    file = open(sys.argv[1], "rb") if len(sys.argv) > 1 else sys.stdin.buffer
    stream = events(file)
    kind, fields = next(stream, (None, {}))
    if kind != "hello" or fields.get("magic") != "pcat-stream" or fields.get("version", 99) > 1:
        sys.exit("read_stream: this is not a pcat stream, or its version is unknown")
    for kind, fields in stream:
        if kind == "write":
            print(fields["pid"], fields.get("stream", fields["fd"]), fields.get("data", b""))
        elif kind == "exit" and fields["tid"] == fields["pid"]:
            print(fields["pid"], "ended:", fields.get("code", "signal %d" % fields.get("signal", 0)))
        elif kind == "end":
            print("end:", fields["why"])


main()
