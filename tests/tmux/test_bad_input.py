"""Bad input: one clear line that says which and what to do, an exit status, the target untouched."""
import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import PCAT, PCAT_TUI, alive, assert_free, children, tracers, until


def refuse(result, status, pattern):
    """status, and one line on stderr that matches."""
    text = result.stderr.decode()
    assert result.returncode == status, text
    assert len(text.strip().splitlines()) == 1, text
    assert re.search(pattern, text), text
    assert re.match(r"(.*/)?pcat(-tui)?: ", text), text


@pytest.fixture(params=["pcat", "pcat-tui"])
def bad(request, run, tui):
    """bad(status, pattern, ARG...) for both programs; pcat-tui sits in a terminal."""
    def pcat(status, pattern, *args, **options):
        refuse(run(PCAT, *args, **options), status, pattern)

    def pcat_tui(status, pattern, *args):
        t = tui(*args)
        assert t.wait_exit() == status, t.said()
        said = t.said().strip()
        assert len(said.splitlines()) == 1 and re.match("(.*/)?pcat", said), said
        assert re.search(pattern, said), said
    return pcat if request.param == "pcat" else pcat_tui


def dead_pid():
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_no_such_pid(bad):
    pid = dead_pid()
    bad(1, r"%d.*(?i:no such process)" % pid, "-p", pid)


@pytest.mark.parametrize("pid", ["0", "-1", "12x", "", "99999999999999999999"])
def test_not_a_pid(bad, pid):
    bad(2, "(?i)PID", "--attach=" + pid)


def of_another_user():
    """A process of somebody else that nobody traces and that has no children (it may be above us,
    else), or 0."""
    for pid in (int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()):
        try:
            path = Path("/proc/%d" % pid)
            user_space = (path / "cmdline").read_bytes()
            free = "\nTracerPid:\t0\n" in (path / "status").read_text()
            if path.stat().st_uid != os.geteuid() and user_space and free and not children(pid):
                return pid
        except (FileNotFoundError, ProcessLookupError):
            pass
    return 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may trace everybody")
def test_another_users_pid(bad):
    pid = of_another_user()
    if not pid:
        pytest.skip("everybody here is us")
    bad(1, r"%d\b.*(?i:permi|owner|user|uid|root)" % pid, "-p", pid)


def test_zombie(bad):
    process = subprocess.Popen(["true"])
    until(lambda: not alive(process.pid))
    bad(1, r"%d.*(?i:zombie|ended|exited)" % process.pid, "-p", process.pid)
    process.wait()


@pytest.mark.skipif(not os.path.exists("/proc/2/comm") or
                    Path("/proc/2/comm").read_text() != "kthreadd\n", reason="no kernel threads here")
def test_kernel_thread(bad):
    bad(1, "2.*kernel thread", "-p", 2)


def test_ourselves(run):
    refuse(run("sh", "-c", 'exec "$0" -p $$', PCAT), 1, "(?i)itself|our own|myself|ourselves")


def test_the_viewer_itself(tui):
    t = tui(command=["sh", "-c", 'exec "$0" -p $$', PCAT_TUI])
    assert t.wait_exit() == 1
    assert re.search("(?i)itself|our own|myself|ourselves|displays", t.said()), t.said()


def test_held_by_another_tracer(bad, tracee, spawn):
    target = tracee()
    first = spawn(PCAT, "-p", target.pid, stdout=subprocess.DEVNULL)
    until(lambda: tracers(target.pid) == {first.pid})
    bad(1, r"%d.*trace.*%d|trace.*%d.*%d" % ((target.pid, first.pid) * 2), "-p", target.pid)
    assert tracers(target.pid) == {first.pid}
    first.terminate()
    assert_free(target.pid)


def test_target_reads_our_output(spawn):
    cat = spawn("cat", stdout=subprocess.DEVNULL)
    pcat = spawn(PCAT, "-p", cat.pid, stdout=cat.stdin)
    assert pcat.wait(20) == 1
    text = pcat.stderr.read().decode()
    assert re.search(r"%d.*(?i:display|output|reads)" % cat.pid, text), text
    assert_free(cat.pid)


