"""Who has which rights: under sudo, and with a viewer that is not ours. With file capabilities: tests/cli/test_capable.py."""
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import PCAT, PCAT_TUI, TIMEOUT, children, until

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


def test_a_hostile_viewer_of_a_user(user):
    """Under a real sudo: what may not be done, and that the user's own processes may be attached to."""
    who, programs = user
    own = subprocess.Popen(["sleep", "300"], user=who.pw_uid, group=who.pw_gid, extra_groups=[])
    hostile = Hostile(as_user(who, "sudo", "-n", programs / "pcat", "--ring", "--json", "--control"), {})
    try:
        for command in "attach 1", "signal 1 KILL", "attach %d" % os.getpid(), "signal %d KILL" % os.getpid():
            reply = hostile.ask(command)
            print(command, "->", reply["text"])
            assert not reply["ok"]
        assert hostile.ask("attach %d" % own.pid)["ok"]
        assert hostile.ask("signal %d TERM" % own.pid)["ok"]
        assert own.wait(TIMEOUT) == -signal.SIGTERM
    finally:
        hostile.end()
        own.kill()
        own.wait()


class Hostile:
    """In the viewer's place: it says what it likes to a pcat that is root."""

    def __init__(self, argv=(PCAT, "--ring", "--json", "--control"), env=SUDO):
        self.process = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=dict(os.environ, **env))

    def ask(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            event = json.loads(line)
            if event["type"] == "reply":
                return event
        raise AssertionError("no reply")

    def end(self):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait(TIMEOUT)
        self.process.stdout.close()


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
