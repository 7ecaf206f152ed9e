"""Recordings: compressed or not, cut at any byte, on a full disk, by a pcat that is killed."""
import os
import random
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import PCAT, TIMEOUT, events, tracers, until

FLOOD = "i=0; while [ $i -lt 3000 ]; do echo line $i of a flood; i=$((i+1)); done"


@pytest.fixture(params=["rec", "rec.zst"])
def name(request):
    return request.param


def replay(data):
    """Runs `pcat --json -r -` with these bytes. Returns its status, the events, and stderr."""
    result = subprocess.run([str(PCAT), "--json", "-r", "-"], input=data, timeout=TIMEOUT,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return result.returncode, events(result.stdout), result.stderr


def test_round_trip(pcat, name):
    pcat("-w", name, "sh", "-c", FLOOD)
    told = events(pcat("--json", "-r", name).stdout)
    pcat("-w", "copy.zst", "-r", name)
    pcat("-w", "copy", "-r", "copy.zst")
    assert events(pcat("--json", "-r", "copy").stdout) == told
    assert told[-1]["type"] == "end" and told[-1]["writes"] == 3000


def test_what_is_told_does_not_depend_on_portions(spawn, pcat):
    """The round trip of a live capture is tested by test_round_trip in tests/tmux/test_via.py."""
    p = spawn("--json", "-r", "-", stdin=subprocess.PIPE)
    recorder = spawn("-w", "-", "sh", "-c", FLOOD)
    stream = recorder.stdout.read()
    told = p.communicate(stream)[0]
    assert events(told) == replay(stream)[1]


def test_compressed(pcat, tmp_path):
    pcat("-w", "rec", "sh", "-c", FLOOD)
    pcat("-w", "rec.zst", "-r", "rec")
    plain, zipped = (tmp_path / "rec").read_bytes(), (tmp_path / "rec.zst").read_bytes()
    assert zipped[:4] == b"\x28\xb5\x2f\xfd" and len(zipped) < len(plain) / 5
    assert replay(zipped) == replay(plain)
    assert replay(zipped + zipped)[0] == 0


@pytest.mark.parametrize("number", [int(os.environ.get("PCAT_CUTS", 1000))])
def test_cuts(pcat, tmp_path, name, number):
    """Every whole event before the cut is read, and no part of the next one."""
    pcat("-w", name, "sh", "-c", "for i in $(seq 20); do echo $i; sleep 0.01; done")
    data = (tmp_path / name).read_bytes()
    whole = replay(data)[1]
    random.seed(7)
    cuts = sorted(random.randrange(len(data)) for _ in range(number if name == "rec" else number // 4))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda n: replay(data[:n]), cuts))
    counts = [len(told) for _, told, _ in results]
    assert counts == sorted(counts) and counts[-1] > 40
    for cut, (status, told, said) in zip(cuts, results):
        assert told == whole[:len(told)], cut
        assert status == 1 and re.search(rb"^pcat: standard input: (the stream was cut at offset \d+|the stream is empty)",
                                         said), (cut, status, said)


def test_damage_in_a_compressed_one(pcat, tmp_path):
    pcat("-w", "rec.zst", "sh", "-c", FLOOD)
    data = bytearray((tmp_path / "rec.zst").read_bytes())
    data[len(data) // 2] ^= 0x55
    status, told, said = replay(bytes(data))
    assert status == 1 and len(said.splitlines()) == 1 and re.search(rb"damaged|cut|no event", said)
    assert replay(b"\x28 is no magic number")[2] == b"pcat: standard input: not a pcat stream\n"
    assert replay(bytes(data[:4]))[2] == b"pcat: standard input: the stream was cut at offset 0\n"


def test_full_disk_attached(spawn, target):
    p = spawn("-w", "/dev/full", "-p", target.pid)
    assert p.wait(TIMEOUT) == 1
    assert b"pcat: write error: No space left on device\n" in p.stderr.read()
    target.assert_free()


def test_full_disk_command(pcat):
    result = pcat("-w", "/dev/full", "sh", "-c", "sleep 0.2; echo said", status=1)
    assert result.stdout == b"said\n" and b"No space left on device" in result.stderr


def test_file_size_limit(tmp_path):
    """SIGXFSZ ends neither pcat nor the command: it is a write error of pcat. The command gets the signal's default action."""
    result = subprocess.run(["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", str(PCAT), "-w", "rec", "sh", "-c",
                             "for i in $(seq 400); do echo $i; done; grep SigIgn: /proc/self/status"],
                            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
    assert result.returncode == 1 and b"File too large" in result.stderr
    lines = result.stdout.decode().split("\n")
    assert lines[:400] == [str(i) for i in range(1, 401)]
    ignored = int(lines[400].split()[1], 16)
    assert not ignored >> (signal.SIGXFSZ - 1) & 1


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
                      stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("can't mount")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_disk_that_fills(pcat, small_disk, tmp_path):
    """The file has the events that fit. The command is not affected."""
    result = pcat("-w", small_disk / "rec", "sh", "-c", FLOOD + "; echo done", status=1)
    assert result.stdout.endswith(b"done\n") and len(result.stdout.splitlines()) == 3001
    status, told, said = replay((small_disk / "rec").read_bytes())
    assert len([e for e in told if e["type"] == "write"]) > 100
    assert status == 1 and b"cut" in said


def test_killed_while_it_records(spawn, pcat, target, tmp_path, name):
    p = spawn("-w", name, "-p", target.pid)
    until(lambda: tracers(target.pid) == {p.pid} or tracers(target.pid) - {0}, "not traced")
    until(lambda: (target.say("flood %d\n", repeat=200),
                   (tmp_path / name).stat().st_size > 10000)[1], "nothing is recorded")
    p.kill()
    p.wait()
    target.assert_free()
    status, told, said = replay((tmp_path / name).read_bytes())
    floods = [int(e["data"].split()[1]) for e in told if e["type"] == "write" and e["data"].startswith("flood")]
    assert len(floods) >= 50 and all(b == (a + 1) % 200 for a, b in zip(floods, floods[1:]))
    assert status == 1 and b"cut" in said


def test_two_recorders_of_one_file(spawn, pcat, target, tmp_path):
    p = spawn("-w", "rec", "-p", target.pid)
    until(lambda: (tmp_path / "rec").exists() and (tmp_path / "rec").stat().st_size > 0)
    result = pcat("-w", "rec", "true", status=1)
    assert result.stderr == b"pcat: rec: is being written by another pcat\n"
    p.terminate()
    assert p.wait(TIMEOUT) == 0
    assert replay((tmp_path / "rec").read_bytes())[1][-1]["type"] == "end"
    pcat("-w", "rec", "true")
