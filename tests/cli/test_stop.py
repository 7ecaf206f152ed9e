"""--until, --limit and --timeout: when pcat ends by itself, with which status, and whether the target
goes on."""
import re
import signal
import time

import pytest

from conftest import events, until, wait_armed, writes

COUNTS = "for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done"


def test_until(pcat):
    result = pcat("-v", "-q", "--until=line [45]", "sh", "-c", COUNTS + "; exec sleep 60")
    assert re.findall(r"line \d", result.stdout.decode()) == ["line 1", "line 2", "line 3", "line 4"]


def test_until_is_not_met(pcat):
    result = pcat("--until=never", "sh", "-c", COUNTS, status=3)
    assert len(result.stdout.splitlines()) == 9


def test_until_not_met_as_the_target_was_left(spawn, target):
    p = spawn("--json", "--until=never", "-p", target.pid)
    wait_armed(p)
    p.send_signal(signal.SIGINT)
    assert p.wait(20) == 3
    target.assert_free()


@pytest.mark.parametrize("format", ["plain", "prefix", "json"])
def test_until_in_a_replay(pcat, format):
    pcat("-w", "rec", "sh", "-c", COUNTS)
    result = pcat("-r", "rec", "--format=" + format, "--until=line 3")
    assert re.findall(rb"line \d(?=\n|\\n)", result.stdout) == [b"line 1", b"line 2", b"line 3"]
    pcat("-r", "rec", "--format=" + format, "--until=never", status=3)


def test_until_looks_at_all_lines(pcat):
    assert pcat("--exclude=line", "--until=line 2", "sh", "-c", COUNTS).stdout == b""


def test_until_lets_an_attached_target_go(spawn, target):
    p = spawn("--json", "--until=^ready", "-p", target.pid)
    wait_armed(p)
    target.say("not yet ready\n")
    target.say("ready\n")
    rest = events(p.stdout.read())
    assert p.wait(20) == 0
    assert rest[-1]["type"] == "end" and "--until" in rest[-1]["why"]
    target.assert_free()


@pytest.mark.parametrize("format", ["plain", "prefix"])
def test_limit_counts_lines(pcat, format):
    result = pcat("-q", "--limit=3", "--format=" + format, "sh", "-c",
                  COUNTS + "; echo more; exec sleep 60")
    assert re.findall(rb"line \d", result.stdout) == [b"line 1", b"line 2", b"line 3"]


def test_limit_inside_one_write(pcat):
    assert pcat("--limit=2", "sh", "-c", r"printf 'a\nb\nc\n'").stdout == b"a\nb\n"


def test_limit_counts_what_is_printed(pcat):
    assert pcat("--exclude=[1-4]", "--limit=2", "sh", "-c", COUNTS).stdout == b"line 5\nline 6\n"


def test_limit_that_is_not_reached(pcat):
    result = pcat("--limit=100", "sh", "-c", COUNTS + "; exit 7", status=7)
    assert len(result.stdout.splitlines()) == 9


def test_limit_of_a_recording(pcat):
    pcat("-w", "rec", "--limit=4", "sh", "-c", COUNTS + "; exec sleep 60")
    told = events(pcat("--json", "-r", "rec").stdout)
    assert [e["data"] for e in told if e["type"] == "write"] == ["line %d\n" % i for i in range(1, 5)]
    assert told[-1]["type"] == "end" and "--limit" in told[-1]["why"]
    assert len(writes(pcat("--json", "--limit=2", "-r", "rec").stdout)) == 2


def test_limit_lets_an_attached_target_go(spawn, target):
    p = spawn("--json", "--limit=1", "-p", target.pid)
    wait_armed(p)
    target.say("first\n")
    target.say("second\n")
    assert len(writes(p.stdout.read())) == 1 and p.wait(20) == 0
    target.assert_free()


def test_a_command_without_a_filter_runs_on(spawn, tmp_path):
    out = tmp_path / "out"
    with open(out, "wb") as to:
        p = spawn("--no-seccomp", "-o", "log", "--until=first", "sh", "-c",
                  "echo first; sleep 0.5; echo second", stdout=to)
        assert p.wait(20) == 0
    until(lambda: out.read_bytes() == b"first\nsecond\n", "it did not run on")
    assert (tmp_path / "log").read_bytes() == b"first\n"


def test_timeout_ends_a_command(pcat):
    start = time.monotonic()
    result = pcat("--timeout=0.3", "sh", "-c", "trap 'echo ended; exit 5' TERM; echo begun; "
                  "sleep 60 & wait", status=124)
    assert 0.3 <= time.monotonic() - start < 5
    assert result.stdout == b"begun\nended\n"


def test_timeout_ends_a_stopped_command(pcat):
    pcat("--timeout=0.3", "sh", "-c", "kill -STOP $$; echo no", status=124)


def test_timeout_ends_one_that_does_not_listen(pcat):
    start = time.monotonic()
    pcat("--timeout=0.2", "sh", "-c", "trap '' TERM; while :; do sleep 1; done", status=124)
    assert 4 < time.monotonic() - start < 15


def test_timeout_lets_an_attached_target_go(spawn, target):
    p = spawn("--json", "--timeout=1", "-p", target.pid)
    wait_armed(p)
    target.say("said\n")
    rest = events(p.stdout.read())
    assert p.wait(20) == 124
    assert [e["data"] for e in rest if e["type"] == "write"] == ["said\n"]
    assert "--timeout" in rest[-1]["why"]
    target.assert_free()


def test_timeout_that_does_not_come(pcat):
    pcat("--timeout=60", "sh", "-c", "exit 3", status=3)
    pcat("--timeout=60", "--until=x", "echo", "x")
    pcat("--timeout=0.2", "--until=x", "sleep", "60", status=124)


@pytest.mark.parametrize("option", ["--limit=0", "--limit=-1", "--limit=x", "--timeout=0", "--timeout=-1",
                                    "--timeout=inf", "--timeout=nan", "--timeout=5x"])
def test_no_number(pcat, option):
    assert option.split("=")[0].encode() in pcat(option, "true", status=2).stderr


def test_timeout_is_for_live_captures(pcat):
    assert b"live" in pcat("--timeout=1", "-r", "x", status=2).stderr
