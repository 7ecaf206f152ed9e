"""pcat-tui --via: pcat is run by something else, near or far."""
import getpass
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import cbor2
import pytest

from conftest import BUILD, PCAT, TIMEOUT, assert_free, children, end, until


def test_near(tui, tracee):
    target = tracee()
    t = tui("--via", "env", "-p", target.pid)
    t.wait_for("attached")
    target.say("by env\n")
    t.wait_for("by env")
    t.keys("q")
    assert t.wait_exit() == 0
    assert_free(target.pid)


def test_what_comes_before_the_stream(tui, tracee):
    target = tracee()
    t = tui("--via", """sh -c 'echo Welcome to box; echo "$0 hello"; exec "$0" "$@"'""", "-p", target.pid)
    t.wait_for("attached")
    target.say("after the welcome\n")
    t.wait_for("after the welcome")


def test_far_too_much_before_the_stream(tui):
    t = tui("--via", "yes #", "-p", 1)
    assert t.wait_exit() > 0
    assert t.said().strip().splitlines() == [
        t.said().strip()] and "no event stream in the first 64 KiB" in t.said()


def test_nothing_comes(tui):
    t = tui("--via", "true", "-p", 1)
    assert t.wait_exit() == 1
    assert re.fullmatch(r"pcat-tui: --via 'true': no event stream came \(status 0\)", t.said().strip())


@pytest.mark.parametrize("via", ["env PATH=/nonexistent", "sh -c 'PATH=/nonexistent; \"$0\" \"$@\"'"])
def test_no_pcat_at_the_far_end(tui, via):
    t = tui("--via", via, "-p", 1)
    assert t.wait_exit() == 127
    said = t.said().strip()
    assert said.startswith("pcat-tui: --via ") and "no pcat is there" in said
    assert len(said.splitlines()) == 1


def test_its_own_errors_are_told_as_they_are(tui):
    process = subprocess.Popen(["true"])
    process.wait()
    t = tui("--via", "env", "-p", process.pid)
    assert t.wait_exit() == 1
    assert re.match(r"pcat: .*%d" % process.pid, t.said().strip())


def test_a_password_is_asked_for_first(tui, tracee):
    target = tracee()
    t = tui("--via", """sh -c 'printf "Password: " >/dev/tty; read x </dev/tty; """
            """[ "$x" = sesame ] && exec "$0" "$@"'""", "-p", target.pid)
    t.wait_for("^Password:")
    t.type("sesame")
    t.keys("Enter")
    t.wait_for("attached")
    target.say("open\n")
    t.wait_for("open")
    t.keys("q")  # the terminal is ours again
    assert t.wait_exit() == 0


def test_it_drops(tui, tracee):
    target = tracee()
    t = tui("--via", "sh -c '\"$0\" \"$@\"; exit 9'", "-p", target.pid)
    t.wait_for("attached")
    target.say("kept\n")
    t.wait_for("kept")
    shell = children(t.pid)[0]
    for pid in children(shell) + [shell]:
        end(pid)
    t.wait_for("has ended")
    t.wait_for("kept")
    assert_free(target.pid)


def test_arguments_are_quoted_for_ssh(tui, tmp_path):
    """A stand-in that does with its arguments what ssh does."""
    fake = tmp_path / "ssh"
    fake.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
    fake.chmod(0o755)
    t = tui("--via", "%s box" % fake, "--", "sh", "-c", "echo \"it's  two\"; sleep 2")
    t.wait_for("it's  two")
    t = tui("--via", "env", "--", "sh", "-c", "echo \"it's  two\"; sleep 2")
    t.wait_for("it's  two")


@pytest.mark.parametrize("args", [["--via", "env", "-r", "x"], ["--via", "env", "-p", 1, "-p", 1, "true"], ["--via", ""],
                                  ["--via", "a", "--local", "-w", "x", "-p", 1]])
def test_wrong_usage(tui, args):
    t = tui(*args)
    assert t.wait_exit() == 2 and len(t.said().strip().splitlines()) == 1


def test_list_of_the_far_end(tui, tracee):
    target = tracee()
    t = tui("--via", "env")
    t.wait_for("Attach to which process")
    t.type(str(target.pid))
    t.wait_for(r"1 of \d+")
    t.keys("Enter")
    t.wait_for("nothing yet on fd")
    target.say("over there\n")
    t.wait_for("over there")


