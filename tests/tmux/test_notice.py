"""What is noticed: the mark, the bell, commands."""
import os

from conftest import until


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_a_command_gets_the_line(tui, tracee, tmp_path):
    out, harm = tmp_path / "out", tmp_path / "harm"
    target = tracee()
    t = tui("--on-match", "ERROR", 'echo "$PCAT_WHAT $PCAT_COMM $PCAT_FD $PCAT_LINE" >>%s' % out,
            "-p", target.pid)
    t.wait_for("nothing yet")
    target.say("all is well\n")
    target.say("ERROR $(touch %s) `touch %s` '; touch %s; echo\n" % (harm, harm, harm))
    until(lambda: lines(out))
    assert lines(out) == ["match voice-1 1 ERROR $(touch %s) `touch %s` '; touch %s; echo" % (harm, harm, harm)]
    assert not harm.exists()
    t.wait_for("● .*voice-1")
    t.wait_for(r"voice-1 \d+: ERROR")


def test_one_at_a_time_and_none_is_forgotten(tui, tracee, tmp_path):
    out = tmp_path / "out"
    target = tracee()
    t = tui("--on-match", "boom", 'echo "begin $PCAT_COUNT" >>%s; sleep 1.5; echo "end $PCAT_LINE" >>%s' % (out, out),
            "-p", target.pid)
    t.wait_for("nothing yet")
    target.say("boom 0\n")
    until(lambda: lines(out))
    target.say("boom %d of many\n", repeat=20)
    until(lambda: len(lines(out)) == 4)
    assert lines(out) == ["begin 1", "end boom 0", "begin 20", "end boom 19 of many"]


def test_failures_and_the_bell(tui, tracee, tmp_path):
    out = tmp_path / "out"
    target = tracee()
    t = tui("--on-failure", 'echo "$PCAT_COMM $PCAT_LINE $(id -u)" >>%s' % out, "-p", target.pid)
    t.wait_for("nothing yet")
    assert t.ask("#{window_bell_flag}") == "0"
    target.tell(fork=0, text="fine\n")
    target.tell(fork=9, text="not fine\n")
    until(lambda: lines(out))
    assert lines(out) == ["child exit 9 %d" % os.getuid()]
    t.wait_for(r"child \d+: exit 9")
    until(lambda: t.ask("#{window_bell_flag}") == "1")


def test_silence_of_a_pane(tui, tracee):
    target = tracee()
    t = tui("-p", target.pid)
    t.wait_for("nothing yet")
    target.say("the last for a while\n")
    t.wait_for("the last for a while")
    t.keys("1", "M")
    t.wait_for("watch this pane for")
    t.keys("j", "Enter", "C-u")
    t.type("1s")
    t.keys("Enter")
    t.wait_for(r"voice-1 \d+: silent since \d\d:\d\d:\d\d")


def test_a_command_must_follow(run, tmp_path):
    from conftest import PCAT_TUI
    for args in (["--on-match", "x"], ["--on-match", "x", "-p", "1"], ["--on-match", "a(", "true"],
                 ["--on-silence", "soon", "true"]):
        done = run(PCAT_TUI, *args)
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1 and b"--on-" in done.stderr
