#!/bin/sh
# The map in HACKING.md: every source file once, and nothing that does not exist.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"
cd "$PCAT_SRCDIR" || exit 1

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# The lines of the map begin with a path in backquotes: "- `src/base/buf.c` ...".
sed -n 's/^- `\(src\/[^`]*\)`.*/\1/p' HACKING.md | while read -r path; do
    case $path in
    *.'[ch]') echo "${path%.*}.c"; echo "${path%.*}.h" ;;
    *) echo "$path" ;;
    esac
done | sort >"$scratch/map"
find src -name '*.[ch]' -o -name '*.def' | sort >"$scratch/files"

empty "every source file is on the map" "$(comm -13 "$scratch/map" "$scratch/files")"
empty "everything on the map exists" \
    "$(while read -r path; do [ -e "$path" ] || echo "$path"; done <"$scratch/map")"
empty "nothing is on the map twice" "$(uniq -d "$scratch/map")"
tap_done
