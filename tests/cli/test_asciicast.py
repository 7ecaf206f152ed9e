"""--format=asciicast: one terminal or one process, for asciinema's players."""
import fcntl
import json
import os
import pty
import shutil
import struct
import subprocess
import termios
import threading

import pytest

from conftest import PCAT, TIMEOUT, events


def cast(data):
    header, *lines = (json.loads(line) for line in data.decode().splitlines())
    return header, lines


def on_terminal(tmp_path, script, rows=30, columns=100):
    """Records a script in rec. The script runs on a terminal of its own; its stderr goes to a file."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    got = []

    def drain():
        try:
            while data := os.read(master, 65536):
                got.append(data)
        except OSError:
            pass
    thread = threading.Thread(target=drain, daemon=True)
    thread.start()
    with open(tmp_path / "err", "wb") as err:
        subprocess.run([str(PCAT), "-w", str(tmp_path / "rec"), "sh", "-c", script], stdin=slave,
                       stdout=slave, stderr=err, timeout=TIMEOUT, check=True)
    os.close(slave)
    thread.join(TIMEOUT)
    os.close(master)
    return b"".join(got)


def test_terminal(pcat, tmp_path):
    """The player shows what the terminal got, and nothing that was written elsewhere."""
    shown = on_terminal(tmp_path, "echo one; (echo two); echo elsewhere >&2; sleep 0.2; printf 'd\\303'; "
                        "printf '\\251j\\303\\240 vu\\n\\377'")
    header, lines = cast(pcat("-r", "rec", "--format=asciicast").stdout)
    assert header["version"] == 2 and (header["width"], header["height"]) == (100, 30)
    assert {line[1] for line in lines} == {"o"}
    times = [line[0] for line in lines]
    assert times == sorted(times) and times[0] == 0 and times[-1] >= 0.2
    assert "".join(line[2] for line in lines) == "one\r\ntwo\r\ndéjà vu\r\n\ufffd"
    assert shown == "one\r\ntwo\r\ndéjà vu\r\n".encode() + b"\xff"


def test_full_screen(pcat, tmp_path):
    on_terminal(tmp_path, r"printf 'a\n\033[?1049hb\nc\033[?1049l\nd'")
    lines = cast(pcat("-r", "rec", "--format=asciicast").stdout)[1]
    assert "".join(line[2] for line in lines) == "a\r\n\033[?1049hb\nc\033[?1049l\r\nd"


def test_process(pcat):
    pcat("-w", "rec", "sh", "-c", "echo first; echo err >&2; (echo child); echo last")
    header, lines = cast(pcat("-r", "rec", "--format=asciicast").stdout)
    assert (header["width"], header["height"]) == (80, 24)
    assert "".join(line[2] for line in lines) == "first\r\nerr\r\nlast\r\n"


def test_chosen_process(pcat):
    pcat("-w", "rec", "sh", "-c", "echo first; (echo child); echo last")
    told = events(pcat("--json", "-r", "rec").stdout)
    child = [e["pid"] for e in told if e["type"] == "write"][1]
    lines = cast(pcat("-r", "rec", "-p", child, "--format=asciicast").stdout)[1]
    assert [line[2] for line in lines] == ["child\r\n"]


def test_process_in_other_formats(pcat):
    pcat("-w", "rec", "sh", "-c", "echo first; (echo child); echo last")
    told = events(pcat("--json", "-r", "rec").stdout)
    child = [e["pid"] for e in told if e["type"] == "write"][1]
    assert pcat("-r", "rec", "-p", child).stdout == b"child\n"
    mine = events(pcat("--json", "-r", "rec", "-p", child).stdout)
    assert {e.get("pid") for e in mine if e["type"] not in ("hello", "end")} == {child}
    assert mine[0]["type"] == "hello" and mine[-1]["type"] == "end"
    assert b"out| child" not in pcat("-v", "-r", "rec", "-p", told[1]["pid"]).stdout


def test_nothing_to_show(pcat):
    pcat("-w", "rec", "true")
    assert pcat("-r", "rec", "--format=asciicast").stdout == b""


def test_asciinema_plays_it(pcat, tmp_path):
    if not shutil.which("asciinema") or not shutil.which("script"):
        pytest.skip("asciinema or script(1) is not installed")
    pcat("-w", "rec", "sh", "-c", "echo played; sleep 0.1; echo at last")
    pcat("-r", "rec", "--format=asciicast", "-o", "rec.cast")
    played = subprocess.run(["script", "-qec", "asciinema play rec.cast", "/dev/null"], cwd=tmp_path,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=TIMEOUT,
                            env=dict(os.environ, ASCIINEMA_CONFIG_HOME=str(tmp_path)))
    assert b"played\r" in played.stdout and b"at last\r" in played.stdout, played.stdout
