"""A thread that has been inside a write for a second is reported, with the process that does not read. So is the end of it."""
import fcntl
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

F_SETPIPE_SZ = 1031
WRITER = "import os, sys\nos.write(%d, b'x' * %d)\nos.write(%d, b'done\\n')\n"


class Events(threading.Thread):
    """Reads the events that `pcat --json` prints while it runs."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.all, self.came = process, [], threading.Condition()
        self.start()

    def run(self):
        for line in self.process.stdout:
            if not line.endswith(b"\n"):
                return  # it was killed
            with self.came:
                self.all.append(json.loads(line))
                self.came.notify_all()

    def wait_for(self, what, timeout=15):
        with self.came:
            assert self.came.wait_for(lambda: any(what(e) for e in self.all), timeout), self.all
            return next(e for e in self.all if what(e))


def is_blocked(event):
    return event["type"] == "blocked" and not event.get("over")


def is_over(event):
    return event["type"] == "blocked" and event.get("over")


@pytest.fixture
def start():
    started = []

    def run(code, **options):
        started.append(subprocess.Popen([sys.executable, "-c", code], stdin=options.pop("stdin", subprocess.PIPE),
                                        **options))
        return started[-1]
    yield run
    for process in started:
        process.kill()
        process.wait()
        for pipe in process.stdin, process.stdout, process.stderr:
            if pipe:
                pipe.close()


def watch(spawn, pid):
    return Events(spawn("--json", "-p", pid))


def test_before_the_attach(spawn, start):
    """The pipe was full before the attach, and its reader is not traced."""
    source, sink = os.pipe()
    writer = start(WRITER % (1, 200000, 1), stdout=sink)
    reader = start("import os, signal\nsignal.signal(signal.SIGUSR1, lambda *_: None)\nsignal.pause()\n"
                   "while os.read(0, 4096): pass\n", stdin=source)
    os.close(sink)
    os.close(source)
    time.sleep(0.3)
    watched = watch(spawn, writer.pid)
    event = watched.wait_for(is_blocked)
    assert (event["tid"], event["fd"], event["reader"]) == (writer.pid, 1, reader.pid), event
    assert event["reader_comm"].startswith("python"), event
    assert 1 <= event["time"] - event["since"] < 3, event
    reader.send_signal(signal.SIGUSR1)
    watched.wait_for(lambda e: e["type"] == "exit")
    writes = [e for e in watched.all if e["type"] == "write"]
    assert writes and watched.all.index(event) < watched.all.index(writes[0])
    assert not any(map(is_over, watched.all))


def test_a_pipeline(spawn, start):
    """Reader and writer are both traced."""
    shell = spawn("--json", "--", "sh", "-c", "python3 -c 'import os; os.write(1, b\"x\" * 300000)' | "
                  "python3 -c 'import time; time.sleep(60)'")
    watched = Events(shell)
    event = watched.wait_for(is_blocked)
    reader = watched.wait_for(lambda e: e["type"] == "exec" and e["argv"][-1].startswith("import time"))
    assert event["reader"] == reader["pid"]
    os.kill(reader["pid"], signal.SIGKILL)
    watched.wait_for(lambda e: e["type"] == "exit" and e["pid"] == event["pid"])


def test_the_reader_is_stopped(spawn, start):
    source, sink = os.pipe()
    reader = start("import os\nwhile os.read(0, 4096): pass\n", stdin=source)
    reader.send_signal(signal.SIGSTOP)
    writer = start("import os, sys\nsys.stdin.readline()\n" + WRITER % (1, 200000, 1), stdout=sink)
    os.close(sink)
    os.close(source)
    watched = watch(spawn, writer.pid)
    watched.wait_for(lambda e: e["type"] == "armed")
    writer.stdin.write(b"\n")
    writer.stdin.flush()
    event = watched.wait_for(is_blocked)
    assert (event["reader"], event["why"]) == (reader.pid, "the reader is stopped"), event
    reader.send_signal(signal.SIGCONT)
    watched.wait_for(lambda e: e["type"] == "exit")


@pytest.mark.parametrize("stopped", [True, False])
def test_a_terminal(spawn, start, stopped):
    """A terminal stopped by Ctrl-S, or a terminal emulator that does not read."""
    master, slave = pty.openpty()
    writer = start("import os, sys\nsys.stdin.readline()\n" + WRITER % (1, 300000, 1), stdout=slave)
    fetch = threading.Event()

    def terminal():
        while not fetch.is_set():
            time.sleep(0.01)
        try:
            while os.read(master, 65536):
                pass
        except OSError:
            pass
    thread = threading.Thread(target=terminal)
    thread.start()
    try:
        if stopped:
            fetch.set()
            os.write(master, b"\x13")
        watched = watch(spawn, writer.pid)
        watched.wait_for(lambda e: e["type"] == "armed")
        writer.stdin.write(b"\n")
        writer.stdin.flush()
        event = watched.wait_for(is_blocked)
        assert event["reader"] == os.getpid()
        assert event.get("why") == ("terminal stopped" if stopped else None), event
        fetch.set()
        os.write(master, b"\x11")
        watched.wait_for(lambda e: e["type"] == "exit")
    finally:
        fetch.set()
        writer.kill()
        writer.wait()
        os.close(slave)
        thread.join()
        os.close(master)


def test_sockets(spawn, start):
    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as server, ours, theirs, \
            socket.create_connection(server.getsockname()) as client:
        there, _ = server.accept()
        code = "import os, sys\nsys.stdin.readline()\n" + WRITER % (1, 40000000, 1)
        with there:
            local, remote = start(code, stdout=theirs), start(code, stdout=there)
            watched = watch(spawn, "%d,%d" % (local.pid, remote.pid))
            for process in local, remote:
                watched.wait_for(lambda e: e["type"] == "armed" and e["pid"] == process.pid)
                process.stdin.write(b"\n")
                process.stdin.flush()
            event = watched.wait_for(lambda e: is_blocked(e) and e["pid"] == local.pid)
            assert event["reader"] == os.getpid()
            event = watched.wait_for(lambda e: is_blocked(e) and e["pid"] == remote.pid)
            assert event["why"] == "peer 127.0.0.1:%d" % client.getsockname()[1]


def test_over_without_a_write(spawn, start):
    """The reader goes away: the write fails, and nothing was written."""
    source, sink = os.pipe()
    fcntl.fcntl(sink, F_SETPIPE_SZ, 4096)
    os.write(sink, b"y" * 4096)
    writer = start("import os, sys\nsys.stdin.readline()\ntry:\n os.write(1, b'more')\nexcept OSError: pass\n"
                   "sys.stdin.readline()\n", stdout=sink)
    os.close(sink)
    watched = watch(spawn, writer.pid)
    watched.wait_for(lambda e: e["type"] == "armed")
    writer.stdin.write(b"\n")
    writer.stdin.flush()
    event = watched.wait_for(is_blocked)
    assert event["reader"] == os.getpid()
    os.close(source)
    over = watched.wait_for(is_over)
    assert (over["tid"], over["fd"], over["since"]) == (event["tid"], event["fd"], event["since"])
    assert not any(e["type"] == "write" for e in watched.all)


def test_an_fd_that_is_not_captured(spawn, start):
    source, sink = os.pipe()
    writer = start("import os, sys\nsys.stdin.readline()\n" + WRITER % (sink, 300000, sink) + "sys.stdin.readline()\n",
                   pass_fds=[sink], stdout=subprocess.DEVNULL)
    os.close(sink)
    watched = watch(spawn, writer.pid)
    watched.wait_for(lambda e: e["type"] == "armed")
    writer.stdin.write(b"\n")
    writer.stdin.flush()
    event = watched.wait_for(is_blocked)
    assert event["fd"] == sink and event["reader"] == os.getpid()
    while not os.read(source, 1 << 16).endswith(b"done\n"):
        pass
    watched.wait_for(is_over)
    os.close(source)


def test_signals_in_between(spawn, start):
    """A signal handler runs during the write. The kernel restarts the call, and the time of the blocked write goes on."""
    source, sink = os.pipe()
    fcntl.fcntl(sink, F_SETPIPE_SZ, 4096)
    os.write(sink, b"y" * 4096)
    writer = start("import os, signal, sys\nsignal.signal(signal.SIGALRM, lambda *_: None)\n"
                   "signal.siginterrupt(signal.SIGALRM, False)\nsys.stdin.readline()\n"
                   "signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)\nos.write(1, b'more')\n"
                   "signal.setitimer(signal.ITIMER_REAL, 0)\nsys.stdin.readline()\n", stdout=sink)
    os.close(sink)
    watched = watch(spawn, writer.pid)
    watched.wait_for(lambda e: e["type"] == "armed")
    writer.stdin.write(b"\n")
    writer.stdin.flush()
    event = watched.wait_for(is_blocked)
    assert event["time"] - event["since"] >= 1
    os.read(source, 4096)
    watched.wait_for(lambda e: e["type"] == "write")
    assert len([e for e in watched.all if e["type"] == "blocked"]) == 1
    os.close(source)


def test_waiting_for_input_is_not_blocked(spawn, start):
    """splice(2) waits for bytes to come, while there is room for them."""
    if sys.version_info < (3, 10):
        pytest.skip("no os.splice")
    source, sink = os.pipe()
    mover = start("import os, sys\nos.write(2, b'go')\nos.splice(0, 1, 4096)\n", stdout=sink, stderr=subprocess.PIPE)
    assert mover.stderr.read(2) == b"go"
    watched = watch(spawn, mover.pid)
    watched.wait_for(lambda e: e["type"] == "armed")
    time.sleep(3.5)
    mover.stdin.write(b"moved\n")
    mover.stdin.close()
    watched.wait_for(lambda e: e["type"] == "exit")
    assert not any(e["type"] == "blocked" for e in watched.all)
    os.close(source)
    os.close(sink)
