"""Looking: tree, panes, focus, zoom, scrolling, search, filter, saving, help, sizes."""
import os
import re
import signal

import pytest

from conftest import PCAT, PCAT_TUI, alive, until


def attach(tui, target, **options):
    t = tui("-p", target.pid, **options)
    t.wait_for(r"voice-1")
    t.wait_for("attached ")
    return t


def test_demo_tree_and_panes(tui, demo):
    t = tui("-p", demo.pid, size=(160, 50))
    t.wait_for("pcat-demo")
    t.wait_for("http-1")
    t.wait_for("GET /")
    t.wait_for("upload part-")


def test_before_the_first_byte(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(120, 30))
    t.wait_for("nothing yet")
    t.wait_for(r"tracee\.out")


def test_output_of_threads_stdout_and_stderr(tui, tracee):
    target = tracee(threads=2)
    t = attach(tui, target, size=(140, 40))
    target.say("from the first\n", thread=1)
    target.say("from the second\n", thread=2)
    target.say("in error\n", thread=2, fd=2)
    for text in "from the first", "from the second", "in error":
        t.wait_for(text)


def test_forked_child_stays_with_its_status(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(140, 40))
    target.tell(fork=3, text="last words\n")
    t.wait_for("last words")
    t.wait_for(r"child.*3")


