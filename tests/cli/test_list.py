"""The list of all processes, --name, and a pcat that waits for its targets."""
import getpass
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import PCAT, TRACEE, events, tracers, until
from test_schema import assert_valid, validator  # noqa: F401

AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def by_pid(told):
    return {e["pid"]: e for e in told if e["type"] == "process"}


def listed(pcat, *args):
    return by_pid(events(pcat("--list=all", "--json", *args).stdout))


class Steered:
    """A pcat --control that gets one command at a time."""

    def __init__(self, spawn, *args, **options):
        self.process = spawn("--control", "--json", *args, stdin=subprocess.PIPE, **options)
        self.commands, self.seen = 0, []

    def tell(self, command):
        """Sends a command. Returns the events before its reply, and the reply."""
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        self.commands += 1
        told = []
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append(event)
            if event["type"] == "reply" and event["id"] == self.commands:
                return told, event
            told.append(event)
        raise AssertionError("it ended: %s" % self.process.stderr.read())

    def wait_for(self, **what):
        for event in self.seen:
            if what.items() <= event.items():
                return
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append(event)
            if what.items() <= event.items():
                return
        raise AssertionError("no such event: %s" % what)

    def end(self):
        rest = events(self.process.communicate()[0])
        assert self.process.returncode == 0, self.process.stderr
        return rest


@pytest.fixture
def steered(spawn):
    return lambda *args, **options: Steered(spawn, *args, **options)


@pytest.fixture
def sleeper(tmp_path):
    """sleeper("name") is a process of that name that sleeps."""
    started = []

    def start(name, *argv, **options):
        program = tmp_path / name
        if not program.exists():
            os.symlink("/bin/sleep", program)
        started.append(subprocess.Popen([program, *(argv or ["300"])], stdout=subprocess.DEVNULL, **options))
        until(lambda: Path("/proc/%d/comm" % started[-1].pid).read_text().strip() == name[:15])
        return started[-1]
    yield start
    for process in started:
        process.kill()
        process.wait()


# --- the list ---

def test_list_tells_the_truth(pcat, target, validator):  # noqa: F811
    told = events(pcat("--list=all", "--json").stdout)
    assert_valid(validator, told)
    found = by_pid(told)
    assert len(found) == len(told) and list(found) == sorted(found)
    p = found[target.pid]
    proc = Path("/proc/%d" % target.pid)
    assert p["argv"] == (proc / "cmdline").read_text().split("\0")[:-1]
    assert p["comm"] == (proc / "comm").read_text().strip()
    assert p["parent"] == os.getpid() and p["uid"] == os.getuid() and p["user"] == getpass.getuser()
    assert p["stdout"] == p["stderr"] == str(target.path)
    assert p["threads"] == len(list((proc / "task").iterdir()))
    assert abs(p["start"] - time.time()) < 60 and 0 <= p.get("cpu", 0) < 60
    assert "refused" not in p and "traced" not in p and "id" not in p


def test_list_counts_cpu_time(pcat, spawn):
    busy = spawn("-c", "while True: pass", program=sys.executable)
    until(lambda: listed(pcat)[busy.pid].get("cpu", 0) > 0.2)
    user, system = Path("/proc/%d/stat" % busy.pid).read_text().rpartition(")")[2].split()[11:13]
    ticks = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    assert abs(listed(pcat)[busy.pid]["cpu"] - ticks) < 5


def test_list_hides_kernel_threads(pcat):
    every, some = listed(pcat), by_pid(events(pcat("--list", "--json").stdout))
    kernel = [p for p in every.values() if p.get("kernel")]
    assert not [p for p in some.values() if p.get("kernel")]
    for p in kernel:
        assert "kernel thread" in p["refused"] and "argv" not in p
    if Path("/proc/2/comm").read_text() == "kthreadd\n":
        assert 2 in every and every[2]["kernel"]


def test_list_says_who_is_traced(pcat, spawn, target):
    spawn("--json", "-p", target.pid)
    until(lambda: tracers(target.pid) != {0})
    assert "is traced by" in listed(pcat)[target.pid]["refused"]


