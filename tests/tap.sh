# shellcheck shell=sh
# TAP for shell tests: source this, call ok, not_ok and skip, end with tap_done.
tap_n=0

ok() { # NAME
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1"
}

not_ok() { # NAME [DETAILS]
    tap_n=$((tap_n + 1))
    echo "not ok $tap_n - $1"
    [ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

skip() { # NAME REASON
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1 # SKIP $2"
}

# empty NAME LIST: ok when LIST, what was found wrong, is empty.
empty() {
    if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$2"; fi
}

tap_done() {
    echo "1..$tap_n"
}
