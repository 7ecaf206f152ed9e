"""--hide: text that matches appears nowhere in the output, in whatever pieces it was written."""
import json
import subprocess
import sys

import pytest

from conftest import BUILD, events, writes

SECRET = "hunter2-XYZZY"
LINE = "user=me password=%s; rest of the line" % SECRET
PATTERN = "hunter2-[A-Z]+"
STARS = LINE.replace(SECRET, "*" * len(SECRET))

FORMATS = {"plain": ["-o", "to"], "prefix": ["-v", "-o", "to"], "json": ["--json", "-o", "to"],
           "recording": ["-w", "to"], "recording.zst": ["-w", "to.zst"], "asciicast":
           ["--format=asciicast", "-o", "to"], "split": ["-ff", "-o", "to"]}


def writer(cuts, text=LINE + "\n", fd=1):
    """A program that writes the text in several writes, cut at these offsets."""
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]
    # the secret is not in its command line or source as plain text
    codes = [[ord(c) for c in piece] for piece in pieces]
    return [sys.executable, "-c", "import os\nfor p in %r: os.write(%d, bytes(p))" % (codes, fd)]


def everything(directory):
    return b"".join(f.read_bytes() for f in directory.iterdir() if f.is_file())


@pytest.mark.parametrize("cut", range(1, len(LINE) + 1))
def test_any_cut(pcat, cut):
    out = pcat("--hide", PATTERN, "--json", *writer([cut])).stdout
    told = writes(out)
    assert "".join(e["data"] for e in told) == STARS + "\n" and len(told) == 2
    assert SECRET.encode() not in out


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_byte_by_byte(pcat, tmp_path, form):
    pcat("-q", "--hide=" + PATTERN, *FORMATS[form], *writer(range(1, len(LINE) + 1)))
    kept = everything(tmp_path)
    if form.startswith("recording"):
        kept = pcat("-r", *tmp_path.iterdir()).stdout
    if form in ("plain", "split", "recording", "recording.zst"):
        assert kept == STARS.encode() + b"\n"
    joined = kept if form != "json" else "".join(e["data"] for e in writes(kept)).encode()
    assert SECRET.encode() not in joined and b"hunter2" not in joined
    assert form == "asciicast" or STARS.encode() in joined


def test_our_own_stdout(pcat):
    """With --hide, the command's output reaches pcat's own stdout only through pcat."""
    r = pcat("--hide", PATTERN, *writer([20]))
    assert r.stdout == STARS.encode() + b"\n"
    r = pcat("--hide", PATTERN, *writer([20], fd=2))
    assert r.stderr == STARS.encode() + b"\n"


def test_replay(pcat, tmp_path):
    pcat("-w", "rec", *writer([21, 25]))
    assert SECRET.encode() in pcat("-r", "rec").stdout
    for options in [], ["-v"], ["--json"], ["-w", "again"]:
        out = pcat("-r", "rec", "--hide", PATTERN, *options).stdout
        assert b"hunter2-X" not in out
    assert pcat("-r", "rec", "--hide", PATTERN).stdout == STARS.encode() + b"\n"
    assert pcat("-r", "again").stdout == STARS.encode() + b"\n"


def test_input_is_hidden(pcat):
    out = pcat("--fd=0", "--json", "--hide", PATTERN, "cat", input=LINE.encode(), stdin=None).stdout
    assert STARS in "".join(e.get("data", "") for e in events(out) if e["type"] == "read")


def test_command_lines(pcat, tmp_path):
    """The secret is in no command line: not in the tracee's, and not in pcat's own."""
    pcat("-w", "rec", "--hide", SECRET, "sh", "-c", ": " + SECRET)
    pcat("-w", "rec2", "--hide=" + SECRET, "sh", "-c", "sh -c ': %s'; true" % SECRET)
    assert SECRET.encode() not in everything(tmp_path)


def test_the_end_of_an_unfinished_line(pcat):
    assert pcat("--hide", PATTERN, *writer([20], LINE)).stdout == STARS.encode()


def test_several_patterns_see_the_line_as_it_was(pcat):
    r = pcat("--hide", "b+", "--hide", "abbc", *writer([], "xabbcx\n"))
    assert r.stdout == b"x****x\n"


def test_long_lines(pcat):
    """For every cut, matches within the limit are hidden, no bytes are lost, and the order is kept."""
    text = "x" * 50000 + SECRET + "y" * 10000 + "\n"
    r = pcat("--hide", PATTERN, sys.executable, "-c",
             "import os\nt = b'x' * 50000 + bytes(%r) + b'y' * 10000 + b'\\n'\n"
             "for i in range(0, len(t), 997): os.write(1, t[i:i + 997])" % list(SECRET.encode()))
    assert r.stdout == text.replace(SECRET, "*" * len(SECRET)).encode()
    r = pcat("--hide", PATTERN, sys.executable, "-c",
             "import os\nfor i in range(400): os.write(1, b'z' * 1000)")
    assert r.stdout == b"z" * 400000


def test_events_stay_in_order(pcat):
    out = pcat("--hide", PATTERN, "--json", "sh", "-c",
               "printf 'a prompt: '; (echo child); echo answer").stdout
    seqs = [e["seq"] for e in events(out)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert "".join(e["data"] for e in writes(out) if e["fd"] == 1) == "child\na prompt: answer\n"


def test_a_shell_moves_its_fds_within_a_line(pcat, tmp_path):
    """For `echo >&2`, dash makes its fd 1 refer to stderr for a moment."""
    for options in ["-o", "to"], ["--json", "-o", "to"]:
        pcat("--hide", PATTERN, *options, "sh", "-c",
             "printf hunter; echo error >&2; printf 2-; echo more >&2; echo XYZZY")
        if "--json" not in options:
            assert sorted((tmp_path / "to").read_bytes().splitlines()) == \
                [b"*" * 13, b"error", b"more"]
        else:
            told = "".join(e["data"] for e in writes((tmp_path / "to").read_bytes())
                           if e["stream"] == "stdout")
            assert told == "*" * 13 + "\n"


def test_an_expensive_pattern_hides_more_rather_than_less(pcat):
    r = pcat("--hide", "(a+)+$", *writer([], "a" * 5000 + "!\n"), status=1)
    assert r.stdout.endswith(b"\n") and b"aaaa" not in r.stdout
    assert b"gave up" in r.stderr and b"aaaa" not in r.stderr


@pytest.mark.parametrize("program", ["pcat", "pcat-tui"])
def test_a_bad_pattern(program):
    if not (BUILD / program).exists():
        pytest.skip("not built")
    r = subprocess.run([BUILD / program, "--hide", "a(b", "true"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert r.returncode == 2 and r.stdout == b""
    assert r.stderr == b"%s: 'a(b': bad regex at 3: missing closing parenthesis\n" % program.encode()
