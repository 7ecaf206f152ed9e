#!/bin/sh
# Every action of src/ui/action.def is done by some test of tests/ui that looks at what comes of it:
# the trace log of those tests tells which. Random keys don't count.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"
cd "$PCAT_BUILDDIR" || exit 1

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

if [ ! -x tests/ui/test_screen ]; then
    skip "every action has a test" "the viewer's tests were not built"
    tap_done
    exit
fi
for test in screen terminal select find look notice process replay sources time tree trouble details window config; do
    PCAT_ACTIONS=1 PCAT_LOG=ui PCAT_LOG_FILE="$scratch/log.$test" "tests/ui/test_$test" >/dev/null 2>&1 || true
done
sed -n 's/.*action \([a-z-]*\) .*/\1/p' "$scratch"/log.* | sort -u >"$scratch/done"
sed -n 's/^ACTION([A-Z]*, "\([^"]*\)".*/\1/p' "$PCAT_SRCDIR/src/ui/action.def" | sort -u >"$scratch/all"
empty "every action has a test" "$(comm -23 "$scratch/all" "$scratch/done")"
ok "$(comm -12 "$scratch/all" "$scratch/done" | wc -l) of $(wc -l <"$scratch/all") actions are done by tests/ui"
tap_done
