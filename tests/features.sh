#!/bin/sh
# doc/features.md: every test that it names is there.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"
cd "$PCAT_SRCDIR" || exit 1

grep -o 'tests/[a-z_/]*\.\(c\|py\): [a-z_0-9]*' doc/features.md | sort -u | while IFS=': ' read -r file name; do
    grep -q "\<$name\>" "$file" 2>/dev/null || echo "$file has no $name"
done >"${TMPDIR:-/tmp}/features.$$"
empty "every test that doc/features.md names is there" "$(cat "${TMPDIR:-/tmp}/features.$$")"
rm -f "${TMPDIR:-/tmp}/features.$$"
empty "every row says Y with a test, or N with a reason" \
    "$(grep '^|' doc/features.md | grep -v '^| feature\|^|---' | grep -vE '\| Y \| tests/.*: [a-z_0-9]+ \|$|\| N \| .{5,} \|$')"
tap_done