def test_target_shows_our_terminal(tui):
    t = tui(command=["sh", "-c", 'exec "$0" -p "$(tmux display-message -p "#{pid}")"', PCAT_TUI])
    assert t.wait_exit() == 1
    assert re.search(r"(?i)display|terminal|output", t.said()), t.said()
    assert_free(t.server)


def test_command_not_found(bad):
    bad(127, "no-such-command.*(?i:not found|no such file)", "--", "no-such-command")


def test_command_not_executable(bad, tmp_path):
    script = tmp_path / "script"
    script.write_text("echo no\n")
    bad(126, "script.*(?i:permission)", "--", script)


def test_no_target(run):
    """pcat-tui begins with the list of processes then: see test_picker.py."""
    result = run(PCAT)
    assert result.returncode == 2 and re.fullmatch(rb"pcat: no target: .*\n", result.stderr)


def test_unknown_option(bad):
    bad(2, "no-such-option", "--no-such-option")


def test_target_and_command(bad, tracee):
    target = tracee()
    bad(2, "(?i)-p|command", "-p", target.pid, "--", "true")
    assert_free(target.pid)


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "garbage", "text"])
def test_not_a_recording(bad, tmp_path, kind):
    path = tmp_path / "file"
    if kind == "directory":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"empty": b"", "garbage": bytes(range(256)) * 9, "text": b"hello\n" * 99}[kind])
    bad(1, "file", "-r", path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_recording(bad, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(0)
    bad(1, "file.*Permission", "-r", path)


def record(run, tmp_path):
    path = tmp_path / "recording"
    assert run(PCAT, "-w", path, "--", "sh", "-c", "echo one; echo two").returncode == 0
    return path


def test_cut_recording(run, tmp_path):
    path = record(run, tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    result = run(PCAT, "-r", path)
    assert result.returncode == 1
    assert result.stdout == b"one\ntwo\n"
    assert re.search(rb"recording.*(cut|end)", result.stderr)


def test_damaged_recording(run, tmp_path):
    path = record(run, tmp_path)
    data = path.read_bytes()
    at = data.index(b"one\n")
    path.write_bytes(data[:at + 10] + b"\xff\xff\xff\xff" + data[at + 14:])
    result = run(PCAT, "-r", path)
    assert result.returncode == 1
    assert re.search(rb"recording.*(damage|offset)", result.stderr)


@pytest.mark.parametrize("size", [(19, 24), (80, 4)])
def test_terminal_too_small(tui, tracee, size):
    target = tracee()
    t = tui("-p", target.pid, size=size)
    assert t.wait_exit() == 1
    assert_free(target.pid)
    assert re.search("(?i)20.?x.?5", t.said()), t.said()


@pytest.mark.parametrize("term", ["dumb", "", "no-such-terminal"])
def test_terminal_that_can_not(tui, tracee, term):
    target = tracee()
    t = tui("-p", target.pid, env={"TERM": term})
    assert t.wait_exit() == 1
    assert re.search("TERM", t.said()), t.said()
    assert_free(target.pid)


def test_no_terminal(run, tracee):
    target = tracee()
    refuse(run(PCAT_TUI, "-p", target.pid), 1, "(?i)terminal|tty")
    assert_free(target.pid)


def test_no_engine(tui, tracee, tmp_path):
    """pcat-tui without its pcat."""
    lonely = tmp_path / "pcat-tui"
    lonely.write_bytes(PCAT_TUI.read_bytes())
    lonely.chmod(0o755)
    target = tracee()
    t = tui(command=["env", "PATH=/nonexistent", lonely, "-p", target.pid])
    assert t.wait_exit() == 1
    assert re.search(r"pcat\b", t.said()), t.said()


@pytest.mark.parametrize("program", [PCAT, PCAT_TUI])
def test_help_and_version(run, program):
    result = run(program, "--help")
    assert result.returncode == 0 and b"-p" in result.stdout and not result.stderr
    result = run(program, "-V")
    assert result.returncode == 0 and re.match(rb"pcat(-tui)? \d", result.stdout)


def test_output_can_not_be_written(run, tracee, tmp_path):
    target = tracee()
    refuse(run(PCAT, "-o", tmp_path / "no" / "file", "-p", target.pid), 1, "no/file.*No such file")
    assert_free(target.pid)
