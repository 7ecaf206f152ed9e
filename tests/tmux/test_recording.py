"""pcat-tui -r: files that are whole, compressed, cut, or still being written."""
import signal

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
