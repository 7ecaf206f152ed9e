"""pcat and its command as one job of a shell: Ctrl-Z, fg, bg, and signals to one of the two."""
import os
import re
import shlex
import shutil
import signal
import sys
from pathlib import Path

import pytest

from conftest import PCAT, alive, children, end, program_of, states, tracers, until

SHELLS = [pytest.param(s, marks=pytest.mark.skipif(not shutil.which(s), reason=s + " is not installed"))
          for s in ("bash", "dash")]
FLAGS = {"bash": ["--norc", "--noprofile", "-i"], "dash": ["-i"]}

HANDLER = """
import os, signal, time
signal.signal(signal.SIGTSTP, lambda *_: os.write(1, b"handler\\n"))
os.write(1, b"ready\\n")
while True: time.sleep(60)
"""

# Numbers, 20 a second.
COUNTER = """
import os, time
n = 0
while True:
    os.write(1, b"n %d\\n" % n)
    n += 1
    time.sleep(0.05)
"""

# As editors do: the handler tidies up, then stops the program by itself.
TIDY = """
import os, signal, time
def stop(*_):
    os.write(1, b"tidy\\n")
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    %s
    os.write(1, b"again\\n")
    signal.signal(signal.SIGTSTP, stop)
signal.signal(signal.SIGTSTP, stop)
os.write(1, b"ready\\n")
while True: time.sleep(60)
"""

# It stops by Ctrl-Z as any program; its child, in a session of its own, does not.
PARENT = """
import os, time
if os.fork() == 0:
    os.setsid()
    out = os.open("child", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        os.write(out, b".")
        time.sleep(0.05)
os.write(1, b"ready\\n")
n = 0
while True:
    os.write(os.open("parent", os.O_WRONLY | os.O_CREAT | os.O_APPEND), b".")
    time.sleep(0.05)
"""


def descendants(pid):
    below = children(pid)
    return below + [p for child in below for p in descendants(child)]


class Shell:
    """An interactive shell in a tmux of its own, in an empty directory."""

    def __init__(self, tui, directory, name):
        self.directory, self.name = directory, name
        self.t = tui(command=["sh", "-c", 'cd "$0" && stty -echoctl && exec "$@"', directory, name, *FLAGS[name]],
                     env={"PS1": "<> ", "HOME": str(directory), "PYTHONUNBUFFERED": "1"})
        self.t.wait_for("^<>")

    def program(self, name, text):
        (self.directory / name).write_text(text)
        return "%s %s" % (shlex.quote(sys.executable), name)

    def type(self, line):
        self.t.type(line)
        self.t.keys("Enter")

    def start(self, line, pattern="\\bready$"):
        self.type(line)
        self.t.wait_for(pattern)

    def count(self, word):
        return len(re.findall("\\b%s$" % word, self.t.screen(), re.M))

    def wait_count(self, word, n):
        self.t.wait(lambda _: self.count(word) == n, what="%d times %r" % (n, word))

    def has_terminal(self):
        fields = Path("/proc/%d/stat" % self.t.pid).read_text().rpartition(")")[2].split()
        return fields[2] == fields[5]

    def prompts(self, mark):
        """The shell has the terminal, and does what is typed. What is typed earlier an editor may take."""
        until(self.has_terminal, message=self.t.screen)
        self.type("echo %s-$((20 + 1))" % mark)
        self.t.wait_for(mark + "-21")

    def pcat(self):
        found = [p for p in descendants(self.t.pid) if program_of(p) == "pcat"]
        return found[0] if found else None

    def command(self):
        below = children(self.pcat())
        return below[0] if below else None

    def size(self, name):
        path = self.directory / name
        return path.stat().st_size if path.exists() else 0

    def wait_grows(self, name):
        size = self.size(name)
        until(lambda: self.size(name) > size + 3, message=lambda: "%s does not grow:\n%s" % (name, self.t.screen()))


@pytest.fixture
def shell(tui, tmp_path):
    started = []

    def start(name="bash"):
        if not shutil.which(name):
            pytest.skip(name + " is not installed")
        (tmp_path / "home").mkdir()
        started.append(Shell(tui, tmp_path / "home", name))
        return started[-1]
    yield start
    for s in started:
        for pid in descendants(s.t.pid):
            end(pid)


def stopped(pid):
    return states(pid) == {"T"}


