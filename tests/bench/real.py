"""Real programs below a tracer: what is left of their speed. Used by bench.py."""
import contextlib
import os
import pwd
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from measure import attached, wait_until

QUIETLY = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def run(*argv, **more):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120, **more)
    if done.returncode:
        raise RuntimeError(f"{argv[0]}: {done.stderr or done.stdout}")
    return done.stdout


@contextlib.contextmanager
def server(argv, port, **more):
    process = subprocess.Popen(argv, **QUIETLY, **more)
    try:
        wait_until(f"{argv[0]} answers", lambda: answers(port))
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


# --- f: a build ---


def build_dir(directory, source):
    """A build directory of this very project, configured."""
    run(str(source / "configure"), "-q", "--disable-tui", cwd=directory)
    return directory


def time_build(tool, directory):
    run("make", "-s", "clean", cwd=directory)
    argv = (tool.command("/dev/null") if tool.argv else []) + ["make", "-s", "-j4", "pcat"]
    began = time.monotonic()
    subprocess.run(argv, cwd=directory, **QUIETLY, check=True, timeout=300)
    return time.monotonic() - began


def builds(tools, rounds, source):
    """Seconds for each tool and round."""
    spawning = [t for t in tools if not t.attach and t.name in ("untraced", "strace", "strace --seccomp-bpf", "pcat --")]
    times = {t.name: [] for t in spawning}
    with tempfile.TemporaryDirectory() as name:
        directory = build_dir(Path(name), source)
        for n in range(rounds):
            for tool in spawning[n % len(spawning):] + spawning[:n % len(spawning)]:
                times[tool.name].append(time_build(tool, directory))
    return times


# --- g, h: servers under load: (requests per second, p99 in ms) ---

NGINX_CONF = """
worker_processes 1;
daemon off;
pid {dir}/pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log /dev/stdout;
    client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
    uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 "hello\\n"; }} }}
}}
"""


@contextlib.contextmanager
def nginx(directory, port):
    conf = directory / "conf"
    conf.write_text(NGINX_CONF.format(dir=directory, port=port))
    with server(["nginx", "-p", str(directory), "-c", str(conf)], port) as pid:
        yield pid


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def load_nginx(_directory, port):
    out = run("wrk", "-t1", "-c16", "-d2s", "--latency", f"http://127.0.0.1:{port}/")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", out)[1]), milliseconds(re.search(r"99%\s+(\S+)", out)[1])


@contextlib.contextmanager
def redis(directory, port):
    with server(["redis-server", "--port", str(port), "--save", "", "--dir", str(directory)], port) as pid:
        yield pid


def load_redis(_directory, port):
    out = run("redis-benchmark", "-p", str(port), "-t", "set", "-n", "20000", "-c", "16", "--csv")
    name, *fields = [f.strip('"') for f in out.splitlines()[-1].split(",")]
    return float(fields[0]), float(fields[5])


def postgres_bin():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def as_postgres():
    """postgres refuses to run as root."""
    return {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def postgres(directory, port):
    user, data = as_postgres(), directory / "data"
    if user:
        shutil.chown(directory, "postgres")
        directory.chmod(0o755)
        directory.parent.chmod(0o755)
    bin_ = postgres_bin()
    run(str(bin_ / "initdb"), "-D", str(data), "-A", "trust", "--no-sync", "-U", "bench", cwd=directory, **user)
    argv = [str(bin_ / "postgres"), "-D", str(data), "-p", str(port), "-k", "", "-c", "log_statement=all", "-c", "fsync=off"]
    with server(argv, port, cwd=directory, **user) as pid:
        ask = ["-h", "127.0.0.1", "-p", str(port), "-U", "bench", "postgres"]
        run(str(bin_ / "pgbench"), "-i", "-q", *ask, cwd=directory)
        yield pid


def load_postgres(directory, port):
    prefix = directory.parent / "latency"
    out = run(str(postgres_bin() / "pgbench"), "-n", "-S", "-c", "4", "-T", "2", "-l", "--log-prefix", str(prefix),
              "-h", "127.0.0.1", "-p", str(port), "-U", "bench", "postgres")
    times = []
    for log in prefix.parent.glob("latency.*"):
        times += [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
        log.unlink()
    return float(re.search(r"tps = ([\d.]+)", out)[1]), statistics.quantiles(times, n=100)[98]


SERVERS = {
    "g": [("nginx", nginx, load_nginx, ["nginx", "wrk"])],
    "h": [("redis", redis, load_redis, ["redis-server", "redis-benchmark"]),
          ("postgres", postgres, load_postgres, [])],
}


def family(pid):
    """A process and all below it, as `strace -p` wants them: it follows only those that are born later."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [p for child in children for p in family(int(child))]


def targets(tool, pid):
    return ",".join(map(str, family(pid))) if tool.name.startswith("strace") else str(pid)


def server_rounds(program, tools, rounds):
    """{tool: [(requests per second, p99)]}; each tool attaches to the same server, in turn."""
    name, start, load, _ = program
    attaching = [t for t in tools if t.name in ("untraced", "strace -p", "pcat -p")]
    figures = {t.name: [] for t in attaching}
    with tempfile.TemporaryDirectory() as top:
        directory, port = Path(top) / name, free_port()
        directory.mkdir()
        with start(directory, port) as pid:
            load(directory, port)  # warm
            for n in range(rounds):
                for tool in attaching[n % len(attaching):] + attaching[:n % len(attaching)]:
                    with attached(tool, pid, "/dev/null", targets(tool, pid)):
                        figures[tool.name].append(load(directory, port))
    return figures


def median_of_ratios(figures, tool, field, reference="untraced"):
    return statistics.median(a[field] / b[field] for a, b in zip(figures[tool], figures[reference]))


def print_builds(times):
    print("f: make -j4 of this project's pcat, seconds; ratio to untraced")
    rows = []
    for tool, seconds in times.items():
        ratio = statistics.median(a / b for a, b in zip(seconds, times["untraced"]))
        rows.append({"workload": "f", "tool": tool, "seconds": statistics.median(seconds), "ratio": ratio})
        print(f"f  {tool:22} {statistics.median(seconds):8.2f} s {ratio:7.3f}  ({min(seconds):.2f}-{max(seconds):.2f})",
              flush=True)
    return rows


def print_server(letter, name, figures):
    rows = []
    for tool, pairs in figures.items():
        rate, p99 = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        left, slower = median_of_ratios(figures, tool, 0), median_of_ratios(figures, tool, 1)
        rows.append({"workload": letter, "program": name, "tool": tool, "rate": rate, "p99_ms": p99, "rate_left": left,
                     "p99_ratio": slower})
        print(f"{letter}  {name:9} {tool:12} {rate:10.0f}/s {left:6.1%}   p99 {p99:8.2f} ms  {slower:6.2f} x", flush=True)
    return rows


def measure_all(letters, tools, rounds, source):
    rows = []
    if "f" in letters:
        rows += print_builds(builds(tools, rounds, source))
    for letter in letters:
        for program in SERVERS.get(letter, []):
            if all(shutil.which(p) for p in program[3]) and (program[0] != "postgres" or postgres_bin()):
                rows += print_server(letter, program[0], server_rounds(program, tools, rounds))
            else:
                print(f"not here: {program[0]}")
    return rows
