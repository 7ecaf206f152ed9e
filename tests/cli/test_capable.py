"""A pcat whose file lends rights (`make install-capable`, or setuid). They serve for tracing, but not for opening a path that the user names."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PCAT, TIMEOUT

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif("asan" in str(PCAT.parent), reason="a program with capabilities can't be told where its sanitizer's options are")]
NOBODY = 65534
SBIN = dict(os.environ, PATH=os.environ["PATH"] + ":/sbin:/usr/sbin")


def set_capability(program):
    if not shutil.which("setcap", path=SBIN["PATH"]):
        pytest.skip("no setcap")
    done = subprocess.run(["setcap", "cap_sys_ptrace=ep", program], env=SBIN, stderr=subprocess.PIPE)
    if done.returncode:
        pytest.skip("no file capabilities here: %s" % done.stderr)


@pytest.fixture
def install():
    """install(how) makes a pcat that lends rights to the group of the user "nobody"."""
    directory = Path("/var/tmp") / ("pcat-capable-%d" % os.getpid())
    directory.mkdir(mode=0o755)

    def make(how):
        program = directory / "pcat"
        shutil.copy(PCAT, program)
        os.chown(program, 0, NOBODY)
        program.chmod(0o4750 if how == "setuid" else 0o750)
        if how == "setcap":
            set_capability(program)
        elif os.statvfs(program).f_flag & os.ST_NOSUID:
            pytest.skip("nothing is setuid here")
        return program
    yield make
    shutil.rmtree(directory)


@pytest.fixture(params=["setcap", "setuid"])
def lending(install, request):
    return install(request.param)


@pytest.fixture
def capable(install):
    return install("setcap")


def as_nobody(*argv, **options):
    options.setdefault("cwd", "/")
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([str(a) for a in argv], user=NOBODY, group=NOBODY, extra_groups=[], stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=TIMEOUT, **options)


@pytest.fixture
def talker():
    target = subprocess.Popen([sys.executable, "-c", "import time\nwhile True:\n print('seen', flush=True); time.sleep(.01)"],
                              stdout=subprocess.DEVNULL)
    yield target
    target.kill()
    target.wait()


def test_shows_what_is_roots(capable, talker):
    """The user "nobody" sees a process of root. A user without permission to execute pcat sees nothing."""
    refused = as_nobody(PCAT, "-p", talker.pid) if os.access(PCAT, os.X_OK) else None
    result = as_nobody(capable, "--limit=1", "-p", talker.pid)
    assert (result.stdout, result.stderr, result.returncode) == (b"seen\n", b"", 0)
    assert refused is None or refused.returncode == 1
    capable.chmod(0o755)
    os.chown(capable, 0, 0)
    set_capability(capable)
    assert b"everybody may run it" in as_nobody(capable, "--limit=1", "-p", talker.pid).stderr


def test_lists_what_it_can_trace(lending, talker):
    """The list does not refuse a process that -p can show, and it says where its output goes."""
    rows = {row["pid"]: row for row in map(json.loads, as_nobody(lending, "--list", "--json").stdout.splitlines())}
    assert as_nobody(lending, "--limit=1", "-p", talker.pid).stdout == b"seen\n"
    assert not rows[talker.pid].get("refused") and rows[talker.pid]["stdout"] == "/dev/null"


def test_list_beside_a_capture(capable, talker):
    """The same for the list of --control, made while a command of the user is traced."""
    process = subprocess.Popen([str(capable), "--json", "--control", "--allow-attach", "sleep", "300"], user=NOBODY, group=NOBODY,
                               extra_groups=[], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        process.stdin.write(b"list\n")
        process.stdin.flush()
        row = next(e for e in map(json.loads, process.stdout) if e["type"] == "process" and e["pid"] == talker.pid)
        assert not row.get("refused")
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def lair(tmp_path_factory):
    """A directory that only root can reach but everybody may write to, and a process that has it as its working directory."""
    where = tmp_path_factory.mktemp("lair") / "inner"
    where.mkdir()
    (where / "open").mkdir()
    (where / "file").write_text("kept\n")
    (where / "open" / "tool").write_text("#!/bin/sh\necho ran\n")
    subprocess.run([str(PCAT), "-q", "-w", where / "rec", "echo", "recorded"], check=True, stdout=subprocess.DEVNULL)
    for path, mode in ("file", 0o666), ("rec", 0o644), ("open", 0o777), ("open/tool", 0o755), (".", 0o755), ("..", 0o700):
        (where / path).chmod(mode)
    keeper = subprocess.Popen(["sleep", "300"], cwd=where)
    yield where, "/proc/%d/cwd" % keeper.pid
    keeper.kill()
    keeper.wait()


def listing(where):
    return {str(p.relative_to(where)): p.is_file() and p.read_bytes() for p in where.rglob("*")}


WAYS = {
    "-o": (["-o", "{}/file", "echo", "hi"], {}),
    "-o new": (["-o", "{}/open/new", "echo", "hi"], {}),
    "-w": (["-w", "{}/file", "echo", "hi"], {}),
    "-w new": (["-w", "{}/open/new", "echo", "hi"], {}),
    "-ff": (["-ff", "-o", "{}/open/base", "echo", "hi"], {}),
    "-r": (["-r", "{}/rec"], {}),
    "-r -o": (["-r", "/dev/null", "-o", "{}/file"], {}),
    "log": (["echo", "hi"], {"PCAT_LOG": "all", "PCAT_LOG_FILE": "{}/file"}),
    "log new": (["echo", "hi"], {"PCAT_LOG": "all", "PCAT_LOG_FILE": "{}/open/new"}),
    "command": (["{}/open/tool"], {}),
    "PATH": (["tool"], {"PATH": "{}/open"}),
    "script": (["sh", "-c", "exec {}/open/tool"], {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_path_is_opened_with_it(lending, lair, way):
    where, door = lair
    argv, env = WAYS[way]
    before = listing(where)
    result = as_nobody(lending, *(a.format(door) for a in argv), env=dict(os.environ, **{k: v.format(door) for k, v in env.items()}))
    assert listing(where) == before
    assert b"Permission denied" in result.stderr and b"ran" not in result.stdout and b"recorded" not in result.stdout
    assert result.returncode == (0 if way.startswith("log") else 126 if way in ("command", "PATH", "script") else 1)


def test_no_other_mount_namespace_is_entered(lending):
    keeper = subprocess.Popen(["unshare", "-m", "sh", "-c", "mount -t tmpfs -o mode=777 pcat-test /mnt && echo ready && exec sleep 300"],
                              stdout=subprocess.PIPE)
    try:
        if keeper.stdout.readline() != b"ready\n":
            pytest.skip("can't mount in a namespace of its own")
        door = Path("/proc/%d/root/mnt" % keeper.pid)
        for argv in ["-o", door / "o"], ["-w", door / "w"], ["-ff", "-o", door / "ff"]:
            result = as_nobody(lending, *argv, "echo", "hi")
            assert b"Permission denied" in result.stderr and result.returncode == 1
        assert list(door.iterdir()) == []
    finally:
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()


def test_own_paths_are_opened(lending):
    """The user can write to files of the user's own and to /dev/stdout. New files belong to the user."""
    own = Path("/var/tmp") / ("pcat-own-%d" % os.getpid())
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    try:
        for argv in ["-o", own / "o"], ["-w", own / "w"], ["-ff", "-o", own / "ff"]:
            assert as_nobody(lending, *argv, "echo", "hi").returncode == 0
        assert as_nobody(lending, "-r", own / "w").stdout == b"hi\n"
        with open(own / "stdout", "wb") as out:
            os.fchown(out.fileno(), NOBODY, NOBODY)
            as_nobody(lending, "-o", "/dev/stdout", "-r", own / "w", stdout=out)
        assert (own / "stdout").read_bytes() == b"hi\n"
        assert {(p.stat().st_uid, p.stat().st_gid) for p in own.iterdir()} == {(NOBODY, NOBODY)} and len(list(own.iterdir())) == 4
    finally:
        shutil.rmtree(own)


def test_the_command_gets_none_of_it(lending):
    """The command is traced, although it is undumpable before its exec."""
    for options in [], ["--no-seccomp"], ["-v"]:
        result = as_nobody(lending, *options, "grep", "-E", "^(Cap(Prm|Eff|Amb)|Uid)", "/proc/self/status")
        rights = [line.split(b":\t")[1].split() for line in result.stdout.splitlines() if b":\t" in line]
        assert rights[0] == [b"%d" % NOBODY] * 4 and rights[1:] == [[b"0" * 16]] * 3, result