def assert_whole(path):
    """Each number once, in order."""
    told = [int(n) for n in re.findall(r"n (\d+)\n", path.read_text())]
    assert told == list(range(len(told))) and told


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("options", ["", "--format=prefix", "--no-seccomp"], ids=str)
def test_a_handler_runs_at_once(shell, name, options):
    s = shell(name)
    s.start("%s %s %s" % (PCAT.name, options, s.program("handler.py", HANDLER)))
    for n in 1, 2:
        s.t.keys("C-z")
        s.wait_count("handler", n)
    assert not stopped(s.pcat())
    s.t.keys("C-c")
    s.prompts("over")
    assert not s.pcat()


@pytest.mark.parametrize("options", ["", "--format=prefix"], ids=str)
def test_a_handler_that_ends_the_program(shell, options):
    s = shell()
    program = s.program("leaver.py", HANDLER.replace('os.write(1, b"handler\\n")', "os._exit(3)"))
    for n in range(5):
        s.start("pcat %s %s; echo status-%d $?" % (options, program, n))
        s.t.keys("C-z")
        s.t.wait_for("^status-%d 3" % n)
        s.type("clear")
        s.t.wait_gone("ready")


TRACERS = ["", "pcat -q", "pcat -q --format=prefix", "pcat -q --no-seccomp",
           pytest.param("strace -f -o trace", marks=pytest.mark.skipif(not shutil.which("strace"),
                                                                       reason="strace is not installed"))]


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("tracer", TRACERS, ids=lambda t: t or "untraced")
def test_stops_and_goes_on(shell, name, tracer):
    """Untraced, under pcat and under strace a shell sees the same."""
    s = shell(name)
    s.type("%s %s > out" % (tracer, s.program("counter.py", COUNTER)))
    s.wait_grows("out")
    s.t.keys("C-z")
    s.prompts("first")
    s.type("jobs")
    s.t.wait_for("Stopped")
    size = s.size("out")
    s.prompts("still")
    assert s.size("out") == size
    s.type("bg")
    s.wait_grows("out")
    s.prompts("second")
    s.type("fg")
    s.wait_grows("out")
    s.t.keys("C-z")
    s.prompts("third")
    s.type("fg")
    s.wait_grows("out")
    s.t.keys("C-c")
    s.type("echo status $?")
    s.t.wait_for("status 130")
    out = s.directory / "out"
    out.write_text(re.sub(r"(?m)^.*\| ", "", out.read_text()))
    assert_whole(out)


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("line", [
    "pcat -q COUNTER | cat > out", "pcat -q --format=prefix COUNTER | cat > out",
    "sleep 1000 | pcat -q COUNTER > out", "pcat -q COUNTER | pcat -q cat > out",
    "pcat -q sh -c 'COUNTER; true' > out"])
def test_a_pipeline(shell, name, line):
    s = shell(name)
    s.type(line.replace("COUNTER", s.program("counter.py", COUNTER)))
    s.wait_grows("out")
    for mark in "first", "second":
        s.t.keys("C-z")
        s.prompts(mark)
        until(lambda: all(stopped(p) for p in children(s.t.pid)), message=s.t.screen)
        s.type("fg")
        s.wait_grows("out")
    s.t.keys("C-c")
    s.prompts("over")
    out = s.directory / "out"
    out.write_text(re.sub(r"(?m)^.*\| ", "", out.read_text()))
    assert_whole(out)


@pytest.mark.parametrize("how", ["os.kill(0, signal.SIGTSTP)", "signal.raise_signal(signal.SIGTSTP)",
                                 "os.kill(0, signal.SIGSTOP)", "os.kill(os.getpid(), signal.SIGSTOP)"])
def test_a_handler_that_stops_the_program(shell, how):
    s = shell()
    s.start("pcat " + s.program("tidy.py", TIDY % how))
    for n in 1, 2:
        s.t.keys("C-z")
        s.wait_count("tidy", n)
        s.prompts("mark%d" % n)
        s.type("fg")
        s.wait_count("again", n)
    s.t.keys("C-c")
    s.prompts("over")


