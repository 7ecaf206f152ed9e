"""Files with captured output: other users can't read them. In a directory that others may write to, pcat
never opens a file or link that they have made."""
import os
import stat
import subprocess

import pytest

from conftest import PCAT, TIMEOUT, events

NOBODY = 65534
WAYS = ["-o", "-w", "-ff", "log"]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file away")


@pytest.fixture
def recording(pcat, tmp_path):
    pcat("-w", "rec", "echo", "hi")
    return tmp_path / "rec"


@pytest.fixture
def write(recording, tmp_path):
    """write(way, path) is a pcat that writes to path."""
    def run(way, path, umask=0o022, **options):
        argv = {"-o": ["-o", path, "-r", recording], "-w": ["-w", path, "-r", recording],
                "-ff": ["-ff", "-o", str(path).rpartition(".")[0].rpartition(".")[0], "-r", recording], "log": ["true"]}[way]
        env = dict(os.environ, PCAT_LOG="all", PCAT_LOG_FILE=str(path)) if way == "log" else None
        return subprocess.run([str(PCAT), *map(str, argv)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, umask=umask, env=env, cwd=tmp_path, **options)
    return run


@pytest.fixture
def name(recording):
    """The name that -ff gives to the file of that recording's process. The other ways use it, too."""
    told = subprocess.run([str(PCAT), "--json", "-r", str(recording)], stdout=subprocess.PIPE, timeout=TIMEOUT, check=True).stdout
    return "file.%d.out" % next(e["pid"] for e in events(told) if e["type"] == "task")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def assert_written(path, way, result):
    assert result.returncode == 0 and result.stderr == b"", result
    data = path.read_bytes()
    assert data == b"hi\n" if way in ("-o", "-ff") else b"hi" in data or b"tracer: " in data


def assert_refused(result, way, path, why):
    """pcat fails with one line that names the file and the reason. Without its log file it goes on."""
    assert result.returncode == (0 if way == "log" else 1)
    lines = result.stderr.decode().splitlines()
    assert len(lines) == 1 and str(path) in lines[0] and why in lines[0], lines


@pytest.fixture(params=[0o1777, 0o777, 0o775])
def shared(request, tmp_path):
    directory = tmp_path / "shared"
    directory.mkdir()
    directory.chmod(request.param)
    return directory


@pytest.fixture
def sticky(tmp_path):
    directory = tmp_path / "sticky"
    directory.mkdir()
    directory.chmod(0o1777)
    return directory


@pytest.mark.parametrize("umask,expected", [(0o022, 0o600), (0, 0o600), (0o077, 0o600), (0o277, 0o400)])
@pytest.mark.parametrize("way", WAYS)
def test_new_files(write, name, tmp_path, way, umask, expected):
    path = tmp_path / name
    assert_written(path, way, write(way, path, umask))
    assert mode(path) == expected


def test_a_command_keeps_the_umask(pcat, tmp_path):
    """Only files of pcat are private. Files that the command makes have the command's own mode."""
    pcat("-o", "out", "sh", "-c", "umask; : >made", umask=0o022)
    assert (tmp_path / "out").read_bytes() == b"0022\n" and mode(tmp_path / "made") == 0o644


@pytest.mark.parametrize("way", WAYS)
def test_an_old_file_keeps_its_mode(write, name, tmp_path, way):
    path = tmp_path / name
    path.write_text("x" * 100000)
    path.chmod(0o640)
    result = write(way, path)
    assert mode(path) == 0o640 and result.returncode == 0
    if way == "log":
        assert path.read_bytes().startswith(b"xxx") and path.stat().st_size > 100000
    else:
        assert_written(path, way, result)


@pytest.mark.parametrize("way", WAYS)
def test_new_and_own_files_in_a_shared_directory(write, name, shared, way):
    for _ in "new", "old":
        assert_written(shared / name, way, write(way, shared / name))
    assert mode(shared / name) == 0o600


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_no_link_in_a_shared_directory(write, name, shared, tmp_path, way, there):
    victim = tmp_path / "victim"
    if there:
        victim.write_text("kept\n")
    (shared / name).symlink_to(victim)
    assert_refused(write(way, shared / name), way, shared / name, "symbolic link")
    assert victim.read_text() == "kept\n" if there else not victim.exists()


@pytest.mark.parametrize("way", WAYS)
def test_no_link_behind_a_link(write, name, sticky, tmp_path, way):
    """A link of the user's own is followed. In a directory that others may write to, its target must not be another link."""
    mine, victim = tmp_path / name, tmp_path / "victim"
    mine.symlink_to(sticky / "file")
    assert_written(sticky / "file", way, write(way, mine))
    (sticky / "file").unlink()
    (sticky / "file").symlink_to(victim)
    assert_refused(write(way, mine), way, mine, "symbolic link")
    assert not victim.exists()


@pytest.mark.parametrize("way", WAYS)
def test_own_links(write, name, tmp_path, way):
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    (tmp_path / "real" / name).symlink_to("../there")
    path = tmp_path / "alias" / name
    assert_written(tmp_path / "there", way, write(way, path))
    assert mode(tmp_path / "there") == 0o600


@AS_ROOT
@pytest.mark.parametrize("way", WAYS)
def test_no_directory_that_others_lead_to(write, name, sticky, tmp_path, way):
    """A link in the middle of a path is followed if it belongs to root or to the user."""
    (tmp_path / "real").mkdir()
    (sticky / "way").symlink_to(tmp_path / "real")
    path = sticky / "way" / name
    assert_written(tmp_path / "real" / name, way, write(way, path))
    (tmp_path / "real" / name).unlink()
    os.lchown(sticky / "way", NOBODY, NOBODY)
    assert_refused(write(way, path), way, path, "symbolic link")
    assert not (tmp_path / "real" / name).exists()


@AS_ROOT
@pytest.mark.parametrize("way", WAYS)
def test_no_link_in_a_directory_of_others(write, name, tmp_path, way):
    """The mode of the directory lets only its owner write there, but the owner is another user."""
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, NOBODY, NOBODY)
    assert_written(theirs / name, way, write(way, theirs / name))
    os.chown(theirs / name, NOBODY, NOBODY)
    if way != "log":
        assert_written(theirs / name, way, write(way, theirs / name))
    (theirs / name).unlink()
    (theirs / name).symlink_to(tmp_path / "victim")
    assert_refused(write(way, theirs / name), way, theirs / name, "symbolic link")
    assert not (tmp_path / "victim").exists()


