#!/bin/sh
# The layers: base <- event <- { engine, sink, model } <- ui <- { pcat.c, pcat-tui.c }.
# Includes, fences and links are held against this; ends with the lines of every file.
set -eu
cd "$PCAT_SRCDIR/src" || exit 1
. "$PCAT_SRCDIR/tests/tap.sh"

sources() { # DIRECTORY...
    find "$@" -name '*.[ch]' -o -name '*.def' | sort
}

# includes LAYER ALLOWED...: every #include "dir/..." of a layer names an allowed directory.
includes() {
    layer=$1
    shift
    allowed=$(echo "$layer $*" | tr ' ' '|')
    empty "$layer includes only itself${1:+ and $*}" \
        "$(sources "$layer" | xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null |
            grep -vE "\"(($allowed)/[a-z0-9_-]+\.(h|def)|config\.h)\"")"
}

includes base
includes event base
includes engine event base
includes sink event base
includes model event base
includes ui model event base
empty "pcat includes no model and no ui" "$(grep -nE '#include "(model|ui)/' pcat.c pcat-options.[ch])"
empty "pcat-tui includes no engine and no sink" "$(grep -nE '#include "(engine|sink)/' pcat-tui.c tui-*.[ch])"

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
    empty "$what only in $files" "$(cd "$PCAT_BUILDDIR" && nm -uA lib*.a src/pcat*.o src/tui*.o |
        grep -E " U ($1)\$" | grep -vE "^($allowed)\.o:")"
}

calls "wait" engine/wait.c ui/child.c 'wait|waitpid|waitid|wait3|wait4'
calls "ptrace" engine/ptrace.c 'ptrace'
empty "files are made only in base/private-file.c" "$(sources . | sed "s,^\./,," |
    xargs grep -nE 'O_CREAT|creat\(|fopen\([^)]*"[wa]' | grep -v '^base/private-file\.c:')"
calls "standard error by stdio" base/printable.c 'stderr|perror|psignal|warnx?|errx?'
header "<curses.h>" ui/term.c '(ncursesw?/)?n?curses[a-z]*|term'
header "<termkey.h>" ui/input.c 'termkey'
header "<vterm.h>" ui/vtview.c 'vterm[a-z_]*'
header "<ini.h>" ui/config.c 'ini'
# links LAYER LINK: the whole layer links with nothing but what it may use.
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
links engine "$ENGINE_LINK"
links sink "$SINK_LINK"
links model "${MODEL_LINK:-}"
links ui "${UI_LINK:-}"

for dir in base event engine sink model ui demo .; do
    # shellcheck disable=SC2046
    set -- $(find "$dir" -maxdepth 1 -name '*.[ch]' -o -maxdepth 1 -name '*.def' | sort)
    [ $# = 0 ] || wc -l "$@" | sed -e 's|\./||' -e 's/^/# /'
done
tap_done
