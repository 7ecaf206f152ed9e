"""Real programs: is what pcat shows what reached the sink? `make real-programs`.

Each runs as a command, as a command without the filter, and (waiting at a gate) attached to, with its stdout a
pipe and a file. Both must get the same bytes: those of the sink by sha256. "by the kernel" are bytes that it moved
from a file or a pipe by itself; of a pipe's only the number can be had.

real_programs.py [--build DIR] [-k WORD]"""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

JAVA = """public class Lines { public static void main(String[] a) throws Exception {
 Thread[] t = new Thread[4];
 for (int i = 0; i < 4; i++) { int n = i; t[i] = new Thread(() -> {
  for (int j = 0; j < 500; j++) System.out.println("thread " + n + " line " + j); }); t[i].start(); }
 for (Thread x : t) x.join(); } }"""

RUST = """fn main() { let t: Vec<_> = (0..4).map(|n| std::thread::spawn(move || {
 for i in 0..500 { println!("thread {} line {}", n, i); } })).collect();
 for x in t { x.join().unwrap(); } }"""

NODE = "for (let i = 0; i < 3000; i++) console.log('line ' + i + ' ' + 'x'.repeat(i % 90))"
PYTHON = "import sys\nfor i in range(3000): print('line', i)\nsys.stderr.write('done\\n')"
FORKS = "for i in $(seq 200); do echo child $i; /bin/echo grandchild $i; done; ls /usr/bin | sort -r | head -500"

# name: (what is needed, shell text; {dir} has big (16 MiB of lines), json, Lines.java, lines (rust), m32)
PROGRAMS = {
    "cat bigfile": ("cat", "cat {dir}/big"),
    "cat | cat": ("cat", "cat {dir}/big | cat"),
    "busybox cat (sendfile)": ("busybox", "busybox cat {dir}/big"),
    "busybox sh": ("busybox", "busybox sh -c 'for i in 1 2 3; do echo $i; busybox seq 2000; done'"),
    "dd bs=1M": ("dd", "dd if={dir}/big bs=1M status=none"),
    "seq | sort -R | head": ("seq", "seq 200000 | sort -R | head -n 20000"),
    "yes | head -c 8M": ("yes", "yes | head -c 8388608"),
    "sed, awk, grep": ("awk", "sed s/a/b/ {dir}/big | awk '{{print NR, $1}}' | grep -v 77"),
    "tar, gzip": ("gzip", "tar -C {dir} -cf - big json | gzip -1"),
    "xz -T2": ("xz", "head -c 4M {dir}/big | xz -T2 -1"),
    "perl": ("perl", "perl -e '$| = 1; print qq(line $_\\n) for 1..3000'"),
    "python3": ("python3", "/usr/bin/python3 -c \"" + PYTHON + "\""),
    "python3 -u": ("python3", "/usr/bin/python3 -u -c \"" + PYTHON + "\""),
    "node": ("node", 'node -e "' + NODE + '"'),
    "java, 4 threads": ("javac", "java -cp {dir} Lines"),
    "rust, 4 threads": ("rustc", "{dir}/lines"),
    "ripgrep (Rust)": ("rg", "rg -j4 --no-heading a {dir}/json {dir}/Lines.java /usr/include/stdio.h"),
    "gron (Go)": ("gron", "gron {dir}/json"),
    "git log": ("git", "git --no-pager -C {source} log -n 300 --stat"),
    "a shell with children": ("ls", FORKS),
    "unshare -pf": ("unshare", "unshare -pf --mount-proc sh -c '" + FORKS + "'"),
    "a 32-bit program": ("gcc", "echo g | {dir}/m32"),
    "openssl rand": ("openssl", "openssl rand -hex 300000"),
    "curl file": ("curl", "curl -s file://{dir}/big"),
    "stdbuf -o0": ("stdbuf", "stdbuf -o0 head -n 3000 {dir}/big"),
}
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import truth

os.environ.pop("PYTHONUNBUFFERED", None)


def prepare(directory):
    """What the programs read, and the programs that are made here."""
    with open(directory / "big", "w", encoding="ascii") as big:
        for i in range(260000):
            big.write("a line of text, number %d, %s\n" % (i, "abcdefghij"[:i % 11] * (i % 7)))
    rows = [{"id": i, "name": "row %d" % i, "tags": ["a", "b", {"c": i}]} for i in range(3000)]
    (directory / "json").write_text(json.dumps(rows))
    (directory / "Lines.java").write_text(JAVA)
    (directory / "lines.rs").write_text(RUST)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": directory}
    if shutil.which("javac"):
        subprocess.run(["javac", "Lines.java"], **quiet, check=False)
    if shutil.which("rustc"):
        subprocess.run(["rustc", "-O", "lines.rs"], **quiet, check=False)
    subprocess.run(["gcc", "-m32", "-O1", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pic",
                    "-no-pie", "-o", "m32", HERE.parent / "tracees" / "m32.c"], **quiet, check=False)


