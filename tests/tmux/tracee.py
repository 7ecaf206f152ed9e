"""A target that writes just what it is told: one JSON command a line on stdin, each answered.

    tracee.py THREADS ANSWER-FD

{"thread": 1, "fd": 1, "text": "...", "repeat": 3}   writes, "%d" in text is the number of the repetition
{"open": PATH}                                       opens PATH, answers with the fd
{"fork": STATUS, "text": "..."}                      a child that writes text and exits with STATUS
{"busy": true}                                       thread 1 prints as fast as it can until false
"""
import ctypes
import json
import os
import queue
import sys
import threading

PR_SET_NAME, PR_SET_PDEATHSIG, PR_SET_PTRACER = 15, 1, 0x59616D61
libc = ctypes.CDLL(None)
busy = threading.Event()


def prctl(what, value):
    libc.prctl(what, value, 0, 0, 0)


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data):]


def answer(text):
    os.write(int(sys.argv[2]), text + b"\n")


def print_while_busy():
    n = 0
    while busy.is_set():
        write_all(1, b"busy %d\n" % n)
        n += 1


def obey(command):
    if "busy" in command:
        print_while_busy()
        return
    for i in range(command.get("repeat", 1)):
        text = command["text"].replace("%d", str(i))
        write_all(command.get("fd", 1), text.encode("utf-8", "surrogateescape"))


def run(number, commands):
    prctl(PR_SET_NAME, ctypes.c_char_p(b"voice-%d" % number))
    while True:
        command = commands.get()
        obey(command)
        if "busy" not in command:
            answer(b"ok")


def fork(command):
    pid = os.fork()
    if pid == 0:
        prctl(PR_SET_NAME, ctypes.c_char_p(b"child"))
        write_all(1, command.get("text", "").encode())
        os._exit(command["fork"])
    os.waitpid(pid, 0)


def main():
    prctl(PR_SET_PDEATHSIG, 9)
    prctl(PR_SET_PTRACER, ctypes.c_ulong(-1))
    queues = [queue.Queue() for _ in range(int(sys.argv[1]) + 1)]
    for number, commands in enumerate(queues[1:], 1):
        threading.Thread(target=run, args=(number, commands), daemon=True).start()
    answer(b"ok")
    for line in sys.stdin:
        command = json.loads(line)
        if "open" in command:
            answer(b"%d" % os.open(command["open"], os.O_WRONLY | os.O_CREAT | os.O_APPEND))
        elif "busy" in command:
            if command["busy"]:
                busy.set()
                queues[1].put(command)
            else:
                busy.clear()
            answer(b"ok")
        elif "fork" in command:
            fork(command)
            answer(b"ok")
        elif command.get("thread"):
            queues[command["thread"]].put(command)
        else:
            obey(command)
            answer(b"ok")


main()