def test_utf8_and_colours(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    target.say("東京 👍 cafe\u0301 \033[31mred\033[0m plain\n")
    t.wait_for("東京 👍 cafe\u0301 red plain")
    assert re.search(r"\033\[[0-9;]*31[0-9;]*mred", t.screen(colours=True))


def test_no_escape_of_a_tracee_gets_through(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    target.say("\033]0;owned\007\033[2J\033[H\033[?1049l\033c\x0e\x9bowned\n")
    target.say("still here\n")
    t.wait_for("still here")
    t.wait_for("voice-1")
    assert "owned" not in t.ask("#{pane_title}")
    assert t.ask("#{alternate_on}") == "1"


def test_split_utf8_is_one_character(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    target.say("<\udce6\udc9d")
    target.say("\udcb1>\n")
    t.wait_for("<東>".replace("東", "\u6771"))


def fill(t, target, lines=500):
    target.say("line %d.\n", repeat=lines)
    t.wait_for(r"line %d\." % (lines - 1))


def test_tab_and_zoom(tui, tracee):
    target = tracee(threads=2)
    t = attach(tui, target, size=(140, 40))
    target.say("aaaa\n", thread=1)
    target.say("bbbb\n", thread=2)
    t.wait_for("aaaa")
    t.wait_for("bbbb")
    t.keys("Tab")
    t.keys("z")
    t.wait(lambda s: ("aaaa" in s) != ("bbbb" in s), what="one pane")
    first = "aaaa" in t.screen()
    t.keys("z")
    t.wait(lambda s: "aaaa" in s and "bbbb" in s, what="both panes")
    t.keys("Tab")
    t.keys("z")
    t.wait(lambda s: ("aaaa" in s) != ("bbbb" in s), what="one pane")
    assert ("aaaa" in t.screen()) != first


def test_scroll_back_and_follow(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    fill(t, target)
    t.keys("Tab")
    t.keys("PageUp")
    t.wait_gone(r"line 499\.")
    t.keys("g")
    t.wait_for(r"line 0\.")
    target.say("while scrolled\n")
    t.wait_for(r"line 0\.")
    t.keys("G")
    t.wait_for("while scrolled")
    target.say("following again\n")
    t.wait_for("following again")


def test_search(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    target.say("a needle here\n")
    fill(t, target)
    t.keys("Tab")
    t.wait_gone("needle")
    t.keys("/")
    t.type("ne+dle")
    t.keys("Enter")
    t.wait_for("a needle here")


def test_search_without_a_match_says_so(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    fill(t, target, 50)
    t.keys("Tab")
    t.keys("/")
    t.type("nowhere")
    t.keys("Enter")
    t.wait_for(r"(?i)(not found|no match).*|nowhere.*(?i:not found|no match)")


def test_filter(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    for n in range(20):
        target.say("keep %02d\nlose %02d\n" % (n, n))
    t.wait_for("lose 19")
    t.keys("Tab")
    t.keys("&")
    t.type("^keep")
    t.keys("Enter")
    t.wait_gone("lose")
    t.wait_for("keep 19")
    target.say("lose me\nkeep me\n")
    t.wait_for("keep me")
    assert "lose me" not in t.screen()
    t.keys("&")
    t.keys("Enter")
    t.wait_for("lose me")


def test_a_wrong_pattern_is_explained(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    fill(t, target, 50)
    t.keys("Tab")
    t.keys("&")
    t.type("(")
    t.keys("Enter")
    t.wait_for("(?i)parenthes")
    t.wait_for(r"line 49\.")


def test_save_is_what_the_tracee_wrote(tui, tracee, tmp_path):
    target = tracee(threads=2)
    t = attach(tui, target)
    written = "".join("line %d \033[1mä東\033[0m\r\n" % n for n in range(3000)) + "\0\x07no newline"
    for piece in range(0, len(written), 5000):
        target.say(written[piece:piece + 5000])
    t.wait_for("no newline")
    t.keys("Tab")
    t.keys("s")
    saved = tmp_path / "saved"
    t.keys("C-u")
    t.type(str(saved))
    t.keys("Enter")
    t.wait(lambda _: saved.exists() and saved.stat().st_size >= len(written.encode()), what="the file")
    assert saved.read_bytes() == written.encode() == target.out.read_bytes()


def test_save_where_one_may_not(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    fill(t, target, 50)
    t.keys("Tab")
    t.keys("s")
    t.keys("C-u")
    t.type("/nonexistent/dir/f")
    t.keys("Enter")
    t.wait_for("No such file or directory")


def test_uncaptured_fd_is_offered(tui, tracee, tmp_path):
    target = tracee()
    fd = int(target.tell(open=str(tmp_path / "app.log")))
    t = attach(tui, target, size=(120, 30))
    target.say("silent %d\n", fd=fd, repeat=50)
    t.wait_for(r"app\.log")
    t.keys("o")  # there is a list when others are busy, too: the busiest comes first
    t.wait_for(r"(?i)capture which|is captured")
    t.keys("Enter")
    t.wait_for(r"(?i)is captured")
    target.say("now heard\n", fd=fd)
    t.wait_for("now heard")


def test_help_and_q_closes_it_first(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    t.keys("F1")
    t.wait_for("^ Moving")
    t.wait_for("q closes")
    t.keys("q")
    t.wait_for("voice-1")
    assert not t.ended()


def test_resize(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(80, 24))
    fill(t, target, 100)
    for size in (200, 50), (80, 24), (40, 10), (20, 5), (200, 5), (20, 50), (80, 24):
        t.resize(*size)
        target.say("at %dx%d\n" % size)
        t.wait_for("at %d" % size[0] if size[0] > 20 and size[1] > 5 else ".")
    t.wait_for(r"at 20x50")


def test_too_small_and_back(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    fill(t, target, 100)
    t.resize(19, 4)
    t.wait_for("(?i)small|20x5")
    t.resize(80, 24)
    t.wait_for(r"line 99\.")


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5)])
def test_sizes_at_start(tui, tracee, size):
    target = tracee()
    t = tui("-p", target.pid, size=size)
    t.wait(lambda s: s.strip(), what="anything")
    target.say("hello\n")

    def seen(screen):
        t.keys("1")  # there is no pane to focus before the first event
        return "hello" in screen
    t.wait(seen, what="the pane")


def command(tui, tmp_path):
    """A command below the viewer, and its pid."""
    pid_file = tmp_path / "pid"
    t = tui("--", "sh", "-c", "echo $$ >%s; echo from the command; exec sleep 60" % pid_file)
    t.wait_for("from the command")
    t.wait_for("sleep")
    return t, int(pid_file.read_text())


def test_command_runs_on(tui, tmp_path):
    t, pid = command(tui, tmp_path)
    try:
        t.keys("q")
        t.wait_for("still runs")
        t.keys("Escape")
        t.wait_gone("still runs")
        t.keys("q", "Enter")
        assert t.wait_exit() == 0
        assert alive(pid)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_command_is_ended(tui, tmp_path):
    t, pid = command(tui, tmp_path)
    try:
        t.keys("q")
        t.wait_for("still runs")
        t.keys("Down", "Enter")
        assert t.wait_exit() == 0
        until(lambda: not alive(pid), 2, lambda: "the command runs on")
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def test_recording(tui, run, tmp_path):
    run(PCAT, "-w", tmp_path / "rec", "--", "sh", "-c",
        "n=0; while [ $n -lt 100 ]; do echo line $n.; n=$((n+1)); done")
    t = tui("-r", tmp_path / "rec")
    t.wait_for(r"line 99\.")


def test_copy_reaches_the_clipboard(tui, tracee):
    target = tracee()
    t = attach(tui, target)
    t._run("set-option", "-s", "set-clipboard", "on")
    target.say("\033[31mcopy \u6771 me\033[0m\n")
    t.wait_for("copy \u6771 me")
    t.keys("Tab")
    t.keys("y")
    t.wait_for("copied 1 line")
    assert t._run("show-buffer") == "copy \u6771 me"


def test_search_in_all_streams(tui, tracee):
    target = tracee(threads=2)
    t = attach(tui, target, size=(140, 40))
    target.say("a needle in the first\n", thread=1)
    target.say("hay\n", thread=1, repeat=100)
    target.say("a needle in the second\n", thread=2, fd=2)
    t.wait_for("needle in the second")
    t.keys("M-/")
    t.type("needle")
    t.keys("Enter")
    t.wait_for("2 lines")
    t.wait_for("voice-1.*needle in the first")
    t.keys("Enter")
    t.wait(lambda s: "in all streams" not in s and "needle in the first" in s)


def colours(screen):
    """The SGR numbers on a screen: those of colours."""
    numbers = re.findall(r"\033\[([0-9;]*)m", screen)
    all = {n for part in numbers for n in part.split(";") if n and 30 <= int(n) <= 49 or n == "5"}
    return all - {"39", "49"}  # the terminal's own


def colourful(tui, tracee, *options, **env):
    target = tracee()
    t = tui("-p", target.pid, *options, env=env)
    t.wait_for("voice-1")
    target.say("\033[31mred\033[0m \033[38;2;9;200;9mgreen\033[0m \u6771\n")
    t.wait_for("red green")
    t.keys("Tab")
    t.keys("/")
    t.type("green")
    t.keys("Enter")
    t.wait(lambda s: "/green" not in s)
    return t


def test_no_color(tui, tracee):
    assert colours(colourful(tui, tracee, NO_COLOR="1").screen(colours=True)) == set()


def test_eight_colours(tui, tracee):
    found = colours(colourful(tui, tracee, TERM="screen").screen(colours=True))
    assert "31" in found and not found & {"38", "48", "5"}


def test_ascii_only(tui, tracee):
    t = colourful(tui, tracee, LC_ALL="C")
    assert t.screen().isascii()
    t.wait_for("red green \\?")


def test_themes(tui, tracee):
    def bar(*options):
        screen = colourful(tui, tracee, *options).screen(colours=True)
        return re.search(r"48;5;(\d+)m.*voice", screen.splitlines()[-2] + " voice")[1]
    assert bar() != bar("--theme=light")


def test_no_such_theme(run):
    done = run(PCAT.with_name("pcat-tui"), "--theme=pink", "-p", 1)
    assert done.returncode == 2 and b"dark or light" in done.stderr


def test_windows(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(160, 40))
    target.say("seen twice\n")
    t.wait_for("seen twice")
    t.keys("Tab")
    t.keys("C-w", "v")
    t.wait_for("seen twice.*seen twice")
    t.keys("C-w", "s")
    t.wait(lambda s: s.count("seen twice") == 3)
    t.keys("C-w", "o")
    t.wait(lambda s: s.count("seen twice") == 1)


def test_pipe_into_a_command(tui, tracee, tmp_path):
    target = tracee()
    t = attach(tui, target, size=(100, 30))
    target.say("one\n\033[31mtwo\033[0m\nthree\n")
    t.wait_for("three")
    t.keys("1", "v", "k", "|")
    t.wait_for("pipe 2 lines into:")
    t.type("cat >%s; tty </dev/tty; echo all went" % (tmp_path / "got"))
    t.keys("Enter")
    t.wait_for(r"/dev/tty\s+all went")  # the command has the terminal
    t.wait_for("Enter goes back")
    target.say("meanwhile\n")  # and the capture goes on
    t.keys("Enter")
    t.wait_for("meanwhile")
    assert (tmp_path / "got").read_text() == "\033[31mtwo\033[0m\nthree\n"


def test_a_command_is_ended_by_its_own_keys(tui, tracee):
    target = tracee()  # below a shell with job control, as one has it
    t = tui(command=["bash", "-c", 'set -m; "$@"; exit $?', "-", PCAT_TUI, "-p", str(target.pid)])
    t.wait_for("voice-1")
    target.say("one\n")
    t.wait_for("one")
    for key in "C-c", "C-\\":  # neither is for the viewer
        t.keys("1", "|")
        t.type("echo it runs; sleep 600")
        t.keys("Enter")
        t.wait_for(r"^it runs")
        t.keys(key)
        t.wait_for(re.escape("^" + key[-1:].upper()) + r"\s+\(Enter goes back")
        t.keys("Enter")
        t.wait_for("voice-1")
    t.keys("q")
    assert t.wait_exit() == 0
    assert alive(target.pid)


def test_search_and_filter_while_typing(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(100, 30))
    target.say("line %d\n", repeat=200)
    t.wait_for("line 199")
    t.keys("1", "/")
    t.type("line 42")
    t.wait_for(r"^.*line 42\b")
    t.wait_for("^found")
    t.keys("Escape")
    t.wait_for("line 199")
    target.say("and on\n")
    t.wait_for("and on")  # it follows as before
    t.keys("&")
    t.type("line 1(")
    t.wait_for("bad regex")
    t.type("77|55)")
    t.wait_for("2 of 201 lines")
    t.keys("Enter")
    t.wait_gone("2 of 201 lines")
    t.wait_for("line 155")
    t.wait_gone("and on")


def test_drag_with_the_mouse(tui, tracee):
    target = tracee()
    t = attach(tui, target, size=(100, 30))
    target.say("line %d\n", repeat=20)
    t.wait_for("line 19")
    bar = t.screen().splitlines()[0].index("┬") + 1
    for what, column in ("<0;%d;9M", bar), ("<32;%d;9M", bar + 9), ("<0;%d;9m", bar + 9):
        t.type("\033[" + what % column)
    t.wait(lambda s: s.splitlines()[0].index("┬") == bar + 8)
    for what in "<0;70;3M", "<32;70;5M", "<0;70;5m":
        t.type("\033[" + what)
    t.wait_for("3 selected")