@pytest.fixture
def box(tmp_path):
    """ssh to a server of our own on a loopback port, with keys that are thrown away: a --via."""
    sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not sshd or not shutil.which("ssh"):
        pytest.skip("openssh-server or openssh-client is not installed")
    home = Path("/run/sshd")  # where it puts itself when root starts it
    made = os.geteuid() == 0 and not home.exists()
    if made:
        home.mkdir(mode=0o755)
    for name in "host", "user":
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    shutil.copy(tmp_path / "user.pub", tmp_path / "authorized")
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    config = tmp_path / "sshd_config"
    config.write_text("ListenAddress 127.0.0.1:%d\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\n"
                      "StrictModes no\nUsePAM no\nPermitRootLogin yes\nSetEnv PATH=%s:/usr/bin:/bin\n" % (
                          port, tmp_path / "host", tmp_path / "authorized", BUILD))
    with open(tmp_path / "sshd.log", "wb") as log:
        server = subprocess.Popen([sshd, "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log)
    via = "ssh -p %d -i %s -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR " \
        "-o BatchMode=yes %s@127.0.0.1" % (port, tmp_path / "user", getpass.getuser())
    try:
        for _ in range(50):
            if subprocess.run(via.split() + ["true"], stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0:
                break
            if server.poll() is not None:
                pytest.skip("sshd does not run here: " + (tmp_path / "sshd.log").read_text()[-200:])
        else:
            pytest.skip("nobody can log in: " + (tmp_path / "sshd.log").read_text()[-200:])
        yield via
    finally:
        server.terminate()
        server.wait()
        if made:
            home.rmdir()


def test_ssh(tui, tracee, box):
    target = tracee()
    t = tui("--via", box, "-p", target.pid)
    t.wait_for("attached")
    target.say("through ssh\n")
    t.wait_for("through ssh")
    t.keys("q")
    assert t.wait_exit() == 0
    assert_free(target.pid)


def printed_live(remote, path):
    """What a live capture is printed as, event for event, while it is recorded on its way."""
    capture = subprocess.Popen(remote, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    tee = subprocess.Popen(["tee", path], stdin=capture.stdout, stdout=subprocess.PIPE)
    printer = subprocess.Popen([PCAT, "--json", "-r", "-"], stdin=tee.stdout, stdout=subprocess.PIPE)
    capture.stdout.close()
    tee.stdout.close()
    lines = [json.loads(line) for line in printer.stdout]
    assert [p.wait(TIMEOUT) for p in (capture, tee, printer)] == [0, 0, 0]
    printer.stdout.close()
    return lines


SAY = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; sleep 0.01; done; printf '\\377\\0'"


@pytest.mark.parametrize("way", ["here", "ssh", "sudo"])
def test_round_trip(way, request, tmp_path):
    """A live run, recorded: its replay as JSON is equal, event for event, to the JSON printed live."""
    remote = [PCAT, "-w", "-", "sh", "-c", SAY]
    if way == "ssh":
        remote = shlex.split(request.getfixturevalue("box")) + [shlex.join(map(str, remote))]
    elif way == "sudo":
        remote = ["sudo", "-n", *remote]
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode:
            pytest.skip("no sudo without a password")
    live = printed_live(list(map(str, remote)), tmp_path / "rec")
    replayed = subprocess.run([PCAT, "--json", "-r", tmp_path / "rec"], stdout=subprocess.PIPE, check=True).stdout
    assert [json.loads(line) for line in replayed.splitlines()] == live
    assert [e["type"] for e in live][::len(live) - 1] == ["hello", "end"] and live[-1]["writes"] == 19
    assert "".join(e.get("data", "") for e in live if e.get("stream") == "stderr").count("err") == 9


def test_ssh_runs_a_command(tui, box):
    t = tui("--via", box, "--", "sh", "-c", "echo 'from  afar'; sleep 2")
    t.wait_for("from  afar")


def shell_of(t, word):
    """The child of pcat-tui that runs the --via with that word in it."""
    return until(lambda: next((pid for pid in children(t.pid) if word in
                               Path("/proc/%d/cmdline" % pid).read_bytes().decode().split("\0")), None))


def test_two_machines_and_one_goes(tui, tracee, box):
    """Each shows in the tree; the one whose ssh dies says so there, and what it told stays."""
    first, second = tracee(), tracee()
    t = tui("--via", box, "-p", first.pid, "--via", box + " -o User=" + getpass.getuser(), "-p", second.pid,
            size=(150, 40))
    t.wait_for("2 sources")
    first.say("from the first\n")
    second.say("from the second\n")
    t.wait_for("from the first")
    t.wait_for("from the second")
    assert len(re.findall(r"^%s " % re.escape(os.uname().nodename), t.screen(), re.M)) == 2
    end(shell_of(t, "User=" + getpass.getuser()))
    t.wait_for("^ %s is gone" % re.escape(os.uname().nodename))
    t.wait_for(r"^%s .* gone " % re.escape(os.uname().nodename))
    assert_free(second.pid)
    first.say("it goes on\n")
    t.wait_for("it goes on")
    t.wait_for("from the second")
    t.keys("q")
    assert t.wait_exit() == 0
    assert_free(first.pid)


def test_here_and_there(tui, tracee):
    """Options before the first --via are for all; those behind one for it, and a target for several."""
    near, far = tracee(), tracee()
    t = tui("--own", "--local", "-p", near.pid, "--via", "env", "-p", far.pid, size=(150, 40))
    t.wait_for("this machine")
    near.say("near by\n")
    far.say("far away\n")
    t.wait_for("near by")
    t.wait_for("far away")
    argv = [Path("/proc/%d/cmdline" % pid).read_text().split("\0") for pid in children(t.pid)]
    assert len(argv) == 2 and all("--own" in a for a in argv)
    assert sorted(x for a in argv for x in a if x.startswith("--attach")) == sorted(
        "--attach=%d" % x.pid for x in (near, far))
    t.keys("q")
    assert t.wait_exit() == 0


def test_one_target_for_several(tui):
    t = tui("--local", "--via", "env", "--fd", "1", "sh", "-c", "echo twice; sleep 2", size=(150, 40))
    t.wait(lambda s: s.count("│twice") == 2)


def test_one_that_does_not_start(tui, tracee):
    target = tracee()
    t = tui("--local", "-p", target.pid, "--via", "sh -c 'echo no route to box2 >&2; exit 7'", "-p", 1)
    assert t.wait_exit() == 7
    said = t.said().strip()
    assert said.startswith("pcat-tui: --via 'sh -c") and said.endswith("': no route to box2") and "\n" not in said
    assert_free(target.pid)


def test_passwords_one_after_the_other(tui, tracee):
    target = tracee()
    ask = """sh -c 'printf "%s: " >/dev/tty; read x </dev/tty; [ "$x" = %s ] && exec "$0" "$@"'"""
    t = tui("--via", ask % ("One", "eins"), "-p", target.pid, "--via", ask % ("Two", "zwei"), "true", size=(150, 40))
    t.wait_for("^One:")
    t.type("eins")
    t.keys("Enter")
    t.wait_for("Two:")
    t.type("zwei")
    t.keys("Enter")
    t.wait_for("2 sources")
    target.say("both are open\n")
    t.wait_for("both are open")


def test_a_clock_that_is_wrong(tui, tracee, tmp_path):
    """A stand-in for a machine whose clock is 90 s behind: it changes the times in the stream."""
    here, there = tracee(), tracee()
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import os, subprocess, sys\n"
        "import json\n"
        "p = subprocess.Popen([%r, *sys.argv[2:]], stdout=subprocess.PIPE)\n"
        "SHIFT = 90 * 10 ** 9\n"
        "data = b''\n"
        "while chunk := os.read(p.stdout.fileno(), 65536):\n"
        "    at = 0\n"
        "    while (at := chunk.find(b'dtime\\x1b', at)) >= 0:\n"
        "        at += 6\n"
        "        old = int.from_bytes(chunk[at:at + 8], 'big')\n"
        "        chunk = chunk[:at] + (old - SHIFT).to_bytes(8, 'big') + chunk[at + 8:]\n"
        "    os.write(1, chunk)\n" % str(PCAT))
    t = tui("--local", "-p", here.pid, "--via", "python3 %s" % wrong, "-p", there.pid, size=(150, 40))
    t.wait_for(r"clock -90\.\d s")


def test_several_recordings(tui, tmp_path):
    for name in "one", "two":
        subprocess.run([PCAT, "-w", tmp_path / (name + ".pcat"), "echo", "in " + name], check=True,
                       stdout=subprocess.DEVNULL)
    t = tui("-r", tmp_path / "one.pcat", "-r", tmp_path / "two.pcat", size=(150, 40))
    t.wait_for("in one")
    t.wait_for("in two")
    t.wait_for(r"^one\.pcat")
    t.wait_for(r"^two\.pcat")
    t.wait_for("2 sources")


def test_one_without_pcat_and_one_too_new(tui, tracee, tmp_path):
    target = tracee()
    t = tui("--local", "-p", target.pid, "--via", "env PATH=/nonexistent", "-p", 1)
    assert t.wait_exit() == 127
    assert re.fullmatch(r"pcat-tui: --via 'env PATH=/nonexistent': no pcat is there, .*", t.said().strip())
    new = tmp_path / "new"
    new.write_bytes(cbor2.dumps(["hello", {"magic": "pcat-stream", "version": 99, "seq": 1, "time": 1}]))
    t = tui("--local", "-p", target.pid, "--via", "cat %s #" % new, "-p", 1)
    assert t.wait_exit() == 1
    said = t.said().strip()
    assert said.startswith("pcat-tui: --via 'cat ") and "version 99" in said and len(said.splitlines()) == 1
    assert_free(target.pid)