def test_list_knows_a_zombie(pcat):
    child = subprocess.Popen(["true"])
    until(lambda: "\nState:\tZ" in Path("/proc/%d/status" % child.pid).read_text())
    try:
        assert "is a zombie" in listed(pcat)[child.pid]["refused"]
    finally:
        child.wait()


@as_root
def test_list_of_a_user(target, tmp_path):
    own = subprocess.Popen([*AS_NOBODY, "sleep", "300"], stdout=subprocess.DEVNULL, cwd="/")
    until(lambda: Path("/proc/%d/comm" % own.pid).read_text() == "sleep\n")
    try:
        result = subprocess.run([*AS_NOBODY, PCAT, "--list", "--json"], stdout=subprocess.PIPE, check=True)
        found = by_pid(events(result.stdout))
        assert found[own.pid].get("stdout") == "/dev/null" and "refused" not in found[own.pid]
        alien = found[target.pid]
        assert "belongs to uid 0, we are uid 65534" in alien["refused"] and "stdout" not in alien
        attach = subprocess.run([*AS_NOBODY, PCAT, "-p", str(target.pid)], stderr=subprocess.PIPE)
        assert attach.returncode == 1 and attach.stderr.decode() == "pcat: %s\n" % alien["refused"]
    finally:
        own.kill()
        own.wait()


def test_list_as_a_table(pcat, target):
    lines = pcat("--list").stdout.decode().splitlines()
    assert lines[0].split() == ["PID", "PPID", "USER", "TIME", "AGE", "THR", "STDOUT", "STDERR", "COMMAND"]
    line = next(line for line in lines if line.split()[0] == str(target.pid))
    assert line.split()[1] == str(os.getpid()) and "%s 1 " % TRACEE in line


def test_list_makes_control_characters_visible(pcat, spawn):
    p = spawn("-c", "input()", "0\x1b[31m\n", program=sys.executable, stdin=subprocess.PIPE)
    line = next(line for line in pcat("--list").stdout.decode().splitlines()
                if line.split()[0] == str(p.pid))
    assert line.endswith("input() 0^[[31m^J")


@pytest.mark.parametrize("wrong", [["--list", "-p", "1"], ["--list", "true"], ["--list", "-w", "x"],
                                   ["--list=some"], ["--list", "--control"], ["-r", "x", "--name", "y"]])
def test_list_wrong_usage(pcat, wrong):
    result = pcat(*wrong, status=2)
    assert len(result.stderr.splitlines()) == 1


# --- by the control channel ---

def test_control_waits_for_targets(steered, target, validator):  # noqa: F811
    pcat = steered()
    told, reply = pcat.tell("list")
    assert_valid(validator, told + [reply])
    found = by_pid(told)
    assert reply["ok"] and target.pid in found and {p["id"] for p in found.values()} == {1}
    assert "is pcat itself" in found[pcat.process.pid]["refused"]
    assert pcat.tell("attach %d" % target.pid)[1]["ok"]
    pcat.wait_for(type="armed", pid=target.pid)
    assert by_pid(pcat.tell("list")[0])[target.pid]["traced"]
    target.say("said\n")
    pcat.wait_for(type="write", data="said\n")
    assert pcat.tell("detach %d" % target.pid)[1]["ok"]
    pcat.wait_for(type="detached", pid=target.pid)
    target.assert_free()
    start = found[target.pid]["start"]
    found = by_pid(pcat.tell("list")[0])
    assert "traced" not in found[target.pid] and "refused" not in found[target.pid]
    assert found[target.pid]["start"] == start  # by which it is known again
    assert pcat.end()[-1]["why"] == "asked to quit"


