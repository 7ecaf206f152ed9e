"""Patterns that give up at their limit: pcat says so. It still prints lines that --include may want, and hides text that --hide may mean."""
import os
import sys

import pytest

from conftest import events, writes

HARD = "(x+x+)+y"
BAD = "x" * 40 + " and then xxxy"  # it would match at its end, but the limit is reached before
SURE = "xxxxy is short"
PLAIN = "nothing of the kind"
TEXT = "".join(line + "\n" for line in (PLAIN, BAD, SURE, BAD, "last"))


def prints(text=TEXT):
    """A program that writes the text. Its command line does not contain it."""
    return [sys.executable, "-c", "import os; os.write(1, bytes.fromhex('%s'))" % text.encode().hex()]


def told(result):
    return [line for line in result.stderr.decode().splitlines() if "gave up" in line]


def assert_told(result, option, outcome, lines=2):
    first, total = told(result)
    assert first.startswith("pcat: --%s" % option) and " on fd 1 of " in first and outcome in first
    assert "a line of %d bytes" % len(BAD) in first and "xxxxxxxx" in first
    assert "%d lines" % lines in total


@pytest.mark.parametrize("form", [[], ["-v", "-q"], ["-o", "to"]], ids=" ".join)
def test_include_shows_the_line(pcat, tmp_path, form):
    r = pcat("--include=" + HARD, *form, *prints(), status=1)
    shown = (tmp_path / "to").read_text() if "-o" in form else r.stdout.decode()
    assert shown.count(BAD) == 2 and shown.count(SURE) == 1 and PLAIN not in shown
    if "-q" not in form:
        assert_told(r, "include='%s'" % HARD, "the line is shown")


def test_exclude_leaves_out_what_surely_matched(pcat):
    r = pcat("--exclude=" + HARD, *prints(), status=1)
    assert r.stdout.decode() == "%s\n%s\n%s\nlast\n" % (PLAIN, BAD, BAD)
    assert_told(r, "exclude='%s'" % HARD, "the line is shown")


def test_until_is_not_met_by_it(pcat):
    r = pcat("--until=" + HARD, *prints("%s\n%s\n" % (BAD, PLAIN)), status=1)
    assert r.stdout.decode() == "%s\n%s\n" % (BAD, PLAIN)
    assert "not" in told(r)[0] and told(r)[0].startswith("pcat: --until='%s'" % HARD)
    assert len(told(r)) == 1


def test_an_included_line_is_not_decided_by_another_pattern(pcat):
    """One pattern matches, so it does not matter that another one gives up."""
    r = pcat("--include=" + HARD, "--include=and then", *prints())
    assert r.stdout.decode().count(BAD) == 2 and not told(r)
    r = pcat("--exclude=" + HARD, "--exclude=and then", *prints())
    assert BAD not in r.stdout.decode() and not told(r)


@pytest.mark.parametrize("form", [["--json"], ["--format=asciicast"]], ids=" ".join)
def test_events(pcat, form):
    r = pcat("--include=" + HARD, *form, *prints(BAD + "\n"), status=1)
    assert BAD in r.stdout.decode() and len(told(r)) == 1


def test_recordings(pcat):
    pcat("-w", "rec", *prints())
    r = pcat("-r", "rec", "--include=" + HARD, status=1)
    assert r.stdout.decode().count(BAD) == 2 and told(r)
    assert pcat("-q", "-r", "rec", "--exclude=" + HARD, status=1).stderr == b""


def test_the_command_s_own_failure_goes_on(pcat):
    assert told(pcat("--include=" + HARD, "sh", "-c", "echo '%s'; exit 7" % BAD, status=7))
    pcat("--include=" + HARD, "--limit=1", *prints(), status=1)


@pytest.mark.parametrize("form", [[], ["--json"]], ids=" ".join)
def test_hide_hides_the_line(pcat, form):
    """Text that may match is hidden. The pattern is not printed, since it may contain the secret."""
    r = pcat("--hide=" + HARD, *form, *prints("key=1 %s\nfree\n" % BAD), status=1)
    out = "".join(e["data"] for e in writes(r.stdout)) if form else r.stdout.decode()
    assert out.endswith("\nfree\n") and "xx" not in out and "then" not in out
    (first,) = told(r)
    assert first.startswith("pcat: --hide: ") and "hidden" in first and "xx" not in first and "(x" not in first


def test_what_another_pattern_hides_is_not_told(pcat):
    r = pcat("--hide=" + HARD, "--hide=then", "--include=" + HARD, *prints("then " + BAD + "\n"), status=1)
    assert told(r) and b"then" not in r.stdout + r.stderr


def test_no_more_than_one_line_each(pcat):
    r = pcat("--include=" + HARD, "--exclude=(x+x+)+z", *prints((BAD + " xz\n") * 50), status=1)
    assert len(told(r)) == 4 and "50 lines" in told(r)[2]


def test_what_a_line_holds_is_told_in_one_line(pcat):
    r = pcat("--include=" + HARD, *prints("\x1b]0;x\x07\xff\u202e" + BAD + "\n"), status=1)
    (line,) = told(r)
    assert "^[]0;x^G" in line and "\x1b" not in line and "\u202e" not in line


def test_a_name(spawn, pcat, tmp_path):
    """pcat does not attach to a process if the pattern gives up on its name. It says so."""
    other = spawn("-c", "import time; print('up', flush=True); time.sleep(1000)", "x" * 40 + " xy",
                  program=sys.executable)
    assert other.stdout.readline() == b"up\n"
    r = pcat("--name=time.sleep.*(x+x+)+y$", status=1)
    assert b"gave up" in r.stderr and b" %d" % other.pid in r.stderr


SLOW = [(r"(?=(x+))\1*b", "x" * 60000 + " b"), (r"(.*)\1b", "x" * 60000 + " b"), ("[^a]*+[by]", "x" * 60000 + "ab"),
        ("(x|x)" * 25 + "b", "x" * 60000 + " b"), ("x{1,30000}[bc]", "x" * 60000 + " b"), ("(x+x+)+y", "x" * 60000 + " y"),
        ("(a?){20}x{20}[bc]", "x" * 60000 + " b"), (r"(?<=x{30})b|(x*)*c", "x" * 60000 + "bc")]


@pytest.mark.parametrize("pattern,line", SLOW, ids=lambda value: value[:20])
def test_no_line_takes_long(pcat, pattern, line, tmp_path):
    """The CPU time for ten lines is limited. A line takes about ten milliseconds; the limit here is much higher."""
    (tmp_path / "in").write_text((line + "\n") * 10)
    pcat("-w", "rec", "cat", "in")
    before = os.times()
    r = pcat("-q", "-r", "rec", "--include=" + pattern, "-o", "/dev/null", status=1)
    after = os.times()
    assert after.children_user - before.children_user < 3, r.stderr
