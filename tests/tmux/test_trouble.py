"""What went wrong, on one screen: who blocks whom; who failed, with which last words."""
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

# The child fills the pipe; the parent waits for its end before it reads.
DEADLOCK = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "for i in range(20000): print('result', i)"],
                         stdout=subprocess.PIPE)
print("waiting for", child.pid, flush=True)
child.wait()
print(len(child.stdout.read()))
"""


def test_deadlocked_pipeline(tui, tmp_path):
    script = tmp_path / "deadlock.py"
    script.write_text(DEADLOCK)
    t = tui("--", sys.executable, script, size=(150, 24))
    t.wait_for(r"waiting for \d+")
    t.wait_for("1 blocked, ! shows")
    t.keys("!")
    t.wait_for(r"stdout blocked \d+\.\d s, pipe read by \d+ python3?")
    t.wait_for(r"^\d+ python3? .*holds up (\d+).*\n(.*\n)*..\1 .*blocked \d")
    before = int(t.wait_for(r"\S+ blocked (\d+)\.")[1])
    t.wait(lambda screen: int(re.search(r"\S+ blocked (\d+)[. ]", screen)[1]) > before)


def test_a_stopped_terminal(tui):
    """Ctrl-S: it is not the program that hangs."""
    master, slave = pty.openpty()
    with subprocess.Popen(["/usr/bin/python3", "-c", "import os, sys\nsys.stdin.readline()\nos.write(1, b'x\\n' * 9999)"],
                          stdin=subprocess.PIPE, stdout=slave, stderr=slave) as target:
        try:
            os.write(master, b"\x13")
            t = tui("-p", target.pid, size=(120, 24))
            t.wait_for("attached .*, 1 thread")
            target.stdin.write(b"\n")
            target.stdin.flush()
            t.wait_for("1 blocked")
            t.keys("!")
            t.wait_for(r"/dev/pts/\d+ of %d \S+, terminal stopped" % os.getpid())
            os.write(master, b"\x11")
            data = b""
            while data.count(b"\n") < 9999:
                data += os.read(master, 65536)
            t.wait_gone("1 blocked")
            t.wait_for("exit 0")
        finally:
            target.kill()
            os.close(slave)
            os.close(master)


# A worker with a traceback, and one that crashes; the second leaves a core where cores are files.
WORKERS = """
ulimit -c unlimited
{python} -c 'import sys
def load(name):
    return open(name)
print("worker 1 starts", flush=True)
load("/nonexistent/worker.conf")'
sh -c 'echo worker 2 starts; kill -SEGV $$'
sleep 60
"""


def test_last_words(tui, tmp_path):
    script = tmp_path / "workers.sh"
    script.write_text(WORKERS.format(python=sys.executable))
    t = tui("--", "sh", "-c", 'cd "$1" && exec sh "$2"', "-", tmp_path, script, size=(100, 30))
    t.wait_for(r"\d+ sleep 60")
    t.keys("F4")
    t.wait_for(r"2 failed: last words")
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    files = not pattern.startswith(("|", "/"))
    t.wait_for(r"SIGSEGV%s after \d+ ms" % (" core" if files else "( core|, no core)"))
    t.wait_for(r"^ worker 2 starts")
    t.keys("j")
    t.wait_for(r"^ exit 1 after \d+ m?s")
    t.wait_for(r"^ child of +\d+ sh")
    t.wait_for(r"^ ran +sh /.*… → \S*python3? -c import sys")
    t.wait_for(r"^ FileNotFoundError: .*'/nonexistent/worker.conf'")
    t.wait_for(r"^ worker 1 starts")
    t.keys("Enter")
    t.wait_for(r"python3? \d+ stderr exit 1")
    t.wait_gone("last words")
    t.keys("f")
    t.wait_for(r"sh \d+ stdout SIGSEGV")
    t.keys("F3")
    t.wait_for("So far")
    t.wait_for("2 failed$|2 failed +│")
    t.keys("q")
    t.wait_gone("So far")


def test_the_end_is_summed_up(tui):
    t = tui("--", "sh", "-c", "echo a line; exit 7")
    t.wait_for("ended: 1 failed, F4 shows their last words")
    t.keys("F3")
    t.wait_for("The capture has ended")
    t.wait_for(r"exit 7 +sh -c echo a line; exit 7")
    t.wait_for("nothing was lost")


def test_details_of_a_line(tui, tracee):
    target = tracee(threads=2)
    t = tui("-p", target.pid, size=(110, 40))
    t.wait_for("voice-1")
    target.say("the first [a+b]\n", thread=1)
    t.wait_for("the first")
    target.say("in between\n", thread=2, fd=2)
    target.say("the last\n", thread=1)
    t.wait_for("the last")
    t.keys("1", "Enter")
    t.wait_for(r"line 2 of voice-1 \d+")
    t.wait_for(r"time +\d\d:\d\d:\d\d\.\d{6}, \d+\.\d{6} s after the line before in its stream")
    t.wait_for(r"task +voice-1 %d, thread \d+ of it: .*tracee\.py" % target.pid)
    t.wait_for(r"fd +1 stdout → %s" % target.out)
    t.wait_for(r"call +write of 9 bytes, took \d+(\.\d)? (ns|us|ms)")
    t.wait_for(r"all took +[▁-█]")
    t.wait_for(r"bytes +9, from byte 16 of 25 on")
    t.wait_for(r"voice-1 +the first.*\n.*voice-2 +▏in between\n.*voice-1 +the last\n")
    t.keys("k")
    t.wait_for(r"line 1 of voice-1")
    t.keys("*")
    t.wait_for(r"the first \\\[a\\\+b\\\] in all streams .* 1 line ")
