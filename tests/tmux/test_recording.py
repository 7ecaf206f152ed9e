"""pcat-tui -r: files that are whole, compressed, cut, or still being written."""
import json
import os
import signal
import subprocess

import pytest

from conftest import PCAT, until


def test_compressed(tui, run, tmp_path):
    run(PCAT, "-w", tmp_path / "rec.zst", "sh", "-c", "echo from a small file")
    tui("-r", tmp_path / "rec.zst").wait_for("from a small file")


def test_cut_and_compressed(tui, run, tmp_path):
    path = tmp_path / "rec.zst"
    run(PCAT, "-w", path, "sh", "-c", "echo kept; sleep 0.5; echo lost")
    path.write_bytes(path.read_bytes()[:-100])
    t = tui("-r", path)
    t.wait_for("kept")
    t.wait_for("cut")


def test_file_that_grows(tui, spawn, tracee, tmp_path):
    target, path = tracee(), tmp_path / "rec"
    p = spawn(PCAT, "-w", path, "-p", target.pid)
    until(lambda: path.exists() and b"armed" in path.read_bytes())
    target.say("first words\n")
    t = tui("-r", path)
    t.wait_for("first words")
    target.say("later words\n")
    t.wait_for("later words")
    p.send_signal(signal.SIGINT)
    p.wait()
    t.keys("q")
    assert t.wait_exit() == 0


def test_file_that_grows_until_its_pcat_is_killed(tui, spawn, tracee, tmp_path):
    target, path = tracee(), tmp_path / "rec"
    p = spawn(PCAT, "-w", path, "-p", target.pid)
    until(lambda: path.exists() and b"armed" in path.read_bytes())
    t = tui("-r", path)
    target.say("said\n")
    t.wait_for("said")
    p.kill()
    p.wait()
    t.wait_for("cut")


def replayed(run, path):
    """What the recording holds, as the lines of each stream in one."""
    told = [json.loads(line) for line in run(PCAT, "--json", "-r", path).stdout.splitlines()]
    return told, "".join(e.get("data", "") for e in told if e["type"] == "write")


def record(t, path, *answer):
    t.keys("W", "C-u")
    t.type(str(path))
    t.keys("Enter", *answer)
    t.wait_for(r"REC \S+")


@pytest.mark.parametrize("name", ["rec", "rec.zst"])
def test_recorded_by_the_viewer(tui, run, tracee, tmp_path, name):
    """What was there before, and what comes until it is ended."""
    target, path = tracee(threads=2), tmp_path / name
    t = tui("-p", target.pid)
    t.wait_for("nothing yet on fd")
    target.say("before\n")
    target.say("an error\n", fd=2, thread=2)
    t.wait_for("before")
    t.wait_for("an error")
    record(t, path)
    target.say("meanwhile\n")
    t.wait_for("meanwhile")
    t.keys("W")
    t.wait_for("recorded .* to ")
    target.say("afterwards\n")
    t.wait_for("afterwards")
    told, text = replayed(run, path)
    assert sorted(text.splitlines()) == ["an error", "before", "meanwhile"]
    assert told[0]["type"] == "hello" and [e["seq"] for e in told] == sorted({e["seq"] for e in told})
    assert {e["tid"] for e in told if e["type"] == "task"} >= {target.pid}
    tui("-r", path).wait_for("meanwhile")


def test_the_viewer_overwrites_when_told_to(tui, run, tracee, tmp_path):
    target, path = tracee(), tmp_path / "rec"
    path.write_text("dear to somebody")
    t = tui("-p", target.pid)
    t.wait_for("nothing yet on fd")
    t.keys("W", "C-u")
    t.type(str(path))
    t.keys("Enter")
    t.wait_for("exists. Overwrite it")
    t.type("no")
    t.keys("Enter")
    t.wait_for("nothing is recorded")
    assert path.read_text() == "dear to somebody"
    record(t, path, "y", "Enter")
    t.keys("q")
    assert t.wait_exit() == 0
    assert replayed(run, path)[0][0]["type"] == "hello"


def test_recorded_from_the_start(tui, run, tracee, tmp_path):
    target, path = tracee(), tmp_path / "rec.zst"
    t = tui("-w", path, "-p", target.pid)
    t.wait_for(r"REC \S+")
    target.say("from the start\n")
    t.wait_for("from the start")
    t.keys("q")
    assert t.wait_exit() == 0
    assert replayed(run, path)[1] == "from the start\n"


def test_a_disk_that_fills_ends_the_recording_alone(tui, tracee, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("can't mount")
    try:
        target = tracee()
        t = tui("-w", disk / "rec", "-p", target.pid)
        t.wait_for(r"REC \S+")
        target.say("x" * 4000 + "\n", repeat=40)
        t.wait_for("recording ended: No space left on device")
        target.say("it goes on\n")
        t.wait_for("it goes on")
        t.keys("q")
        assert t.wait_exit() == 0
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.fixture
def umask():
    """That of most users."""
    before = os.umask(0o022)
    yield
    os.umask(before)


WRITES = {"W": r"REC \S+", "s": "saved 5 bytes"}


def tell_path(t, key, path, *answer):
    t.keys(key, "C-u")
    t.type(str(path))
    t.keys("Enter", *answer)


@pytest.fixture
def viewer(umask, tui, tracee):
    target = tracee()
    t = tui("-p", target.pid)
    t.wait_for("nothing yet on fd")
    target.say("kept\n")
    t.wait_for("kept")
    t.keys("Tab")  # to its pane
    return t


@pytest.mark.parametrize("key", WRITES)
def test_what_the_viewer_writes_is_the_users_alone(viewer, tmp_path, key):
    tell_path(viewer, key, tmp_path / "new")
    viewer.wait_for(WRITES[key])
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_a_recording_from_the_start_is_the_users_alone(umask, tui, tracee, tmp_path):
    t = tui("-w", tmp_path / "rec", "-p", tracee().pid)
    t.wait_for(r"REC \S+")
    assert (tmp_path / "rec").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", WRITES)
def test_the_viewer_keeps_the_mode_of_an_old_file(viewer, tmp_path, key):
    (tmp_path / "old").write_text("x" * 1000)
    (tmp_path / "old").chmod(0o640)
    tell_path(viewer, key, tmp_path / "old", "y", "Enter")
    viewer.wait_for(WRITES[key])
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640 and b"xxx" not in (tmp_path / "old").read_bytes()


@pytest.mark.parametrize("key", WRITES)
def test_the_viewer_follows_no_link_that_others_may_have_made(viewer, tmp_path, key):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o1777)
    (tmp_path / "victim").write_text("dear to somebody")
    (tmp_path / "open" / "link").symlink_to(tmp_path / "victim")
    tell_path(viewer, key, tmp_path / "open" / "link", "y", "Enter")
    viewer.wait_for("symbolic link")
    assert (tmp_path / "victim").read_text() == "dear to somebody"
