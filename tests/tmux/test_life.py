"""Coming and going: whatever happens to the viewer or the engine, the target runs on untraced."""
import os
import signal
import subprocess
import time

from conftest import PCAT, alive, assert_free, children, end, tracers, until


def start(tui, tracee, **options):
    target = tracee(threads=3)
    t = tui("-p", target.pid, **options)
    t.wait_for("voice-1")
    target.say("seen\n", thread=2)
    t.wait_for("seen")
    return target, t


def runs_on(target):
    assert_free(target.pid)
    target.say("still alive\n", thread=3)
    assert b"still alive\n" in target.out.read_bytes()


def test_q_leaves(tui, tracee):
    target, t = start(tui, tracee)
    engine = t.engine()
    t.keys("q")
    assert t.wait_exit() == 0, t.said()
    assert not alive(engine)
    runs_on(target)


def test_ctrl_c_does_not_leave(tui, tracee):
    target, t = start(tui, tracee)
    t.keys("C-c")
    t.wait_for("(?i)q ")
    assert not t.ended()
    target.say("and on\n")
    t.wait_for("and on")


def test_terminate_the_viewer(tui, tracee):
    target, t = start(tui, tracee)
    engine = t.engine()
    end(t.pid, signal.SIGTERM)
    t.wait_exit()
    until(lambda: not alive(engine), 2)
    runs_on(target)


def test_kill_the_viewer_of_a_silent_target(tui, tracee):
    target, t = start(tui, tracee)
    engine = t.engine()
    end(t.pid)
    until(lambda: not alive(engine), 2, lambda: "pcat stays")
    runs_on(target)


def test_kill_the_viewer_of_a_busy_target(tui, tracee):
    target, t = start(tui, tracee)
    target.tell(busy=True)
    t.wait_for(r"busy \d+")
    engine = t.engine()
    end(t.pid)
    until(lambda: not alive(engine), 2, lambda: "pcat stays")
    target.tell(busy=False)
    runs_on(target)


def test_hang_up(tui, tracee):
    """The terminal goes away, as when an ssh drops."""
    target, t = start(tui, tracee)
    engine, viewer = t.engine(), t.pid
    t._run("kill-server")
    until(lambda: not alive(viewer) and not alive(engine), 3, lambda: "they stay")
    runs_on(target)


def test_kill_the_engine(tui, tracee):
    target, t = start(tui, tracee)
    end(t.engine())
    t.wait_for(r"(?i)pcat.*(died|killed|ended|gone)|capture.*(died|killed|ended|gone|lost|over)")
    t.wait_for("seen")
    runs_on(target)
    t.keys("q")
    t.wait_exit()


def test_the_target_ends(tui, tracee):
    target, t = start(tui, tracee)
    target.end()
    t.wait_for(r"(?i)SIGKILL|killed")
    t.wait_for("seen")
    t.keys("q")
    assert t.wait_exit() == 0, t.said()


def test_stop_and_continue_the_viewer(tui, tracee):
    target, t = start(tui, tracee)
    os.kill(t.pid, signal.SIGSTOP)
    for n in range(20):
        target.say("while away %02d\n" % n)
    os.kill(t.pid, signal.SIGCONT)
    t.wait_for("while away 19")


def test_demo_ends_and_leaves_nobody(demo):
    workers = until(lambda: len(children(demo.pid)) >= 3 and children(demo.pid))
    demo.terminate()
    assert demo.wait(10) == 0
    until(lambda: not any(map(alive, workers)), 5)


def pcat(spawn, target, **options):
    """Attached to all threads when this returns: nothing of them is missed."""
    log = target.out.with_name("log")
    process = spawn(PCAT, "-p", target.pid, env={**os.environ, "PCAT_LOG": "tracer", "PCAT_LOG_FILE": str(log)}, **options)
    until(lambda: log.exists() and "%d: armed" % target.pid in log.read_text())
    assert tracers(target.pid) == {process.pid}
    return process


def test_pcat_plain(tracee, spawn):
    target = tracee(threads=3)
    process = pcat(spawn, target)
    for n in range(100):
        target.say("%d line %%d\n" % n, thread=1 + n % 2, repeat=20)
    target.say("oops\n", fd=2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == target.out.read_bytes()
    assert err == b"oops\n"
    runs_on(target)


def test_pcat_killed(tracee, spawn):
    target = tracee(threads=3)
    process = pcat(spawn, target, stdout=subprocess.DEVNULL)
    target.tell(busy=True)
    time.sleep(0.3)
    process.kill()
    process.wait()
    target.tell(busy=False)
    runs_on(target)
