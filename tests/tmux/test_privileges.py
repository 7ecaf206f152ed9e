"""Who has which rights: under sudo, and with a viewer that is not ours. Of files that lend rights: also tests/cli/test_capable.py."""
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import BUILD, PCAT, PCAT_TUI, TIMEOUT, children, end, tracers, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
NOBODY = 65534
SUDO = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)}


def status(pid):
    text = Path("/proc/%d/status" % pid).read_text()
    return {key: re.search(r"^%s:\t(.*)$" % key, text, re.M)[1].split() for key in
            ("Uid", "Gid", "Groups", "CapEff", "CapPrm", "Name")}


def program_of(pid):
    return status(pid)["Name"][0]


def viewer_and_capture(t):
    viewer = t.pid if program_of(t.pid) == "pcat-tui" else next(p for p in children(t.pid) if program_of(p) == "pcat-tui")
    return viewer, next(p for p in children(viewer) if program_of(p) == "pcat")


def test_under_sudo_only_the_capture_is_root(tui, tracee, tmp_path):
    target = tracee()
    t = tui("-p", target.pid, env=SUDO)
    t.wait_for("nothing yet on fd")
    viewer, capture = map(status, viewer_and_capture(t))
    assert viewer["Uid"] == viewer["Gid"] == [str(NOBODY)] * 4
    assert set(viewer["Groups"]) <= {str(NOBODY)} and viewer["CapEff"] == viewer["CapPrm"] == ["0000000000000000"]
    assert capture["Uid"] == ["0"] * 4 and capture["CapEff"] != ["0000000000000000"]
    for path in tmp_path, *tmp_path.parents:  # so that nobody may write there
        if path == Path("/"):
            break
        path.chmod(path.stat().st_mode | 0o011)
    saved = tmp_path / "public"
    saved.mkdir(mode=0o777)
    saved.chmod(0o777)
    target.say("kept\n")
    t.wait_for("kept")
    t.keys("Tab", "s", "C-u")
    t.type(str(saved / "file"))
    t.keys("Enter")
    until(lambda: (saved / "file").exists() and (saved / "file").read_bytes() == b"kept\n", message=t.screen)
    assert (saved / "file").stat().st_uid == NOBODY


def test_commands_of_notices_are_the_users(tui, tracee, tmp_path):
    """Under sudo, what --on-match runs has the rights of the user."""
    for path in tmp_path, *tmp_path.parents:
        if path == Path("/"):
            break
        path.chmod(path.stat().st_mode | 0o011)
    out = tmp_path / "public"
    out.mkdir(mode=0o777)
    out.chmod(0o777)
    target = tracee()
    t = tui("--on-match", "now", "grep -E '^(Uid|Gid|CapEff)' /proc/self/status >%s/t; mv %s/t %s/file" % (out, out, out),
            "-p", target.pid, env=SUDO)
    t.wait_for("nothing yet on fd")
    target.say("now\n")
    until(lambda: (out / "file").exists())
    words = (out / "file").read_text().split()
    assert words == ["Uid:", *[str(NOBODY)] * 4, "Gid:", *[str(NOBODY)] * 4, "CapEff:", "0000000000000000"]
    assert (out / "file").stat().st_uid == NOBODY