@pytest.mark.skipif(not shutil.which("vim"), reason="vim is not installed")
def test_an_editor(shell):
    s = shell()
    s.start("pcat vim -u NONE -i NONE text", "\\[New")
    s.t.keys("i")
    s.t.type("some words")
    s.t.keys("Escape")
    for mark in "first", "second":
        s.t.keys("C-z")
        s.prompts(mark)
        s.type("fg")
        s.t.wait_for("^some words")
        s.t.wait_gone(mark)
    s.type(":wq")
    until(lambda: not s.pcat(), message=s.t.screen)
    s.prompts("over")
    assert (s.directory / "text").read_text() == "some words\n"


def test_timeout_while_it_is_stopped(shell):
    s = shell()
    s.start("pcat --timeout=3 -q sh -c 'echo ready; sleep 1000'")
    s.t.keys("C-z")
    s.prompts("first")
    assert stopped(s.pcat())
    s.type("fg")
    until(lambda: not s.pcat(), message=s.t.screen)
    s.prompts("over")


@pytest.mark.skipif(not shutil.which("sudo") or os.geteuid(), reason="needs sudo, and root's rights for it")
def test_below_another_that_waits(shell):
    s = shell()
    s.start("sudo -n %s -q %s > out" % (PCAT, s.program("counter.py", COUNTER)), ">")
    s.wait_grows("out")
    for mark in "first", "second":
        s.t.keys("C-z")
        s.prompts(mark)
        s.type("fg")
        s.wait_grows("out")
    s.t.keys("C-c")
    s.prompts("over")
    assert_whole(s.directory / "out")


def test_a_shell_that_suspends_itself(shell):
    s = shell()
    s.start("PS1='>> ' pcat bash --norc --noprofile -i", "^>>")
    for mark in "first", "second":
        s.type("suspend")
        s.prompts(mark)
        s.type("fg")
        s.type("echo inner-%s-$((20 + 1))" % mark)
        s.t.wait_for("inner-%s-21" % mark)
    s.type("sleep 1000")
    until(lambda: [p for p in descendants(s.t.pid) if program_of(p) == "sleep"])
    s.t.keys("C-z")
    s.t.wait_for("Stopped *sleep 1000")
    s.type("kill -KILL %1")
    until(lambda: not [p for p in descendants(s.t.pid) if program_of(p) == "sleep"])
    s.type("jobs; exit 7")  # the shell takes notice of its end: it does not exit with a stopped job
    s.type("echo status $?")
    s.t.wait_for("status 7")


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_a_reader_that_takes_no_more(shell):
    """The command waits for room, not in a call of its own: it has no part in the stop, and need not."""
    s = shell()
    s.start("pcat -q --format=prefix yes 'word after word' | less", "word after")
    s.t.wait(lambda _: s.command() and states(s.command()) == {"t"}, what="a full pipe")
    for mark in "first", "second":
        s.t.keys("C-z")
        s.prompts(mark)
        s.type("fg")
        s.t.wait_gone(mark)
    pager, = [p for p in descendants(s.t.pid) if program_of(p) == "less"]
    until(lambda: not alive(pager) or s.t.keys("q"), message=s.t.screen)
    s.t.keys("C-c")
    until(s.has_terminal, message=s.t.screen)


@pytest.mark.parametrize("name", SHELLS)
def test_a_child_that_does_not_stop(shell, name):
    """The shell has its prompt, the child its tracer."""
    s = shell(name)
    s.start("pcat -q " + s.program("parent.py", PARENT))
    s.wait_grows("parent")
    s.t.keys("C-z")
    s.prompts("first")
    size = s.size("parent")
    s.wait_grows("child")
    s.wait_grows("child")
    assert s.size("parent") == size
    s.type("fg")
    s.wait_grows("parent")
    s.t.keys("C-z")
    s.prompts("second")
    s.wait_grows("child")


def test_a_command_that_is_stopped_alone(shell):
    """The shell has its prompt; whoever stopped the command may wake it, or the shell does."""
    s = shell()
    s.type("pcat -q %s > out" % s.program("counter.py", COUNTER))
    s.wait_grows("out")
    command = s.command()
    os.kill(command, signal.SIGSTOP)
    s.prompts("first")
    size = s.size("out")
    s.prompts("still")
    assert s.size("out") == size
    os.kill(command, signal.SIGCONT)
    s.wait_grows("out")
    os.kill(command, signal.SIGSTOP)
    s.prompts("second")
    s.type("fg")
    s.wait_grows("out")
    for _ in range(3):  # as a program does that keeps another from taking all the CPU
        os.kill(command, signal.SIGSTOP)
        until(lambda: states(command) == {"t"})
        os.kill(command, signal.SIGCONT)
        s.wait_grows("out")
    s.t.keys("C-c")
    s.prompts("over")
    assert_whole(s.directory / "out")


