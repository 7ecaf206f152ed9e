#!/bin/sh
# The manuals: the keys are those of the action table, the options those of --help.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

awk -f "$PCAT_SRCDIR/tests/keys.awk" "$PCAT_SRCDIR/src/ui/action.def" >"$scratch/keys"
sed -n '/^\.Sh KEYS/,/^\.Sh EXIT/p' "$PCAT_SRCDIR/doc/pcat-tui.1" |
    sed -n '/^\.Ss/,/^\.Sh/p' | sed '$d' >"$scratch/manual"
empty "pcat-tui(1) has the keys of the action table" "$(diff "$scratch/keys" "$scratch/manual" || :)"

# options TEXT: the long options in it.
options() {
    grep -oE -- '--[a-z][a-z-]+' "$1" | sort -u
}

for program in pcat pcat-tui; do
    name="$program(1) has the options of $program --help"
    if [ ! -x "$PCAT_BUILDDIR/$program" ]; then
        skip "$name" "not built"
        continue
    fi
    "$PCAT_BUILDDIR/$program" --help >"$scratch/help" 2>&1 || :
    # In mdoc, --option is "Fl -option".
    sed -e 's/Fl -/--/g' -e 's/\\-/-/g' "$PCAT_SRCDIR/doc/$program.1" >"$scratch/page"
    options "$scratch/help" >"$scratch/help.options"
    options "$scratch/page" >"$scratch/page.options"
    empty "$name" "$(diff "$scratch/help.options" "$scratch/page.options" || :)"
done
tap_done
