"""Pictures of pcat-tui at work, for README.md: `make screenshots`.

Looks at the demo server and, where there is one, at an nginx under load. Needs what the
tests need, python3-pil, fonts-dejavu-core and, for the wide characters, fonts-unifont.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "tmux")]

NGINX_CONF = """
worker_processes 2;
pid {dir}/nginx.pid;
error_log /dev/stderr notice;
events {{ worker_connections 256; }}
http {{
    access_log /dev/stdout;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 200 "hello\\n"; }}
        location /missing {{ return 404; }}
        location /broken {{ root /nonexistent; }}
    }}
}}
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build", help="where pcat-tui is (default: build)")
    parser.add_argument("--output", default="screenshots", help="where the pictures go")
    parser.add_argument("scenes", nargs="*", help="which (default: all)")
    return parser.parse_args()


OPTIONS = options()
os.environ["PCAT_BUILDDIR"] = str(Path(OPTIONS.build).resolve())
import conftest  # noqa: E402  (it reads PCAT_BUILDDIR)
from render import DARK, LIGHT, render  # noqa: E402


def picture(tui, name, colours=DARK):
    path = Path(OPTIONS.output) / (name + ".png")
    columns, lines = map(int, tui.ask("#{pane_width} #{pane_height}").split())
    render(tui.screen(colours=True), columns, lines, colours).save(path)
    print(path)


def press(tui, *keys, settle=0.7):
    """Keys by name; a string in a tuple of its own is typed as it is."""
    for key in keys:
        tui.type(key[0]) if isinstance(key, tuple) else tui.keys(key)
    time.sleep(settle)


def shoot_demo(directory):
    with open(directory / "demo.out", "ab") as out:
        demo = subprocess.Popen([str(conftest.DEMO), "--rate", "3"], stdout=out, stderr=out)
    tui = conftest.Tui(["-p", demo.pid], directory, size=(150, 42))
    try:
        tui.wait_for("GET /")
        time.sleep(8)
        picture(tui, "demo")
        press(tui, "Tab", "z")
        picture(tui, "zoom")
        press(tui, *[">"] * 6, "/", ("GET|health|mail",), "Enter")
        picture(tui, "search")
        press(tui, "z", "F1")
        picture(tui, "help")
    finally:
        tui.end()
        demo.terminate()
        demo.wait()


def shoot_looks(directory):
    """Results over all panes, a filter with its context, light, and at 80x24."""
    with open(directory / "demo.out", "ab") as out:
        demo = subprocess.Popen([str(conftest.DEMO), "--rate", "3"], stdout=out, stderr=out)
    tui = conftest.Tui(["-p", demo.pid], directory, size=(130, 36))
    small = None
    try:
        tui.wait_for("GET /")
        time.sleep(6)
        press(tui, "M-/", ("error|warn|refused|timeout",), "Enter", settle=1.5)
        picture(tui, "results")
        press(tui, "q", settle=0.5)
        press(tui, "1", *[">"] * 6, "z", "&", (" (404|502) ",), "Enter", "C", "1", settle=1.5)
        picture(tui, "context")
        press(tui, "&", "C-u", "Enter", *["<"] * 6, "z", "M-t", settle=1.5)
        picture(tui, "light", LIGHT)
        small = directory / "small"
        small.mkdir()
        tui.end()
        tui = conftest.Tui(["-p", demo.pid], small, size=(80, 24))
        tui.wait_for("stdout .* KB")
        time.sleep(4)
        picture(tui, "small")
    finally:
        tui.end()
        demo.terminate()
        demo.wait()


def shoot_typing(directory):
    """A filter that is not whole yet, and selected lines."""
    with open(directory / "demo.out", "ab") as out:
        demo = subprocess.Popen([str(conftest.DEMO), "--rate", "3"], stdout=out, stderr=out)
    tui = conftest.Tui(["-p", demo.pid], directory, size=(110, 28))
    try:
        tui.wait_for("GET /")
        time.sleep(6)
        press(tui, "1", *[">"] * 6, "z", "&", (" [45]0\\d |SIG|refu",), settle=1.5)
        picture(tui, "typing")
        press(tui, "Enter", "k", "k", "v", "k", "k", "k", "|", ("sort | uniq -c | less",))
        picture(tui, "select")
    finally:
        tui.end()
        demo.terminate()
        demo.wait()


def shoot_time(directory):
    """All panes and the tree at the instant of an error; the timeline that leads there."""
    with open(directory / "demo.out", "ab") as out:
        demo = subprocess.Popen([str(conftest.DEMO), "--rate", "3"], stdout=out, stderr=out)
    tui = conftest.Tui(["-p", demo.pid], directory, size=(150, 42))
    try:
        tui.wait_for("GET /")
        time.sleep(25)
        press(tui, "2", "?", (" 50\\d ",), "Enter", settle=1)
        press(tui, "n", "n", "n", "L", settle=1)
        picture(tui, "lock")
        press(tui, "0", "%", "F8", "N", "N", settle=9)
        picture(tui, "timeline")
    finally:
        tui.end()
        demo.terminate()
        demo.wait()


