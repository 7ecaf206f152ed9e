"""What went wrong, on one screen: who blocks whom; who failed, with which last words."""
import os
import pty
import re
import subprocess
import sys

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
