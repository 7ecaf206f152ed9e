"""pcat-tui -r FILE: the position in a recording is moved, and everything is as it was then."""
import signal
import subprocess
import time

import pytest

from conftest import PCAT, until

STORY = """
echo step 1; sleep 0.2
sh -c 'echo broken >&2; exit 3'
echo step 2; sleep 0.2
sh -c 'echo fine; exit 0'
echo step 3; sleep 0.2
sh -c 'kill -SEGV $$'
for i in 4 5 6 7; do echo step $i; sleep 0.2; done
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A run with children that fail, and its bytes compressed."""
    path = tmp_path_factory.mktemp("story") / "story.pcat"
    subprocess.run([PCAT, "-w", path, "sh", "-c", STORY], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return path


def at_the_end(t):
    t.wait_for("step 7")
    t.wait_for("recording")


def command(t, text):
    t.type(":" + text)
    t.keys("Enter")


def test_story(tui, story):
    t = tui("-r", story, size=(110, 30))
    at_the_end(t)
    command(t, "seek start")
    t.wait_gone("step")
    t.keys("}")
    t.wait_for(r"exit 3 \(1 of 2 that failed\)")
    t.wait_for("step 1")
    assert "step 2" not in t.screen() and "fine" not in t.screen()
    t.keys("}")
    t.wait_for(r"SIGSEGV \(2 of 2 that failed\)")
    t.wait_for("step 3")
    assert "step 4" not in t.screen()
    for steps in range(20):  # other events may come before
        if "step 4" in t.screen():
            break
        t.keys(".")
        time.sleep(0.2)
    assert steps > 0 and "step 5" not in t.screen()
    t.keys(",")
    t.wait_gone("step 4")
    t.keys("p")
    at_the_end(t)
    t.keys("{", "(")
    t.wait_gone("step 4")
    t.keys("q")
    assert t.wait_exit() == 0


def test_seek_by_time(tui, story):
    t = tui("-r", story, size=(110, 30))
    at_the_end(t)
    t.keys("J")
    t.wait_for("seek to:")
    t.keys("Escape")
    t.wait_gone("seek to:")
    command(t, "seek -0.5s")
    t.wait_gone("step 7")
    t.wait_for(r"‖ \d\d:\d\d:\d\d\.\d{3} 1x · ━+─+ 0\.\d+/1\.\d+")
    command(t, "seek 100%")
    at_the_end(t)
    command(t, "seek soon")
    t.wait_for("a time: ")


def test_as_of_a_result(tui, story):
    t = tui("-r", story, size=(110, 30))
    at_the_end(t)
    t.keys("M-/")
    t.type("step 2")
    t.keys("Enter")
    t.wait_for("in all streams .* 1 line")
    t.keys("i")
    t.wait_for("all as of ")
    t.wait_for("step 2")
    assert "step 3" not in t.screen() and "SIGSEGV" not in t.screen()


def test_compressed(tui, story, tmp_path):
    path = tmp_path / "story.zst"
    if subprocess.run(["zstd", "-q", story, "-o", path]).returncode:
        pytest.skip("no zstd")
    t = tui("-r", path, size=(110, 30), env={"TMPDIR": str(tmp_path)})
    at_the_end(t)
    command(t, "seek 30%")
    t.wait_gone("step 7")
    t.wait_for("step 1")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("pcat.")]  # what it needs has no name


def test_hidden_stays_hidden(tui, story):
    t = tui("-r", story, "--hide", "step 2", size=(110, 30))
    at_the_end(t)
    command(t, "seek 60%")
    t.wait_gone("step 7")
    t.wait_for(r"\*{6}")
    assert "step 2" not in t.screen()


def test_no_room_for_a_copy(tui, story):
    t = tui("-r", story, "--hide", "nothing", size=(110, 30), env={"TMPDIR": "/nonexistent"})
    at_the_end(t)
    command(t, "seek 50%")
    t.wait_for("no position: .*No such file")
    t.wait_for("step 7")


def test_pipe_has_no_position(tui, story, tmp_path):
    t = tui(size=(110, 30), command=["sh", "-c", 'cat "$0" | pcat-tui -r -', str(story)])
    at_the_end(t)
    t.keys(",")
    t.wait_for("only a single recording in a file has a position")


def test_damaged(tui, story, tmp_path):
    """Up to the damage it can be moved, and at its end it says so again."""
    path = tmp_path / "damaged.pcat"
    data = story.read_bytes()
    at = data.index(b"step 4")
    path.write_bytes(data[:at + 40] + b"\xff" * 50 + data[at + 90:])
    t = tui("-r", path, size=(110, 30))
    t.wait_for("damaged at offset")
    t.wait_for("step 3")
    command(t, "seek 50%")
    t.wait_gone("damaged")
    command(t, "seek end")
    t.wait_for("damaged at offset")
    t.wait_for("step 3")


def test_cut_inside_an_event(tui, story, tmp_path):
    path = tmp_path / "cut.pcat"
    data = story.read_bytes()
    path.write_bytes(data[:data.index(b"step 5") + 2])
    t = tui("-r", path, size=(110, 30))
    t.wait_for("cut at offset")
    t.keys("{")
    t.wait_for("SIGSEGV")
    t.wait_gone("step 4")


def test_grows_while_one_looks_back(tui, spawn, tracee, tmp_path):
    target, path = tracee(), tmp_path / "rec"
    p = spawn(PCAT, "-w", path, "-p", target.pid)
    until(lambda: path.exists() and b"armed" in path.read_bytes())
    for i in range(5):
        target.say("word %d\n" % i)
    t = tui("-r", path, size=(110, 30))
    t.wait_for("word 4")
    t.keys(",")
    t.wait_gone("word 4")
    target.say("news\n")
    t.keys(".")
    t.wait_for("word 4")
    command(t, "seek end")
    t.wait_for("news")
    p.send_signal(signal.SIGINT)
    p.wait()


def test_speed_and_pause(tui, tmp_path):
    path = tmp_path / "slow.pcat"
    subprocess.run([PCAT, "-w", path, "sh", "-c", "echo before; sleep 6; echo after; sleep 0.1"], stdout=subprocess.DEVNULL, check=True)
    t = tui("-r", path, size=(110, 30))
    t.wait_for("after")
    command(t, "seek start")
    t.wait_gone("before")
    t.keys("]", "]", "]", "]", "p")
    t.wait_for("16x")
    t.wait_for("before")
    t.wait_for("after", timeout=4)
    t.wait_for("recording")


def test_only_for_recordings(tui, tracee):
    t = tui("-p", tracee().pid)
    t.wait_for("nothing yet")
    t.keys("}")
    t.wait_for("this works in recordings only")


def test_several_have_none(tui, story, tmp_path):
    t = tui("-r", story, "-r", story, size=(110, 30))
    t.wait_for("2 sources")
    t.keys(".")
    t.wait_for("only a single recording")
