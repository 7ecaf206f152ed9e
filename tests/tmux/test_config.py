"""The configuration file and the options that go before it."""
import os
import re

import pytest

from conftest import PCAT_TUI, assert_free


@pytest.fixture
def home(tmp_path):
    """home(TEXT) is the environment in which that is the configuration."""
    def write(text):
        directory = tmp_path / "config" / "pcat"
        directory.mkdir(parents=True)
        (directory / "config").write_text(text)
        return {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    return write


def test_of_the_user(tui, tracee, home):
    target = tracee()
    t = tui("-p", target.pid, env=home("ascii = yes\nnumbers = yes\n[keys]\nquit = Q\nzoom = q\n"))
    t.wait_for("nothing yet on fd")
    target.say("hello\n")
    t.wait_for("1 hello")
    assert t.screen().isascii()
    t.type("1q")
    t.wait_gone("Tasks")
    t.type("Q")
    assert t.wait_exit() == 0
    assert_free(target.pid)


def test_bad_lines_are_told_and_the_rest_is_used(tui, tracee, home, tmp_path):
    target = tracee()
    t = tui("-p", target.pid, env=home("wrap = perhaps\nnumbers = yes\n[keys]\nfrob = x\n"))
    path = str(tmp_path / "config" / "pcat" / "config")
    t.wait_for("^ config:1: wrap: yes or no, not 'perhaps'")
    t.wait_for("nothing yet on fd")
    target.say("hello\n")
    t.wait_for("1 hello")
    t.keys("q")
    assert t.wait_exit() == 0
    said = t.said()
    assert "pcat-tui: %s:1: wrap: yes or no, not 'perhaps'" % path in said
    assert "pcat-tui: %s:4: there is no action frob" % path in said


def test_file_by_option(tui, tracee, home, tmp_path, run):
    target = tracee()
    other = tmp_path / "other"
    other.write_text("numbers = no\nascii = yes\n")
    t = tui("-c", other, "-p", target.pid, env=home("numbers = yes\n"))
    t.wait_for("nothing yet on fd")
    target.say("hello\n")
    t.wait_for("(^|[^1] *)hello")
    assert t.screen().isascii()
    result = run("script", "-qec", "%s -c /no/such/file -p %d" % (PCAT_TUI, target.pid), "/dev/null")
    assert result.returncode == 1 and b"pcat-tui: /no/such/file: No such file or directory" in result.stdout


def test_options_go_first(tui, tracee, home):
    """-C, -M and -U against a file that says otherwise."""
    target = tracee()
    t = tui("-CMU", "-p", target.pid, env=home("colour = yes\nmouse = yes\nascii = no\n"))
    t.wait_for("nothing yet on fd")
    target.say("\x1b[31mred\x1b[m\n")
    t.wait_for("red")
    assert t.screen().isascii()
    assert not re.search(r"\x1b\[([0-9;]*;)?(3[0-8]|4[0-8])[;m]", t.screen(colours=True))
    assert t.ask("#{mouse_any_flag}") == "0"


def test_mouse_is_ours_by_default(tui, tracee):
    target = tracee()
    t = tui("-p", target.pid)
    t.wait_for("nothing yet on fd")
    target.say("hello\n")
    t.wait_for("hello")
    assert t.ask("#{mouse_any_flag}") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_under_sudo_it_is_not_that_of_root(tui, tracee, home):
    """The invoking user's is read, and with his rights: nobody has none, and root's does not count."""
    target = tracee()
    env = home("ascii = yes\n")
    t = tui("-p", target.pid, env={**env, "SUDO_UID": "65534", "SUDO_GID": "65534"})
    t.wait_for("nothing yet on fd")
    target.say("hello\n")
    t.wait_for("hello")
    assert not t.screen().isascii()
