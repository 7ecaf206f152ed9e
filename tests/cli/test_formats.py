"""Which lines are printed, and into which files."""
import re

import pytest

from conftest import events, writes

SAYS = "echo one; echo two >&2; printf 'three\\r\\n'; printf four"


@pytest.fixture
def recording(pcat, tmp_path):
    pcat("-w", tmp_path / "rec", "sh", "-c", SAYS)
    return tmp_path / "rec"


@pytest.mark.parametrize("options, out, err", [
    (["--include=o"], b"one\nfour", b"two\n"),
    (["--include=^t"], b"three\r\n", b"two\n"),
    (["--include=three$"], b"three\r\n", b""),
    (["--include=one", "--include=two"], b"one\n", b"two\n"),
    (["--exclude=o"], b"three\r\n", b""),
    (["--include=e", "--exclude=one"], b"three\r\n", b""),
    (["--include=ONE"], b"", b""),
    (["--include=(?i)ONE"], b"one\n", b""),
])
def test_plain_by_lines(pcat, recording, options, out, err):
    result = pcat("-r", recording, *options)
    assert (result.stdout, result.stderr) == (out, err)
    live = pcat(*options, "sh", "-c", SAYS)
    assert (live.stdout, live.stderr) == (out, err)


def test_a_line_in_pieces_is_one_line(pcat):
    says = "printf wa; printf nted; echo ' line'; printf un; echo wanted-not; echo other"
    assert pcat("--include=^wanted", "sh", "-c", says).stdout == b"wanted line\n"


def test_unfinished_line_of_a_cut_recording(pcat, tmp_path):
    pcat("-w", "rec", "sh", "-c", "printf unfin''ished; sleep 0.1")
    data = (tmp_path / "rec").read_bytes()
    (tmp_path / "rec").write_bytes(data[:data.rindex(b"unfinished") + len("unfinished")])
    cut = pcat("-r", "rec", "--include=unf", status=1)
    assert cut.stdout == b"unfinished" and b"cut at offset" in cut.stderr


def test_prefix_picks_lines_and_keeps_the_rest(pcat, recording):
    text = pcat("-v", "-r", recording, "--exclude=o").stdout.decode()
    assert re.findall(r"^sh \d+ (\w+)([|+]) (.*?)\r?$", text, re.M) == [("out", "|", "three")]
    assert re.search(r"^\+\+\+ sh \d+ exited with 0 \+\+\+$", text, re.M)


def test_json_picks_events(pcat, recording):
    whole = events(pcat("--json", "-r", recording).stdout)
    picked = events(pcat("--json", "-r", recording, "--include=two|four").stdout)
    assert [e["data"] for e in picked if e["type"] == "write"] == ["two\n", "four"]
    assert picked == [e for e in whole if e["type"] != "write" or e["data"] in ("two\n", "four")]


def test_json_event_with_one_wanted_line_stays_whole(pcat):
    says = ["sh", "-c", r"printf 'a\nb\nc\n'"]
    assert writes(pcat("--json", "--include=b", *says).stdout)[0]["data"] == "a\nb\nc\n"
    assert writes(pcat("--json", "--exclude=b", *says).stdout)[0]["data"] == "a\nb\nc\n"
    assert not writes(pcat("--json", "--include=x", *says).stdout)


@pytest.mark.parametrize("option", ["--include", "--exclude", "--until"])
def test_bad_pattern(pcat, option):
    result = pcat(option + "=(", "true", status=2)
    assert re.fullmatch(rb"pcat: '\(': bad regex at 1: .*\n", result.stderr)


def test_a_recording_is_whole(pcat):
    assert b"whole" in pcat("-w", "rec", "--include=x", "true", status=2).stderr


# --- a file for each process and stream ---

def test_split(pcat, tmp_path):
    says = "echo $$; (echo child; echo trouble >&2); exec /bin/echo last"
    result = pcat("-ff", "-o", "log", "sh", "-c", says)
    pid = result.stdout.split()[0].decode()
    files = {p.name: p.read_bytes() for p in tmp_path.glob("log.*")}
    assert files.pop("log.%s.out" % pid) == b"%s\nlast\n" % pid.encode()
    assert sorted(files.values()) == [b"child\n", b"trouble\n"]
    assert len({name.split(".")[1] for name in files}) == 1


def test_split_more_files_than_are_open_at_once(pcat, tmp_path):
    """Each of 150 processes writes something, and then each writes again: more files than may be open."""
    says = "i=0; while [ $i -lt 150 ]; do i=$((i+1)); (echo a $i; sleep 1; echo b $i) & done; wait"
    pcat("-ff", "-o", "log", "sh", "-c", says)
    found = sorted(p.read_bytes() for p in tmp_path.glob("log.*.out"))
    assert found == sorted(b"a %d\nb %d\n" % (i, i) for i in range(1, 151))


def test_split_replaces_what_was_there(pcat, recording, tmp_path):
    pcat("-ff", "-o", "log", "-r", recording)
    before = {p.name: p.read_bytes() for p in tmp_path.glob("log.*")}
    pcat("-ff", "-o", "log", "-r", recording)
    assert before == {p.name: p.read_bytes() for p in tmp_path.glob("log.*")}
    assert sorted(before.values()) == [b"one\nthree\r\nfour", b"two\n"]


def test_split_picks_lines(pcat, recording, tmp_path):
    pcat("-ff", "-o", "log", "--include=^t", "-r", recording)
    assert sorted(p.read_bytes() for p in tmp_path.glob("log.*")) == [b"three\r\n", b"two\n"]


@pytest.mark.parametrize("options", [["-ff"], ["-ff", "-o", "x", "-v"], ["-ff", "-w", "x"]])
def test_split_needs_a_name_and_plain_format(pcat, options):
    assert pcat(*options, "true", status=2).stderr.startswith(b"pcat: -ff ")


def test_split_that_can_not_be_opened(pcat):
    result = pcat("-ff", "-o", "no/such/log", "sh", "-c", "echo hello", status=1)
    assert b"write error: No such file or directory" in result.stderr
    assert result.stdout == b"hello\n"


def test_single_f_is_no_split(pcat):
    assert pcat("-f", "echo", "hello").stdout == b"hello\n"
