"""Full-screen programs that were attached to: what the pane shows is what their own terminal shows."""
import re
import shutil

import pytest

from conftest import until


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason="%s is not installed" % program)


ROWS, COLS = 20, 70


@pytest.fixture
def program(tui, tmp_path):
    """A program in a tmux of its own, of ROWS x COLS."""
    return lambda *argv: tui(command=list(map(str, argv)), size=(COLS, ROWS))


def rows(text):
    """Without what moves by itself: the clock, loads and figures of a process viewer."""
    return [re.sub(r"[0-9.]+", "0", row).rstrip() for row in text.split("\n")[:ROWS]]


def region(viewer):
    """What stands in the pane, which fills the screen, below its title."""
    return "\n".join(row[:COLS] for row in viewer.screen().split("\n")[1:ROWS + 1])


def show_screen(tui, target, **options):
    """The viewer, attached to a program, with the program's screen over all of its own."""
    v = tui("-p", target.pid, size=(100, 30), **options)
    v.wait_for(r"attached|stdout")
    v.keys("Enter")
    v.wait_for(r"^─ 1 |├─ 1 |┬─ 1 ")
    v.keys("z", "S")
    v.wait_for(r"screen %dx%d" % (COLS, ROWS))
    return v


def ask_redraw(v):
    v.keys("r")
    v.wait_for("yes/no")
    v.type("yes")
    v.keys("Enter")
    v.wait_for("has drawn its screen anew")
    v.wait_gone("from the middle")


def assert_same(v, target, ignore=lambda row: False):
    def differ():
        theirs, ours = rows(target.screen()), rows(region(v))
        return [pair for pair in zip(theirs, ours) if pair[0] != pair[1] and not ignore(pair[0])]
    until(lambda: not differ(), message=lambda: "\n".join("%r\n%r" % pair for pair in differ()))


@needs("vim")
def test_vim(program, tui, tmp_path):
    text = tmp_path / "text"
    text.write_text("".join("line %d 日本 é\twith tabs\n" % i for i in range(100)))
    target = program("vim", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set shortmess+=F", "-c", "set nocompatible number", text)
    target.wait_for("line 10")
    v = show_screen(tui, target)
    ask_redraw(v)
    assert_same(v, target)
    target.keys("5", "0", "G", "o")
    target.type("new words")
    target.keys("Escape")
    target.wait_for("new words")
    assert_same(v, target)
    target.type(":split\n")
    assert_same(v, target)
    target.resize(COLS, ROWS - 4)
    v.wait_for(r"screen %dx%d" % (COLS, ROWS - 4))
    target.resize(COLS, ROWS)
    v.wait_for(r"screen %dx%d" % (COLS, ROWS))
    target.keys("C-l")
    assert_same(v, target)


@needs("less")
def test_less(program, tui, tmp_path):
    text = tmp_path / "text"
    text.write_text("".join("line %d\n" % i for i in range(1000)))
    target = program("env", "LESS=", "less", text)
    target.wait_for("line 5")
    v = show_screen(tui, target)
    ask_redraw(v)
    assert_same(v, target)
    for keys in ("Space",), ("1", "0", "0", "g"), ("G",), ("b",), ("/", "4", "2", "Enter"):
        target.keys(*keys)
        assert_same(v, target)


@needs("htop")
def test_htop(program, tui, tracee):
    still = tracee()
    target = program("env", "HOME=/nonexistent", "htop", "-d", "100", "-p", still.pid)
    target.wait_for("F1Help")
    v = show_screen(tui, target)
    ask_redraw(v)  # SIGWINCH alone does not move it
    target.keys("Space")
    meters = re.compile(r"\[.*\]|Uptime|Load|Tasks")
    assert_same(v, target, ignore=meters.search)
    target.keys("F1")
    target.wait_for("(?i)released|license|arrow")
    assert_same(v, target, ignore=meters.search)
    assert target.ask("#{pane_height} #{pane_width}") == "%d %d" % (ROWS, COLS)


@needs("top")
def test_top(program, tui, tracee):
    still = tracee()
    target = program("env", "HOME=/nonexistent", "top", "-d", "100", "-p", still.pid)
    target.wait_for("PID")
    v = show_screen(tui, target)
    ask_redraw(v)
    assert_same(v, target, ignore=lambda row: re.match(r"top -|Tasks|%Cpu|MiB", row))


def test_progress_bar(tui, tracee):
    """In a file: 80 columns and 24 rows."""
    target = tracee()
    v = tui("-p", target.pid, size=(100, 30))
    v.wait_for("nothing yet")
    target.say("one\ntwo\nthree\n")
    for i in range(30):
        target.say("\033[2A\r\033[K  %d %%\n\033[Kof all\n" % i)
    v.wait_for("S: screen|full screen: S")
    v.keys("Tab", "z", "S")
    v.wait_for(r"screen 80x24")
    v.wait(lambda s: s.split("\n")[1:5] == ["one", "  29 %", "of all", ""], what="the bar")
