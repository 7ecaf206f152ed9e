"""How a command is started: the seccomp filter, and on which CPUs."""
import ctypes
import os
import shutil
import struct

import pytest

from conftest import events, writes

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LIBC = ctypes.CDLL(None, use_errno=True)


def bpf(code, jt, jf, k):
    return struct.pack("HBBI", code, jt, jf, k)


def forbid_filters():
    """As in a container whose own filter answers seccomp(2) with EPERM (x86-64: 317)."""
    program = bpf(0x20, 0, 0, 0) + bpf(0x15, 0, 1, 317) + bpf(0x06, 0, 0, 0x00050001) + bpf(0x06, 0, 0, 0x7FFF0000)
    code = ctypes.create_string_buffer(program)
    fprog = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(code)))
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the filter of this test has x86-64's number")
def test_where_no_filter_can_be_installed_it_goes_without(spawn):
    p = spawn("--json", "sh", "-c", "echo out; exit 5", preexec_fn=forbid_filters)
    out, _ = p.communicate(timeout=20)
    assert ([w["data"] for w in writes(out)], p.returncode) == (["out\n"], 5)
    assert "no seccomp filter" in [e["text"] for e in events(out) if e["type"] == "note"][0]


def cpus(pcat, *options):
    return pcat(*options, "sh", "-c", "grep Cpus_allowed_list /proc/self/status").stdout.split()[1].decode()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is but one CPU")
def test_pin_binds_the_command_to_one_cpu(pcat):
    assert cpus(pcat, "--pin").isdigit()
    assert not cpus(pcat).isdigit()


@pytest.mark.parametrize("argv", [["--pin", "-p", "1"], ["--pin", "--no-seccomp", "true"]])
def test_pin_is_refused_where_it_would_stay(pcat, argv):
    assert b"--pin" in pcat(*argv, status=2).stderr


def test_titles_that_programs_give_themselves(pcat):
    """A program writes over its command line after a fork, as servers do to name their workers."""
    if not shutil.which("perl"):
        pytest.skip("perl is not installed")
    script = 'if (!fork) { select(undef, undef, undef, 0.3); $0 = "worker: ready"; sleep 3; exit 3 } wait'
    told = events(pcat("--json", "perl", "-e", script).stdout)
    tasks = [e for e in told if e["type"] == "task"]
    worker = [e for e in tasks if e.get("how") == "fork"][0]["tid"]
    again = [e for e in tasks if e["tid"] == worker]
    assert len(again) == 2 and "how" not in again[1]
    assert again[0]["argv"][0] == "perl" and again[1]["argv"] == ["worker: ready"]
    assert " is now worker: ready +++\n" in pcat("-v", "perl", "-e", script).stdout.decode()


@pytest.mark.parametrize("follow, shown", [("none", b"a\n"), ("threads", b"a\n"), ("all", b"a\nb\nc\n")])
@pytest.mark.parametrize("options", [(), ("--no-seccomp",)], ids=["spawn", "spawn --no-seccomp"])
def test_follow(pcat, tmp_path, follow, shown, options):
    """A child that is not followed runs without being traced."""
    result = pcat("-q", *options, "--follow=" + follow, "-o", "log", "sh", "-c", "echo a; /bin/echo b; (echo c)")
    assert result.stdout == b"a\nb\nc\n" and result.stderr == b""
    assert (tmp_path / "log").read_bytes() == shown
