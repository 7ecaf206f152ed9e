"""Programs with hostile names, command lines and files. pcat prints no control character of theirs, and each line stays one line.

With PCAT_LONG=1, many more names are tried.
"""
import json
import os
import random
import signal
import subprocess
import sys

import pytest

from conftest import BUILD, PCAT, until, wait_armed

PIECES = [b"\x1b[31m", b"\x1b]0;x\x07", b"\x1b[2J", b"\n", b"\npcat: x", b"\r", b"\t", b"\b", b"\x7f", b"\x01", b"\xff", b"\x9b", b"\xc2\x9b",
          "\u202e".encode(), "\u2066".encode(), "\u2028".encode(), "\u2029".encode(), "\ufeff".encode(), "\u200b".encode(), "\U000e0041".encode(),
          b"\xe2\x82", b"\xf0\x9f", "é".encode(), "日".encode(), b"\\", b"\\n", b" ", b")", b"%s", b"'", b"ab"]
FIXED = [b"\t ab ", b"\x1b[31m\npcat: x", b"\n\n\n", "\u202eab\u2028cd\u2029".encode(), b"\xc2\x9b5n\xff\x9b6n"]


def made(seed):
    rng = random.Random(seed)
    return b"".join(rng.choice(PIECES) for _ in range(rng.randrange(2, 7)))


NAMES = FIXED + [made(seed) for seed in range(200 if os.environ.get("PCAT_LONG") else 6)]

# Sets its name. Makes a child with the same name, about which pcat prints a note (the child sets seccomp's strict mode, which is refused
# below our filter). Prints one line on stdout, which is a file of that name.
PROGRAM = """
import ctypes, os, sys, time
name, mode = bytes.fromhex(sys.argv[1]), sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(15, name[:15], 0, 0, 0)
if mode == "strict" and os.fork() == 0:
    libc.prctl(22, 1, 0, 0, 0)
    os._exit(0)
if mode == "strict":
    os.wait()
if mode == "zombie":
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    print(child, flush=True)
    time.sleep(1000)
os.write(1, b"one line\\n")
if mode == "wait":
    time.sleep(1000)
"""


def program(name, mode):
    return [sys.executable, "-c", PROGRAM, name.hex(), mode]


def hostile(name, mode):
    """The same, with the name as an argument."""
    return ["env", "--", *program(name, mode), name]


def assert_clean(data, lines=None, colours=False, ours=False):
    """The output has no control character but newlines, and has this many lines."""
    text = data.decode()  # strictly
    if colours:
        for digit in "023456":
            text = text.replace("\x1b[3%sm" % digit, "").replace("\x1b[0m", "")
    for c in text:
        assert c == "\n" or c.isprintable(), (hex(ord(c)), text)
    if lines is not None:
        assert text.count("\n") == lines, text
    for line in text.splitlines() if ours else ():
        assert line.startswith("pcat: "), text
    return text


@pytest.fixture(params=NAMES, ids=lambda name: name.hex())
def name(request):
    return request.param