class Sink:
    """The far end of stdout: a file, or a pipe that somebody reads. text is what arrived."""

    def __init__(self, kind, directory):
        self.kind, self.parts, self.path = kind, [], directory / "sink"
        if kind == "file":
            self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
        else:
            source, self.fd = os.pipe()
            self.reader = threading.Thread(target=self._read, args=(source,))
            self.reader.start()
        self.identity = os.fstat(self.fd).st_dev, os.fstat(self.fd).st_ino

    def _read(self, source):
        while data := os.read(source, 1 << 16):
            self.parts.append(data)
        os.close(source)

    def text(self):
        os.close(self.fd)
        if self.kind == "file":
            return self.path.read_bytes()
        self.reader.join()
        return b"".join(self.parts)


def capture(pcat, mode, shell, kind, directory):
    """(what arrived, the recording, which file that was, the status, seconds)"""
    log = directory / "events"
    log.unlink(missing_ok=True)
    sink = Sink(kind, directory)
    options = [pcat, "-q", "-w", log]
    if mode == "attach":
        gate, opener = os.pipe()
        target = subprocess.Popen(["sh", "-c", "read go; " + shell], stdin=gate, stdout=sink.fd,
                                  stderr=subprocess.DEVNULL)
        os.close(gate)
        tracer = subprocess.Popen([*options, "-p", str(target.pid)], stdin=subprocess.DEVNULL)
        while b"\nTracerPid:\t0\n" in Path("/proc/%d/status" % target.pid).read_bytes():
            time.sleep(0.001)
        time.sleep(0.05)
        start = time.monotonic()
        os.write(opener, b"go\n")
        os.close(opener)
        status = target.wait()
        tracer.wait()
    else:
        more = ["--no-seccomp"] if mode == "no-seccomp" else []
        start = time.monotonic()
        status = subprocess.run([*options, *more, "--", "sh", "-c", shell], stdin=subprocess.DEVNULL, stdout=sink.fd,
                                stderr=subprocess.DEVNULL, check=False).returncode
    took = time.monotonic() - start
    return sink.text(), log, sink.identity, status, took


def bytes_of(pcat, log, identity):
    """What of it went to the sink, and how many bytes are known by number alone."""
    told = subprocess.run([pcat, "-r", log, "--json"], stdout=subprocess.PIPE, check=True).stdout
    leads, shown, unknown, reread = {}, [], 0, 0
    for event in map(json.loads, told.splitlines()):
        if event["type"] == "fd":
            leads[event["pid"], event["fd"]] = event["dev"], event["ino"]
        elif event["type"] == "write" and leads.get((event["pid"], event["fd"])) == identity:
            data = truth.payload(event)
            unknown += 0 if data is not None else event["len"]
            reread += event["len"] if event.get("reread") else 0
            shown.append(data or b"")
    return shown, unknown, reread


def compare(pcat, mode, shell, kind, directory):
    text, log, identity, status, took = capture(pcat, mode, shell, kind, directory)
    shown, unknown, reread = bytes_of(pcat, log, identity)
    joined = b"".join(shown)
    same = hashlib.sha256(joined).digest() == hashlib.sha256(text).digest()
    if not same and unknown == 0:  # several writers: the same lines in another order
        same = sorted(joined.splitlines(True)) == sorted(text.splitlines(True)) and "lines"
    if unknown:
        same = len(joined) + unknown == len(text) and "count"
    return same, len(text), len(shown), unknown, reread, status, took


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("-k", default="", metavar="WORD")
    options = parser.parse_args()
    pcat, bad = str((options.build / "pcat").resolve()), 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        prepare(directory)
        print("%-24s %-10s %-4s %10s %8s %10s %9s %6s  %s" % (
            "program", "mode", "sink", "bytes", "writes", "re-read", "number", "s", "the same"))
        for program, (needed, shell) in PROGRAMS.items():
            if options.k not in program:
                continue
            if not shutil.which(needed):
                print("%-24s not here" % program)
                continue
            shell = shell.format(dir=directory, source=HERE.parent.parent)
            for mode in "spawn", "no-seccomp", "attach":
                for kind in "pipe", "file":
                    same, size, writes, unknown, reread, status, took = compare(pcat, mode, shell, kind, directory)
                    bad += not same
                    print("%-24s %-10s %-4s %10d %8d %10d %9d %6.2f  %s%s" % (
                        program, mode, kind, size, writes, reread, unknown, took,
                        {True: "yes", False: "NO", "lines": "yes, as lines", "count": "yes, by number"}[same],
                        "" if status in (0, 44) else ", status %d" % status), flush=True)
    print("\n%d differ" % bad)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