@pytest.fixture
def user(tmp_path_factory):
    """A user that is there for this test alone, and may run our two programs by sudo."""
    if not os.environ.get("PCAT_THROWAWAY_USER"):
        pytest.skip("PCAT_THROWAWAY_USER=1 lets this test make a user, and a rule for sudo")
    if "asan" in str(PCAT_TUI.parent):
        pytest.skip("sudo does not tell a program where its sanitizer's options are")
    if not all(shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin") for name in ("useradd", "userdel", "sudo", "setpriv")):
        pytest.skip("no useradd, userdel, sudo or setpriv")
    name = "pcat-test-%d" % os.getpid()
    programs = Path("/var/tmp") / name
    rule = Path("/etc/sudoers.d") / name
    path = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
    subprocess.run(["useradd", "-M", "-U", "-s", "/bin/sh", "-d", str(programs), name], check=True, env=path)
    try:
        programs.mkdir(mode=0o755)
        for program in PCAT, PCAT_TUI:
            shutil.copy(program, programs)
            (programs / program.name).chmod(0o755)
        rule.write_text("Defaults:%s secure_path=%s:/usr/bin:/bin\n%s ALL=(root) NOPASSWD: %s/pcat-tui, %s/pcat\n" % (
            name, programs, name, programs, programs))
        rule.chmod(0o440)
        yield pwd.getpwnam(name), programs
    finally:
        rule.unlink(missing_ok=True)
        shutil.rmtree(programs, ignore_errors=True)
        subprocess.run(["userdel", name], check=True, env=path)


def as_user(who, *argv):
    """What runs argv as that user, without any of our own groups and rights."""
    return ["setpriv", "--reuid", str(who.pw_uid), "--regid", str(who.pw_gid), "--init-groups", "--inh-caps=-all",
            "env", "HOME=/", "USER=" + who.pw_name, *map(str, argv)]


def told(what, pid):
    """The rights of a process, which are also printed: pytest -s shows them."""
    rights = status(pid)
    print("%s: %s" % (what, rights))
    return rights


def below(pid):
    """pid, and all below it."""
    return [pid] + [p for child in children(pid) for p in below(child)]


@pytest.mark.parametrize("way", ["sudo pcat-tui", "--via sudo"])
def test_sudo_of_a_user(tui, tracee, user, way):
    """Only the capture is root; the viewer is the user, in his groups, without one capability."""
    who, programs = user
    target = tracee()
    viewer_argv = [programs / "pcat-tui", "-p", target.pid]
    if way == "sudo pcat-tui":
        viewer_argv = ["sudo", "-n", *viewer_argv]
    else:
        viewer_argv[1:1] = ["--via", "sudo -n"]
    t = tui(command=as_user(who, *viewer_argv), env={"PATH": "%s:/usr/bin:/bin" % programs})
    t.wait_for("nothing yet on fd")
    names = {}
    for pid in below(t.pid):
        names.setdefault(program_of(pid), []).append(pid)
    viewer, capture = told("viewer", names["pcat-tui"][-1]), told("capture", names["pcat"][-1])
    assert viewer["Uid"] == [str(who.pw_uid)] * 4 and viewer["Gid"] == [str(who.pw_gid)] * 4
    assert set(viewer["Groups"]) <= {str(g) for g in os.getgrouplist(who.pw_name, who.pw_gid)}
    assert viewer["CapEff"] == viewer["CapPrm"] == ["0000000000000000"]
    assert capture["Uid"] == ["0"] * 4 and int(capture["CapEff"][0], 16) & 1 << 19  # CAP_SYS_PTRACE
    target.say("kept\n")
    t.wait_for("kept")
    saved = programs / "saved"
    saved.mkdir()
    saved.chmod(0o777)
    t.keys("Tab", "s", "C-u")
    t.type(str(saved / "file"))
    t.keys("Enter")
    until(lambda: (saved / "file").exists() and (saved / "file").read_bytes() == b"kept\n", message=t.screen)
    assert (saved / "file").stat().st_uid == who.pw_uid and (saved / "file").stat().st_gid == who.pw_gid
    t.keys("q")
    assert t.wait_exit() == 0


def test_a_hostile_viewer_of_a_user(user, own, setuid):
    """Under a real sudo: what may not be done, and that the user's own processes may be attached to, but not what has
    other rights below them."""
    who, programs = user
    process, program = own(user=who.pw_uid, group=who.pw_gid), setuid(who.pw_gid)
    old = process.child(program)
    hostile = Hostile(as_user(who, "sudo", "-n", programs / "pcat", "--ring", "--json", "--control"), {})
    try:
        for command in "attach 1", "signal 1 KILL", "attach %d" % os.getpid(), "signal %d KILL" % os.getpid():
            reply = hostile.ask(command)
            print(command, "->", reply["text"])
            assert not reply["ok"]
        hostile.attach(process.pid)
        assert hostile.ask("fds all")["ok"]
        process.tell("old", "secret-old")
        new = process.child(program, "all")
        process.tell("new", "secret-new")
        assert process.say("mine") == "mine"
        assert tracers(old) == tracers(new) == {0}
        assert hostile.ask("signal %d TERM" % process.pid)["ok"]
        assert hostile.hear("exit", pid=process.pid)["signal"] == signal.SIGTERM
        for pid in old, new:
            os.kill(pid, signal.SIGKILL)
    finally:
        events = hostile.end()
    assert_hidden(events, old)
    assert_hidden(events, new)
    assert "mine" in shown(events, process.pid)


class Hostile:
    """In the viewer's place: it says what it likes to a pcat that is root."""

    def __init__(self, argv=(PCAT, "--ring", "--json", "--control"), env=SUDO, **options):
        self.process = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=dict(os.environ, **env), **options)
        self.events = []

    def hear(self, kind, **fields):
        """The next event of that type with these values."""
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["type"] == kind and fields.items() <= self.events[-1].items():
                return self.events[-1]
        raise AssertionError("no %s" % kind)

    def ask(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self.hear("reply")

    def attach(self, pid):
        """Attaches, and waits until nothing is missed any more."""
        assert self.ask("attach %d" % pid)["ok"]
        if not any(e["type"] == "armed" and e["pid"] == pid for e in self.events):
            self.hear("armed", pid=pid)

    def end(self):
        """All events."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
            self.events += map(json.loads, self.process.stdout)
            self.process.wait(TIMEOUT)
            self.process.stdout.close()
        return self.events


def test_a_hostile_viewer_is_refused():
    victim = subprocess.Popen(["sleep", "300"])
    hostile = Hostile()
    try:
        assert not hostile.ask("attach 1")["ok"]
        reply = hostile.ask("attach %d" % victim.pid)
        assert not reply["ok"] and "does not belong to the user who started pcat" in reply["text"]
        for command in "signal 1 KILL", "signal %d KILL" % victim.pid:
            reply = hostile.ask(command)
            assert not reply["ok"] and "is not traced" in reply["text"]
        assert victim.poll() is None
    finally:
        hostile.end()
        victim.kill()
        victim.wait()


# --- what the user could not trace himself is not shown to him ---

USERS_OWN = """
import os, subprocess, sys
def say(text):
    os.write(1, text.encode() + b"\\n")  # in one piece
for line in sys.stdin:
    what, *argv = line.split()
    if what == "say":
        say(*argv)
    elif what == "child":
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)
        say(str(child.pid))
    elif what == "tell":
        child.stdin.write(" ".join(argv).encode() + b"\\n")
        child.stdin.flush()
    elif what == "exec":
        os.execv(argv[0], argv)
