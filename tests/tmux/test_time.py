"""One instant in all panes: what had others printed by then?"""
import re


def last(screen, name):
    """The highest number that a line of this name has on the screen; -1: there is none."""
    return max((int(n) for n in re.findall(r"\b%s (\d+)\." % name, screen)), default=-1)


def race(tui, tracee):
    """Two threads that take turns: right N comes after left N and before left N + 1."""
    target = tracee(threads=2)
    t = tui("-p", target.pid, size=(140, 40))
    t.wait_for("voice-2")
    for n in range(40):
        target.say("left %d.\n" % n, thread=1)
        target.say("right %d.\n" % n, thread=2)
    t.wait(lambda s: last(s, "left") == 39 and last(s, "right") == 39, what="both ends")
    return target, t


def both(left, right):
    return lambda s: last(s, "left") == left and last(s, "right") == right


def test_what_the_other_thread_had_printed(tui, tracee):
    target, t = race(tui, tracee)
    t.keys("1")
    t.keys("/")
    t.type("left 17\\.")
    t.keys("Enter")
    t.keys("L")
    t.wait_for(r"locked \d\d:\d\d:\d\d\.\d{6}")
    t.wait(both(17, 16))
    for _ in range(5):
        t.keys("k")
    t.wait(both(12, 11))
    t.keys("Tab", "j")
    t.wait(both(12, 12))
    target.say("left 40.\n", thread=1)  # the capture goes on
    target.say("right 40.\n", thread=2)
    t.keys("j")
    t.wait(both(13, 13))
    t.keys("G")
    t.wait(lambda s: last(s, "right") == 40 and "locked" not in s, what="the newest")
    t.keys("1", "G")  # it was scrolled before the lock
    t.wait(both(40, 40))


def test_in_a_recording_too(tui, run, tmp_path, tracee):
    target, t = race(tui, tracee)
    target.tell(fork=3, text="a child\n")
    t.wait_for("exit 3")
    t.keys("W")
    t.wait_for("record to")
    t.keys("C-u")
    t.type(str(tmp_path / "race"))
    t.keys("Enter")
    t.wait_for("REC")
    t.keys("W", "q")
    assert t.wait_exit() == 0
    t = tui("-r", tmp_path / "race", size=(140, 40))
    t.wait_for("exit 3")
    t.wait(lambda s: last(s, "left") == 39, what="the end")
    t.keys("0", "/")
    t.type("voice-1")
    t.keys("Enter", "Enter", "/")
    t.type("left 20\\.")
    t.keys("Enter", "L")
    t.wait(both(20, 19))
    t.wait_for(r"python3 .*not yet")
    t.keys("0", "@")
    t.type("end")
    t.keys("Enter")
    t.wait_for("exit 3")