@AS_ROOT
@pytest.mark.parametrize("way", WAYS)
def test_no_file_of_others(write, name, sticky, way):
    """A file that another user has prepared in /tmp could be read by that user."""
    path = sticky / name
    path.write_text("trap\n")
    path.chmod(0o666)
    os.chown(path, NOBODY, NOBODY)
    assert_refused(write(way, path), way, path, "belongs to uid %d" % NOBODY)
    assert path.read_text() == "trap\n"
    path.unlink()
    os.mkfifo(path, 0o666)  # is not waited at
    os.chown(path, NOBODY, NOBODY)
    assert_refused(write(way, path), way, path, "belongs to uid %d" % NOBODY)


def test_devices_and_fifos(write, name, recording, tmp_path):
    for path in "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
        result = write("-o", path)
        assert (result.stdout, result.stderr, result.returncode) == (b"hi\n", b"", 0), path
    assert write("-w", "/dev/stdout").stdout.startswith(recording.read_bytes()[:8])
    assert write("-o", "/dev/null").returncode == 0
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    try:
        assert write("-o", fifo).returncode == 0
        assert reader.communicate(timeout=TIMEOUT)[0] == b"hi\n"
    finally:
        reader.kill()
        reader.wait()


@pytest.mark.parametrize("path", ["out", "./out", "sub/../out", "sub//..//out", "{}/out", "{}/./sub/.././out"])
def test_any_path(write, tmp_path, path):
    (tmp_path / "sub").mkdir()
    assert_written(tmp_path / "out", "-o", write("-o", path.format(tmp_path)))


@pytest.mark.parametrize("path,why", [
    ("", "No such file or directory"), ("/", "Is a directory"), ("sub", "Is a directory"), ("sub/", "Is a directory"), (".", "Is a directory"),
    ("none/", "No such file or directory"), ("none/out", "No such file or directory"), ("rec/out", "Not a directory"), ("loop", "Too many levels"),
    ("loop/out", "Too many levels"), ("x" * 300, "File name too long")])
def test_no_such_path(write, tmp_path, path, why):
    (tmp_path / "sub").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    result = write("-o", path)
    assert result.returncode == 1 and result.stderr.decode().startswith("pcat: %s: %s" % (path, why)), result


def test_an_absolute_path_from_nowhere(recording, tmp_path):
    """The current directory may be closed to us. (To root none is.)"""
    closed = tmp_path / "closed"
    closed.mkdir()
    try:
        result = subprocess.run([str(PCAT), "-o", str(tmp_path / "out"), "-r", str(recording)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT, cwd=closed,
                                preexec_fn=lambda: os.chmod(".", 0))
    finally:
        closed.chmod(0o700)
    assert_written(tmp_path / "out", "-o", result)


def test_in_a_user_namespace():
    """In a user namespace, the machine's own directories belong to an unmapped user. They are trusted all the same."""
    ids = dict(user=NOBODY, group=NOBODY, extra_groups=[]) if os.geteuid() == 0 else {}
    inside = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*inside, str(PCAT), "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **ids).returncode:
        pytest.skip("no user namespace for us, or no way to pcat")
    read, write = os.pipe()
    if ids:
        os.fchown(write, NOBODY, NOBODY)
    result = subprocess.run([*inside, str(PCAT), "-q", "-o", "/dev/stdout", "sh", "-c", "exec >/dev/null; echo hi"], stdin=subprocess.DEVNULL,
                            stdout=write, stderr=subprocess.PIPE, cwd="/", timeout=TIMEOUT, **ids)
    os.close(write)
    with os.fdopen(read, "rb") as out:
        assert (out.read(), result.stderr, result.returncode) == (b"hi\n", b"", 0)
