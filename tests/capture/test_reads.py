"""What reads cost when nobody asked for them."""
import os
import subprocess

from conftest import PCAT, TIMEOUT


def stops(tmp_path, *options):
    """How often a command of 2,000 reads is stopped under the filter."""
    tmp_path.mkdir()
    log = tmp_path / "log"
    command = ["dd", "of=/dev/null", "bs=1", "count=2000"]
    with open("/dev/zero") as zero:
        subprocess.run([PCAT, "-q", "--json", "-o", tmp_path / "json", *options, "--", *command],
                       stdin=zero, stderr=subprocess.DEVNULL, check=True, timeout=TIMEOUT,
                       env=dict(os.environ, PCAT_LOG="wait", PCAT_LOG_FILE=str(log)))
    return sum(1 for line in log.open() if " seccomp " in line)


def test_reads_cost_nothing_unless_asked_for(tmp_path):
    """Each read of dd is one of fd 0, each write one of fd 1."""
    without, asked = stops(tmp_path / "a", "--fd=1,2"), stops(tmp_path / "b", "--fd=0,1,2")
    print("stops: %d without reads, %d with" % (without, asked))
    assert 2000 <= without < 2200 and 4000 <= asked < 4200


def test_reads_of_other_fds_cost_nothing(tmp_path):
    code = "import os\nfd = os.open('/dev/zero', 0)\nfor i in range(2000): os.read(fd, 1)"
    log = tmp_path / "log"
    subprocess.run([PCAT, "-q", "--json", "-o", tmp_path / "json", "--fd=0", "--",
                    "/usr/bin/python3", "-S", "-c", code], check=True, timeout=TIMEOUT,
                   env=dict(os.environ, PCAT_LOG="wait", PCAT_LOG_FILE=str(log)))
    assert sum(1 for line in log.open() if " seccomp " in line) < 1000