@pytest.mark.parametrize("target", ["$!", "-$!"], ids=["pcat", "group"])
def test_a_signal_to_pcat_is_for_its_command(shell, target):
    s = shell()
    s.type("pcat -q %s > out &" % s.program("handler.py", HANDLER))
    out = s.directory / "out"
    until(lambda: out.exists() and out.read_text() == "ready\n")
    s.type("kill -TSTP -- " + target)
    until(lambda: "handler" in out.read_text(), message=s.t.screen)
    s.type("kill -TERM -- " + target)
    s.type("wait $!; echo status $?")
    s.t.wait_for("status 143")
    assert out.read_text() == "ready\nhandler\n"


@pytest.mark.parametrize("target", ["$!", "-$!"], ids=["pcat", "group"])
def test_stop_and_continue_by_a_signal_to_pcat(shell, target):
    s = shell()
    s.type("pcat -q %s > out &" % s.program("counter.py", COUNTER))
    for _ in range(2):
        s.wait_grows("out")
        s.type("kill -TSTP -- " + target)
        until(lambda: stopped(s.pcat()), message=s.t.screen)
        size = s.size("out")
        s.prompts("still")
        assert s.size("out") == size
        s.type("kill -CONT -- " + target)
    s.wait_grows("out")
    s.type("kill -TERM -- " + target)
    s.type("wait $!; echo status $?")
    s.t.wait_for("status 143")
    assert_whole(s.directory / "out")


def test_reading_in_the_background(shell):
    s = shell()
    s.type("pcat -q cat &")
    until(lambda: s.pcat() and stopped(s.pcat()), message=s.t.screen)
    s.prompts("mark")
    s.t.wait_for("Stopped")
    s.type("fg")
    s.t.wait_for("^pcat -q cat$")
    s.type("hello")
    s.t.wait(lambda screen: len(re.findall("^hello", screen, re.M)) == 2)
    s.t.keys("C-d")
    s.type("echo status $?")
    s.t.wait_for("status 0")


def test_ctrl_z_while_it_is_attached(shell, tracee):
    """Whoever is attached to would stand still with us, so we don't obey."""
    target = tracee()
    s = shell()
    s.type("pcat --format=prefix -p %d" % target.pid)
    until(lambda: tracers(target.pid) == {s.pcat()}, message=s.t.screen)
    target.say("one\n")
    s.t.wait_for("one$")
    s.t.keys("C-z")
    s.t.wait_for("Ctrl-Z")
    target.say("two\n")
    s.t.wait_for("two$")
    assert not stopped(s.pcat())
    s.t.keys("C-c")
    s.prompts("over")


def test_a_command_of_the_viewer(tui, tracee, shell):
    """Ctrl-Z in a command on the viewer's terminal: who takes it is not stopped, nor is the viewer."""
    target = tracee()
    s = shell()
    target.say("seen\n")
    program = s.program("handler.py", HANDLER)
    s.start("pcat-tui -p %d" % target.pid, "voice-1")
    target.say("seen\n")
    s.t.wait_for("seen")
    s.t.keys("Tab", "|")
    s.type("exec " + program)
    s.t.wait_for("^ready")
    for n in 1, 2:
        s.t.keys("C-z")
        s.wait_count("handler", n)
    target.say("more\n")
    s.t.keys("C-c")
    s.t.wait_for("Enter goes back")
    s.t.keys("Enter")
    s.t.wait_for("more")
    s.t.keys("|")
    s.type("sleep 1000")
    sleeper, = until(lambda: [p for p in descendants(s.t.pid) if program_of(p) == "sleep"])
    s.t.keys("C-z")
    s.prompts("mark")
    target.say("and more\n")  # whoever is captured goes on
    s.type("fg")
    until(lambda: not s.has_terminal(), message=s.t.screen)
    until(lambda: not alive(sleeper) or s.t.keys("C-c"), message=s.t.screen)
    s.t.keys("Enter")
    s.t.wait_for("and more")
    s.t.keys("q")
    s.prompts("over")
    assert alive(target.pid)