"""


class Own:
    """A process that does what it is told, a line each: say WORD..., child PROGRAM..., tell its last child WORD...,
    exec PROGRAM. It, and its children, write into one pipe."""

    def __init__(self, user=NOBODY, group=NOBODY):
        self.process = subprocess.Popen([sys.executable, "-c", USERS_OWN], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        user=user, group=group, extra_groups=[], cwd="/")
        self.pid = self.process.pid
        assert self.say("hello") == "hello"

    def order(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().decode().strip()

    def say(self, word):
        self.order("say " + word)
        return self.hear()

    def child(self, *argv):
        """The pid of a new child, once it is ready."""
        self.order("child %s" % " ".join(map(str, argv)))
        answers = {self.hear(), self.hear()}  # both write at once
        assert "ready" in answers
        return int(answers.difference({"ready"}).pop())

    def tell(self, word, answer):
        self.order("tell " + word)
        assert self.hear() == answer

    def end(self):
        for pid in children(self.pid) + [self.pid]:
            end(pid)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def own():
    started = []

    def start(**options):
        started.append(Own(**options))
        return started[-1]
    yield start
    for process in started:
        process.end()


@pytest.fixture
def setuid():
    """setuid(gid): a program that runs as root, for the members of that group alone; what it writes to none but root may read."""
    directory = Path("/var/tmp") / ("pcat-setuid-%d" % os.getpid())
    directory.mkdir(mode=0o711)
    if os.statvfs(directory).f_flag & os.ST_NOSUID:
        directory.rmdir()
        pytest.skip("no setuid programs below /var/tmp")
    (directory / "secret").touch(mode=0o600)

    def make(group=NOBODY):
        program = directory / "program"
        shutil.copy(BUILD / "tests" / "tmux" / "setuid", program)
        os.chown(program, 0, group)
        program.chmod(0o4750)
        return program
    yield make
    shutil.rmtree(directory)


@pytest.fixture
def lending():
    """lending(how): a pcat whose file lends rights to the group of nobody, as a capability or setuid."""
    directory = Path("/var/tmp") / ("pcat-lending-%d" % os.getpid())
    directory.mkdir(mode=0o755)

    def make(how):
        program = directory / "pcat"
        shutil.copy(PCAT, program)
        os.chown(program, 0, NOBODY)
        program.chmod(0o4750 if how == "setuid" else 0o750)
        sbin = dict(os.environ, PATH=os.environ["PATH"] + ":/sbin:/usr/sbin")
        if how == "setuid" and os.statvfs(program).f_flag & os.ST_NOSUID:
            pytest.skip("nothing is setuid here")
        elif how == "setcap" and not shutil.which("setcap", path=sbin["PATH"]):
            pytest.skip("no setcap")
        elif how == "setcap" and subprocess.run(["setcap", "cap_sys_ptrace=ep", program], env=sbin).returncode:
            pytest.skip("no file capabilities here")
        return program
    yield make
    shutil.rmtree(directory)


@pytest.fixture(params=["sudo", "setcap", "setuid"])
def hostile(request, lending):
    """hostile(ARGS...): the viewer of an engine that has more rights than the user nobody."""
    started = []

    def start(*args):
        if request.param == "sudo":
            started.append(Hostile([PCAT, "--ring", "--json", "--control", *args]))
        elif "asan" in str(PCAT.parent):
            pytest.skip("a program with rights of its file can't be told where its sanitizer's options are")
        else:
            started.append(Hostile([lending(request.param), "--ring", "--json", "--control", *args], {},
                                   user=NOBODY, group=NOBODY, extra_groups=[], cwd="/"))
        return started[-1]
    yield start
    for h in started:
        h.end()


def shown(events, pid=None):
    """The bytes that were written, of everybody or of one process."""
    return "".join(e.get("data", "") for e in events if e["type"] == "write" and pid in (None, e["pid"]))


def notes_of(events, pid):
    return [e["text"] for e in events if e["type"] == "note" and e.get("pid") == pid]


def assert_hidden(events, pid):
    """Nothing of it but that it is there, and why."""
    assert "secret" not in shown(events)
    assert not [e for e in events if e["type"] in ("write", "read", "other", "fd") and e["pid"] == pid]
    assert not [e for e in events if e.get("pid") == pid and "secret" in e.get("target", "")]
    notes = notes_of(events, pid)
    assert len(notes) == 1 and "the user who started pcat" in notes[0], notes


def test_a_child_with_other_rights_is_left_out(hostile, own, setuid):
    h, process, program = hostile(), own(), setuid()
    child = process.child(program)
    assert not h.ask("attach %d" % child)["ok"]
    h.attach(process.pid)
    assert h.ask("fds all")["ok"]
    process.tell("word", "secret-word")
    assert process.say("open") == "open"
    assert tracers(child) == {0} and tracers(process.pid) != {0}
    assert not h.ask("signal %d KILL" % child)["ok"]
    assert not h.ask("redraw %d" % child)["ok"]
    events = h.end()
    assert_hidden(events, child)
    assert shown(events, process.pid) == "word\nopen\n"


def test_a_child_that_gets_other_rights_is_let_go(hostile, own, setuid):
    h, process, program = hostile(), own(), setuid()
    h.attach(process.pid)
    assert h.ask("fds all")["ok"]
    for arguments in [], ["all"]:
        child = process.child(program, *arguments)
        until(lambda: tracers(child) == {0})
        process.tell("word", "secret-word")
        assert not h.ask("signal %d KILL" % child)["ok"]
    assert process.say("open") == "open"
    events = h.end()
    assert_hidden(events, child)
    assert shown(events, process.pid).endswith("open\n")


def test_a_child_of_the_user_is_shown(hostile, own):
    h, process = hostile(), own()
    h.attach(process.pid)
    child = process.child("/bin/sh", "-c", "echo${IFS}ready;exec${IFS}cat")
    process.tell("mine", "mine")
    assert h.ask("signal %d TERM" % child)["ok"]
    events = h.end()
    assert shown(events, child) == "ready\nmine\n" and not notes_of(events, child)


def test_an_exec_that_gets_other_rights_is_let_go(hostile, own, setuid):
    h, process, program = hostile(), own(), setuid()
    h.attach(process.pid)
    assert h.ask("fds all")["ok"] and process.say("open") == "open"
    process.order("exec %s all" % program)
    assert process.hear() == "ready"
    process.order("word")
    assert process.hear() == "secret-word"
    assert tracers(process.pid) == {0} and status(process.pid)["Uid"] == ["0"] * 4
    assert not h.ask("signal %d KILL" % process.pid)["ok"]
    assert not h.ask("attach %d" % process.pid)["ok"]
    events = h.end()
    assert shown(events, process.pid) == "open\n"
    at = next(i for i, e in enumerate(events) if e["type"] == "exec" and e["pid"] == process.pid)
    assert "exe" not in events[at]
    assert_hidden(events[at:] + [e for e in events[:at] if e["type"] == "note"], process.pid)
    assert [e["why"] for e in events if e["type"] == "detached" and e["pid"] == process.pid] == ["not the user's to see"]


ODD = """
import ctypes, os, platform, sys, threading
libc = ctypes.CDLL(None)
PR_SET_DUMPABLE, PR_SET_KEEPCAPS, NOBODY = 4, 8, %d
what = sys.argv[1]
os.setgroups([])
if what == "a thread of root":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    setresuid, setresgid = {"x86_64": (117, 119), "aarch64": (147, 149)}[platform.machine()]
    assert libc.syscall(setresgid, NOBODY, NOBODY, NOBODY) == 0 and libc.syscall(setresuid, NOBODY, NOBODY, NOBODY) == 0