def test_control_refuses_as_foreseen(steered):
    pcat = steered()
    found = by_pid(pcat.tell("list")[0])
    refused = [p for p in found.values() if "refused" in p and p["pid"] != pcat.process.pid
               and not p["comm"].startswith("kworker")]  # they are renamed by what they do
    for p in refused[:5] + refused[-5:]:
        reply = pcat.tell("attach %d" % p["pid"])[1]
        now = by_pid(pcat.tell("list")[0]).get(p["pid"], {})
        if now.get("refused") == p["refused"]:  # else it has ended, or its tracer has
            assert not reply["ok"] and reply["text"] == p["refused"]
    pcat.end()


def test_control_refuses_who_reads_us(steered):
    pcat = steered()
    found = by_pid(pcat.tell("list")[0])
    assert "reads what we print" in found[os.getpid()]["refused"]
    reply = pcat.tell("attach %d" % os.getpid())[1]
    assert not reply["ok"] and "reads what we print" in reply["text"]
    pcat.end()


@as_root
def test_control_of_a_user_behind_sudo(steered, target):
    pcat = steered(env={**os.environ, "SUDO_UID": "65534"})
    line = by_pid(pcat.tell("list")[0])[target.pid]["refused"]
    assert "does not belong to the user who started pcat" in line
    assert pcat.tell("attach %d" % target.pid)[1]["text"] == line
    pcat.end()
    pcat = steered("--allow-attach", env={**os.environ, "SUDO_UID": "65534"})
    assert "refused" not in by_pid(pcat.tell("list")[0])[target.pid]
    assert pcat.tell("attach %d" % target.pid)[1]["ok"]
    pcat.end()
    target.assert_free()


def test_control_many_lists(steered):
    """Only one list is made at a time. The input may end while one is made."""
    pcat = steered()
    pcat.process.stdin.write(b"list\n" * 20)
    pcat.process.stdin.flush()
    replies = [e for e in pcat.end() if e["type"] == "reply"]
    assert replies and {e.get("text", "ok") for e in replies} <= {
        "ok", "list: the previous list is not finished"}


# --- by name ---

def test_name(spawn, pcat, sleeper):
    one, two, other = sleeper("pcat-nam-a"), sleeper("pcat-nam-b"), sleeper("pcat-other")
    p = spawn("--json", "--name", "^pcat-nam-.$")
    armed = set()
    while armed != {one.pid, two.pid}:
        event = json.loads(p.stdout.readline())
        assert event.get("pid") != other.pid
        if event["type"] == "armed":
            armed.add(event["pid"])
    p.terminate()
    assert p.wait() == 0


def test_name_falls_back_to_the_command_line(spawn, sleeper):
    sleeper("pcat-plain")
    one = sleeper("pcat-line", "300", "0.0625")
    p = spawn("--json", "--name", r"300 0\.0625$")
    told = []
    while not told or told[-1]["type"] != "armed":
        told.append(json.loads(p.stdout.readline()))
    assert {e["pid"] for e in told if e["type"] == "task"} == {one.pid}


def test_name_of_nobody(pcat):
    result = pcat("--name", "no-such-name-anywhere", status=1)
    assert result.stdout == b"" and result.stderr.decode() == \
        "pcat: no process has a name or a command line that matches 'no-such-name-anywhere'\n"


def test_name_is_no_regex(pcat):
    assert b"missing" in pcat("--name", "(", status=2).stderr


def test_name_refused(pcat, spawn, target, sleeper):
    """A process that can't be traced is named, and the others are traced. If none can be traced, that is an error."""
    one, two = sleeper("pcat-twin"), sleeper("pcat-twin")
    holder = spawn("--json", "-p", one.pid)
    until(lambda: tracers(one.pid) != {0})
    p = spawn("--json", "--name", "^pcat-twin$")
    told = []
    while not told or told[-1]["type"] != "armed":
        told.append(json.loads(p.stdout.readline()))
    assert told[-1]["pid"] == two.pid
    assert any(e["type"] == "note" and e["pid"] == one.pid and "is traced by" in e["text"] for e in told)
    result = pcat("--name", "^pcat-twin$", status=1)
    assert result.stderr.startswith(b"pcat: none of 2 can be traced: ") and b"is traced by" in result.stderr
    holder.terminate()
