#!/bin/sh
# All of pcat compiles for aarch64, without a warning. It has never been run there: this is all we know.
set -eu
. "$PCAT_SRCDIR/tests/tap.sh"
cd "$PCAT_SRCDIR" || exit 1

cross=aarch64-linux-gnu-gcc
if ! command -v $cross >/dev/null; then
    skip "compiles for aarch64" "no $cross"
    tap_done
    exit
fi
# The libraries' headers are the same on all architectures: behind the cross compiler's own they do.
for source in src/base/*.c src/event/*.c src/capture/*.c src/ptrace/*.c src/sink/*.c src/pcat/*.c; do
    empty "$source compiles for aarch64" \
        "$($cross -fsyntax-only -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -I"$PCAT_BUILDDIR" -Isrc -idirafter /usr/include \
            "$source" 2>&1 | head -5)"
done
tap_done
