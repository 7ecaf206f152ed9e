#!/bin/sh
# The manuals have the options of --help, and nothing else.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# The long options in a file. In mdoc, --option is "Fl -option".
options() {
    sed -e 's/Fl -/--/g' "$1" | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

for program in pcat pcat-tui; do
    name="$program(1) has the options of $program --help"
    if [ ! -x "$PCAT_BUILDDIR/$program" ]; then
        skip "$name" "not built"
        continue
    fi
    page=$PCAT_SRCDIR/doc/$program.1
    [ -e "$page" ] || page=$page.in
    "$PCAT_BUILDDIR/$program" --help >"$scratch/help"
    options "$scratch/help" >"$scratch/help.options"
    options "$page" >"$scratch/page.options"
    empty "$name" "$(diff "$scratch/help.options" "$scratch/page.options" || :)"
done
tap_done