else:
    if what == "capabilities":
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setresgid(*(0 if what == name else NOBODY for name in ("real gid", "effective gid", "saved gid")))
    os.setresuid(*(0 if what == name else NOBODY for name in ("real uid", "effective uid", "saved uid")))
libc.prctl(PR_SET_DUMPABLE, what != "not dumpable", 0, 0, 0)
print("ready", flush=True)
sys.stdin.read()
""" % NOBODY


@pytest.mark.parametrize("what", ["real uid", "effective uid", "saved uid", "real gid", "effective gid", "saved gid", "capabilities",
                                  "not dumpable", "a thread of root", "nothing"])
def test_whom_the_user_could_not_trace(hostile, spawn, what):
    if what == "a thread of root" and os.uname().machine not in ("x86_64", "aarch64"):
        pytest.skip("the numbers of setresuid and setresgid are not known here")
    target = spawn(sys.executable, "-c", ODD, what, cwd="/")
    assert target.stdout.readline() == b"ready\n"
    h = hostile()
    reply = h.ask("attach %d" % target.pid)
    assert reply["ok"] == (what == "nothing"), reply
    if what == "nothing":
        return
    assert "the user who started pcat" in reply["text"] or "kernel forbids" in reply["text"]
    until(lambda: tracers(target.pid) == {0})
    assert not h.ask("signal %d KILL" % target.pid)["ok"]
    assert target.poll() is None


def test_a_user_namespace_of_his_own(hostile, spawn):
    """He has all capabilities in there."""
    target = spawn("unshare", "-r", "sh", "-c", "echo ready; cat", user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")
    if target.stdout.readline() != b"ready\n":
        pytest.skip("nobody can make no user namespace here")
    h = hostile()
    h.attach(target.pid)
    target.stdin.write(b"mine\n")
    target.stdin.flush()
    assert target.stdout.readline() == b"mine\n"
    assert "mine\n" in shown(h.end())


def test_a_user_namespace_of_somebody_else(hostile, spawn):
    target = spawn("unshare", "-U", "sh", "-c", "echo ready; cat", user=NOBODY - 1, group=NOBODY, extra_groups=[], cwd="/")
    if target.stdout.readline() != b"ready\n":
        pytest.skip("an ordinary user can make no user namespace here")
    assert not hostile().ask("attach %d" % target.pid)["ok"]
    assert tracers(target.pid) == {0}


def test_what_root_asked_for_is_shown(hostile, own, setuid):
    """What stands on the command line, with all that it makes. It is not the user's to signal all the same."""
    process, program = own(user=0, group=0), setuid()
    old = process.child(program)
    h = hostile("-p", process.pid)
    h.hear("armed", pid=old)
    assert h.ask("fds all")["ok"]
    process.tell("old", "secret-old")
    new = process.child(program)
    process.tell("new", "secret-new")
    for pid in process.pid, old, new:
        for command in "signal %d KILL", "redraw %d":
            reply = h.ask(command % pid)
            assert not reply["ok"] and "does not belong to the user who started pcat" in reply["text"]
    events = h.end()
    assert "secret-old" in shown(events, old) and "secret-new" in shown(events, new)


def test_the_command_is_signalled(hostile):
    h = hostile("--", "sleep", "300")
    pid = h.hear("task", how="spawned")["pid"]
    assert h.ask("signal %d KILL" % pid)["ok"]
    assert h.hear("exit", pid=pid)["signal"] == signal.SIGKILL


def test_a_list_tells_no_more_than_the_user_may_know(hostile, own):
    theirs, mine = own(user=0, group=0), own()
    h = hostile()
    assert h.ask("list")["ok"]
    told = {e["pid"]: e for e in h.end() if e["type"] == "process"}
    assert told[mine.pid]["stdout"].startswith("pipe:") and "refused" not in told[mine.pid]
    assert not told[theirs.pid].get("stdout") and told[theirs.pid]["refused"]