def shoot_make(directory):
    """The fork tree of a build: this project's own."""
    source = HERE.parent
    subprocess.run([str(source / "configure"), "-q", "--disable-tui"], cwd=directory, check=True)
    tui = conftest.Tui(["--", "make", "-C", str(directory), "-j4", "pcat"], directory, size=(150, 42))
    try:
        tui.wait_for(r"cc1 .*exit 0")
        time.sleep(4)
        picture(tui, "make")
        tui.wait_for("CCLD", timeout=120)
        press(tui, "0", "g", "/", ("collect2",), "Enter", "e", "u", "e", "T", settle=4)
        picture(tui, "execs")
    finally:
        tui.end()


def shoot_picker(directory):
    """All alike, and the demo's alone: what else runs here is nobody's business."""
    with open(directory / "demo.log", "ab") as out:
        demos = [subprocess.Popen(["pcat-demo", "--rate", rate], executable=str(conftest.DEMO),
                                  stdout=out if rate == "9" else subprocess.DEVNULL, stderr=out)
                 for rate in ("3", "9")]
    tui = conftest.Tui([], directory, size=(120, 24))
    try:
        tui.wait_for("Attach to which process")
        press(tui, ("pcat-demo",), "F5", settle=3)
        press(tui, "Home", "Space", "Down", "Space", settle=9)
        picture(tui, "picker")
    finally:
        tui.end()
        for demo in demos:
            demo.terminate()
            demo.wait()


def shoot_sources(directory):
    """Two machines, which are this one behind a stand-in for ssh; then one of them goes."""
    demos, out = [], open(directory / "demo.log", "ab")
    bin_ = directory / "bin"
    bin_.mkdir()
    (bin_ / "ssh").write_text('#!/bin/sh\nshift\nexec sh -c "exec $*"\n')
    (bin_ / "ssh").chmod(0o755)
    os.environ["PATH"] = "%s:%s" % (bin_, os.environ["PATH"])
    for rate in "3", "2":
        demos.append(subprocess.Popen([str(conftest.DEMO), "--rate", rate], stdout=out, stderr=out))
    tui = conftest.Tui(["--via", "ssh web1", "-p", demos[0].pid, "--via", "ssh web2", "-p", demos[1].pid], directory,
                       size=(150, 42))
    try:
        tui.wait_for("2 sources")
        tui.wait_for("GET /")
        press(tui, "d", settle=6)
        picture(tui, "sources")
        attach = b"--attach=%d" % demos[1].pid
        conftest.end(next(pid for pid in conftest.children(tui.pid)
                          if attach in Path("/proc/%d/cmdline" % pid).read_bytes()))
        tui.wait_for("has ended")
        time.sleep(1)
        picture(tui, "sources-gone")
    finally:
        tui.end()
        for demo in demos:
            demo.terminate()
            demo.wait()
        out.close()