def run(*args, status=0, cwd=None, env=None):
    """As the fixture pcat, but arguments are bytes."""
    r = subprocess.run([os.fsencode(a) for a in (PCAT, *args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       cwd=cwd, timeout=30, env=env)
    assert r.returncode == status, r
    return r


def test_notes_in_plain_format(name, tmp_path):
    r = run("-o", "to", *hostile(name, "strict"), cwd=tmp_path)
    text = assert_clean(r.stderr, 1, ours=True)
    assert "strict mode" in text and "python" not in text
    assert (tmp_path / "to").read_bytes() == b"one line\n"


@pytest.mark.parametrize("option", [["-v"], ["-vy", "-tt"]], ids=" ".join)
def test_prefix(name, option, tmp_path):
    """stdout is a file of that name."""
    kept = name.replace(b"/", b"_")[:200]
    sh = ["sh", "-c", 'exec "$@" >"$0"', kept, *hostile(name, "strict")]
    text = assert_clean(run(*option, "-o", "to", *sh, cwd=tmp_path).stdout + (tmp_path / "to").read_bytes())
    assert [line for line in text.splitlines() if not line.endswith(" +++") or "+++ " not in line[:20]] == [
        line for line in text.splitlines() if line.endswith("| one line")]
    assert text.count("one line\n") == 1 and "strict mode" in text


def test_prefix_on_a_terminal(name, tmp_path):
    ours, theirs = os.openpty()
    p = subprocess.Popen([os.fsencode(a) for a in (PCAT, "-v", *hostile(name, "strict"))], stdin=subprocess.DEVNULL, stdout=theirs,
                         stderr=theirs, cwd=tmp_path)
    os.close(theirs)
    data = b""
    try:
        while piece := os.read(ours, 65536):
            data += piece
    except OSError:
        pass  # EIO: no process has the terminal open any more
    finally:
        os.close(ours)
        p.kill() if p.poll() is None else None
        p.wait()
    assert "one line" in assert_clean(data.replace(b"\r\n", b"\n"), colours=True)


@pytest.fixture
def living(name, tmp_path):
    """A process of that name, whose stdout is a file of that name."""
    path = os.path.join(os.fsencode(tmp_path), name.replace(b"/", b"_")[:200])
    with open(path, "wb") as out:
        p = subprocess.Popen([name, *program(name, "wait")[1:]], executable=sys.executable, stdout=out, stdin=subprocess.DEVNULL)
    until(lambda: os.path.getsize(path))
    yield p
    p.kill()
    p.wait()


def test_list(name, living):
    out = run("--list").stdout
    text = assert_clean(out)
    assert [line for line in text.splitlines() if line.split()[0] == str(living.pid)]
    for line in text.splitlines()[1:]:
        assert line.split()[0].isdigit(), line
    listed = run("--list", "--json").stdout
    assert_clean(listed)
    (told,) = [e for e in map(json.loads, listed.splitlines()) if e["pid"] == living.pid]
    if valid(name[:15]):
        assert told["comm"] == name[:15].decode()


def valid(name):
    try:
        return bool(name.decode())
    except UnicodeDecodeError:
        return False


def test_refusals(name, living, spawn):
    first = spawn("--json", "-p", living.pid)
    wait_armed(first)
    assert_clean(run("-p", str(living.pid), status=1).stderr, 1, ours=True)
    assert_clean(run("--name", "^%s$" % " ".join("x"), "-p", str(living.pid), status=1).stderr, 1, ours=True)
    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 0


def test_a_zombie(name, spawn):
    parent = spawn("-c", PROGRAM, name.hex(), "zombie", program=sys.executable)
    zombie = int(parent.stdout.readline())
    text = assert_clean(run("-p", str(zombie), status=1).stderr, 1, ours=True)
    assert "zombie" in text


def test_json_and_asciicast_are_valid(name, tmp_path):
    out = run("--json", *hostile(name, "strict")).stdout
    assert_clean(out)
    told = [json.loads(line) for line in out.splitlines()]
    if valid(name[:15]):
        assert any(e.get("comm") == name[:15].decode() for e in told)
    cast = run("--format=asciicast", "-o", "cast", *hostile(name, "strict"), cwd=tmp_path)
    assert_clean(cast.stderr)
    assert_clean((tmp_path / "cast").read_bytes())
    assert all(json.loads(line) for line in (tmp_path / "cast").read_bytes().splitlines())


def test_replay(name, tmp_path):
    """A recording from another machine is not trusted either."""
    run("-w", "rec", *hostile(name, "strict"), cwd=tmp_path)
    for form in ["-v"], ["--json"]:
        assert_clean(run("-r", "rec", *form, cwd=tmp_path).stdout)


def test_names_of_files(name, tmp_path):
    r = run("-ff", "-o", "log", *hostile(name, "strict"), cwd=tmp_path)
    assert_clean(r.stderr, 1, ours=True)
    (made,) = [p.name for p in tmp_path.iterdir()]
    assert made.startswith("log.") and made.endswith(".out") and made[4:-4].isdigit()


@pytest.mark.parametrize("args", [["%s"], ["-p", "%s"], ["-r", "%s"], ["-o", "%s/x", "true"], ["-w", "%s/x", "true"], ["--include=%s((", "true"],
                                  ["--name=%s(("], ["--name=^%s$"], ["--format=%s", "true"], ["--fd=%s", "true"], ["--limit=%s", "true"], ["--%s"], ["--qui%s"], ["-%s"], ["-q%s"], ["--quiet=%s"], ["%s", "-p"],
                                  ["-ff", "-o", "/nowhere/%s", "echo"], ["--", "%s", "%s"]], ids=" ".join)
def test_what_the_command_line_holds(args):
    """Hostile names get into the command line by completion, and by $(pgrep ...)."""
    for name in NAMES:
        r = subprocess.run([os.fsencode(PCAT), *(a.encode().replace(b"%s", name) for a in args)], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
        assert r.returncode
        assert_clean(r.stderr, 1, ours=True)


def test_the_trace_log(name, tmp_path):
    log = tmp_path / "log"
    run("-o", tmp_path / "to", *hostile(name, "strict"), env=dict(os.environ, PCAT_LOG="all", PCAT_LOG_FILE=str(log)))
    assert_clean(log.read_bytes())


@pytest.mark.skipif(not (BUILD / "pcat-tui").exists(), reason="not built")
@pytest.mark.parametrize("args", [["-r", "%s"], ["--hide", "%s((", "true"], ["--%s"], ["-%s"], ["--via", "%s", "--", "-p", "1"]], ids=" ".join)
def test_what_the_viewer_says_before_it_starts(args):
    for name in NAMES:
        ours, theirs = os.openpty()
        r = subprocess.run([os.fsencode(BUILD / "pcat-tui"), *(a.encode().replace(b"%s", name) for a in args)], stdin=theirs, stdout=theirs,
                           stderr=subprocess.PIPE, timeout=30, env=dict(os.environ, TERM="xterm"))
        os.close(theirs)
        os.close(ours)
        assert r.returncode
        assert_clean(r.stderr)
