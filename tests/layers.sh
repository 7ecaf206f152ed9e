#!/bin/sh
# The rooms: every folder under src/ is one, and may include only itself and the rooms that its line below names.
# A line names rooms of the lines above it alone: so there is no circle. Includes, fences, links and the number
# of files are held against this; ends with the lines of every file.
set -eu
cd "$PCAT_SRCDIR/src" || exit 1
. "$PCAT_SRCDIR/tests/tap.sh"

sources() { # DIRECTORY...
    find "$@" -name '*.[ch]' -o -name '*.def' | sort
}

in_room() { # ROOM: the sources of a room, not those of the rooms inside it
    find "$1" -maxdepth 1 -name '*.[ch]' -o -maxdepth 1 -name '*.def' | sort
}

# room ROOM ALLOWED...: every #include "dir/..." of a room names an allowed one; it has 40 units at the most.
rooms=
room() {
    room=$1
    shift
    for other in "$@"; do
        case " $rooms " in *" $other "*) ;; *) not_ok "$room may include $other" "which is no room above it" ;; esac
    done
    rooms="$rooms $room"
    allowed=$(echo "$room $*" | sed 's/  *$//' | tr ' ' '|')
    wrong=$(in_room "$room" | xargs -r grep -E '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null |
        grep -vE "\"(($allowed)/[a-z0-9_-]+\.(h|def)|config\.h)\"" || true)
    empty "$room includes only itself${1:+ and $*}" "$wrong"
    units=$(in_room "$room" | sed 's/\.[ch]$//' | sort -u | wc -l)
    empty "$room has $units units, of 40 at the most" "$([ "$units" -le 40 ] || echo "$units")"
}

room base
room event base
room capture event base
room ptrace capture event base
room sink event base
room pcat ptrace capture sink event base
room model event base
room source model event base
room term base
room view term source model event base
room view/pane view term source model event base
room view/tree view term source model event base
room view/list view/pane view term source model event base
room ui view/list view/tree view/pane view term source model event base
room tui ui view/list view/tree view/pane view term source model event base
room demo
empty "every folder is a room" "$(find . -mindepth 1 -type d | sed 's,^\./,,' | while read -r dir; do
    case " $rooms " in *" $dir "*) ;; *) echo "$dir" ;; esac
done)"
empty "no source is outside of the rooms" "$(find . -maxdepth 1 -type f)"

# Headers that hold the insides of a room are for its own files.
empty "inner headers only in their own room" "$(sources . | sed 's,^\./,,' |
    xargs grep -oE '#include "[a-z/]+/(internal|store|fd-rules|state|[a-z-]+-state)\.h"' |
    awk -F'[:"]' '{ room = $1; sub("/[^/]*$", "", room); of = $3; sub("/[^/]*$", "", of); if (room != of) print $1 " includes " $3 }')"

# header WHAT ALLOWED PATTERN: only the allowed file includes it.
header() {
    empty "$1 only in $2" "$(sources . | sed "s,^\./,," |
        xargs grep -nE "#[[:space:]]*include[[:space:]]*<($3)\.h>" | grep -v "^$2:")"
}

# calls WHAT ALLOWED... PATTERN: only the objects of the allowed files call it.
calls() {
    what=$1 allowed= files=
    shift
    while [ $# -gt 1 ]; do
        files="${files:+$files and }$1" allowed="${allowed:+$allowed|}lib${1%%/*}\.a:.*_a-$(basename "$1" .c)"
        shift
    done
    empty "$what only in $files" "$(cd "$PCAT_BUILDDIR" && nm -uA lib*.a src/pcat/*.o src/tui/*.o |
        grep -E " U ($1)\$" | grep -vE "^($allowed)\.o:")"
}

calls "wait" ptrace/wait.c source/child.c 'wait|waitpid|waitid|wait3|wait4'
calls "ptrace" ptrace/ptrace.c 'ptrace'
empty "files are made only in base/private-file.c" "$(sources . | sed "s,^\./,," |
    xargs grep -nE 'O_CREAT|creat\(|fopen\([^)]*"[wa]' | grep -v '^base/private-file\.c:')"
calls "standard error by stdio" base/printable.c 'stderr|perror|psignal|warnx?|errx?'
header "<curses.h>" term/term.c '(ncursesw?/)?n?curses[a-z]*|term'
header "<termkey.h>" term/input.c 'termkey'
header "<vterm.h>" term/vtview.c 'vterm[a-z_]*'
header "<ini.h>" ui/config.c 'ini'
# links ROOM LINK: the whole room links with nothing but what it may use.
links() {
    name="$1 links against only what it may use"
    [ -n "$2" ] || { skip "$name" "built with --disable-tui"; return 0; }
    # shellcheck disable=SC2086
    wrong=$(cd "$PCAT_BUILDDIR" && $CC -o "$scratch/$1" "$scratch/main.c" \
        -Wl,--whole-archive "lib$1.a" -Wl,--no-whole-archive ${2#* } 2>&1) && wrong=
    empty "$name" "$wrong"
}

empty "pcat links no terminal library" \
    "$(ldd "$PCAT_BUILDDIR/pcat" | grep -E 'curses|tinfo|termkey|vterm')"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
echo 'int main(void) { return 0; }' >"$scratch/main.c"
links base "$BASE_LINK"
links event "$EVENT_LINK"
links capture "$CAPTURE_LINK"
links ptrace "$PTRACE_LINK"
links sink "$SINK_LINK"
links model "${MODEL_LINK:-}"
links source "${SOURCE_LINK:-}"
links term "${TERM_LINK:-}"
links view "${VIEW_LINK:-}"
links ui "${UI_LINK:-}"

for room in $rooms; do
    # shellcheck disable=SC2046
    set -- $(in_room "$room")
    [ $# = 0 ] || wc -l "$@" | sed -e 's/^/# /'
done
tap_done