def shoot_screen(directory):
    """vim and htop in terminals of their own, attached to from outside."""
    text = str(HERE.parent / "src" / "view" / "pane" / "tui-detect.c")
    # What else runs here is nobody's business.
    demo = subprocess.Popen(["pcat-demo", "--rate", "3"], executable=str(conftest.DEMO), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    programs = []
    for name, command in (("vim", ["vim", "-u", "NONE", "-i", "NONE", "-n", "-c", "syntax on | set number bg=dark", text]),
                          ("htop", ["env", "HOME=/nonexistent", "htop", "-d", "10", "-p", str(demo.pid)])):
        (directory / name).mkdir()
        programs.append(conftest.Tui([], directory / name, size=(78, 38), command=command))
    (directory / "viewer").mkdir()
    time.sleep(1)
    tui = conftest.Tui(["-p", ",".join(str(p.pid) for p in programs)], directory / "viewer", size=(161, 42))
    try:
        tui.wait_for("htop .*stdout")
        programs[0].keys("j")
        tui.wait_for("vim .*stdout")
        press(tui, "t", settle=3)
        for pane in "1", "2":
            press(tui, pane, "S", "r", ("yes",), "Enter", settle=2)
        press(tui, "C-w", "L")
        programs[0].keys("1", "8", "G", "w")
        time.sleep(2)
        picture(tui, "screen")
    finally:
        tui.end()
        for p in programs:
            p.end()
        demo.terminate()
        demo.wait()


def shoot_replay(directory):
    """A recording of the demo, at the instant of a crash."""
    path = directory / "night.pcat"
    with open(directory / "demo.log", "ab") as out:
        subprocess.run([str(conftest.PCAT), "-w", str(path), "--timeout=12", "--", str(conftest.DEMO), "--rate", "3"], stdout=out, stderr=out)
    tui = conftest.Tui(["-r", path], directory, size=(150, 42))
    try:
        tui.wait_for("recording|ended")
        press(tui, (":seek 40%",), "Enter", "}", settle=1)
        for _ in range(20):
            if "SIGSEGV (" in tui.screen():
                break
            press(tui, "}")
        picture(tui, "replay")
    finally:
        tui.end()


# A report that waits for its helper before it reads what that prints: the pipe fills up.
DEADLOCK = """
import subprocess, sys
helper = subprocess.Popen([sys.executable, "-c", "for i in range(20000): print('order', i, 'shipped')"],
                          stdout=subprocess.PIPE)
print("report.py: collecting orders", flush=True)
helper.wait()
print(len(helper.stdout.readlines()), "orders")
"""

# Workers of a queue, of which some fail.
WORKERS = """
{python} -c 'print("import: 1200 rows")'
{python} worker.py shard-7
sh -c 'echo migrate: connecting to db1:5432; echo fatal: connection refused >&2; exec false'
sh -c 'echo resize: 44 of 90 pictures; kill -SEGV $$'
sleep 60
"""
WORKER = """
import json, sys, time

def load(shard):
    with open("/var/lib/queue/%s.json" % shard) as f:
        return json.load(f)

def run(shard):
    print("worker: starts with", shard, flush=True)
    time.sleep(1.2)
    return [job["id"] for job in load(shard)]

run(sys.argv[1])
"""


def shoot_trouble(directory):
    """Who blocks whom; the last words of those that failed; all about a line."""
    python = "/usr/bin/python3"
    (directory / "report.py").write_text(DEADLOCK)
    (directory / "worker.py").write_text(WORKER)
    (directory / "workers.sh").write_text(WORKERS.format(python=python))
    for name, command, size in (("blocked", [python, "report.py"], (130, 24)),
                                ("last-words", ["sh", "workers.sh"], (120, 30))):
        place = directory / name
        place.mkdir()
        tui = conftest.Tui(["--", "sh", "-c", 'cd "$0" && exec "$@"', directory, *command], place, size=size)
        try:
            if name == "blocked":
                tui.wait_for("1 blocked")
                time.sleep(3)
                press(tui, "!")
            else:
                tui.wait_for("sleep 60")
                press(tui, "F4", "j", "j")
            picture(tui, name)
        finally:
            tui.end()
    with open(directory / "demo.out", "ab") as out:
        demo = subprocess.Popen(["pcat-demo", "--rate", "3"], executable=str(conftest.DEMO), stdout=out, stderr=out)
    tui = conftest.Tui(["-p", demo.pid], directory, size=(130, 38))
    try:
        tui.wait_for("GET /")
        time.sleep(8)
        press(tui, "2", "Enter", "k", "k")
        picture(tui, "details")
    finally:
        tui.end()
        demo.terminate()
        demo.wait()


def load(url, stop):
    paths = ["/", "/index.html", "/missing", "/api?q=1", "/broken"]
    for n in range(10 ** 9):
        if stop.is_set():
            return
        try:
            urllib.request.urlopen(url + paths[n % len(paths)]).read()
        except OSError:
            pass
        time.sleep(0.005)


def shoot_nginx(directory):
    port = 18080
    (directory / "nginx.conf").write_text(NGINX_CONF.format(dir=directory, port=port))
    with open(directory / "out", "ab") as out, open(directory / "err", "ab") as err:
        nginx = subprocess.Popen(["nginx", "-p", str(directory), "-c", str(directory / "nginx.conf"),
                                  "-g", "daemon off;"], stdout=out, stderr=err)
    time.sleep(1)
    stop = threading.Event()
    clients = [threading.Thread(target=load, args=("http://127.0.0.1:%d" % port, stop))
               for _ in range(4)]
    tui = conftest.Tui(["-p", nginx.pid], directory, size=(150, 42))
    try:
        for client in clients:
            client.start()
        tui.wait_for("GET /")
        time.sleep(3)
        picture(tui, "nginx")
        press(tui, "Tab", "z", "&", (" 404 ",), "Enter")
        picture(tui, "nginx-filter")
    finally:
        stop.set()
        for client in clients:
            client.join()
        tui.end()
        nginx.terminate()
        nginx.wait()


def main():
    Path(OPTIONS.output).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pcat-shots.") as name:
        os.chmod(name, 0o755)
        scenes = {"demo": shoot_demo, "looks": shoot_looks, "typing": shoot_typing, "time": shoot_time, "make": shoot_make, "picker": shoot_picker, "sources": shoot_sources, "trouble": shoot_trouble, "replay": shoot_replay, "screen": shoot_screen,
                  "nginx": shoot_nginx}
        if not shutil.which("nginx"):
            print("no nginx here: its pictures stay as they are")
            del scenes["nginx"]
        for scene, shoot in scenes.items():
            if OPTIONS.scenes and scene not in OPTIONS.scenes:
                continue
            directory = Path(name) / scene
            directory.mkdir()
            shoot(directory)


main()
