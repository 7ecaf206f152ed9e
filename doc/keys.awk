# doc/pcat-tui.1.in with src/ui/action.def, the table of actions, in place of @KEYS@:
#   awk -f keys.awk action.def pcat-tui.1.in
BEGIN { FS = "\"" }

# One key, or two one after the other: <C-w>s.
function key(name,    rest) {
    if (match(name, /^<[^>]+>/)) {
        rest = substr(name, RLENGTH + 1)
        name = substr(name, 2, RLENGTH - 2)
    }
    sub(/^\\\\/, "\\", name) # as C spells it
    sub(/^C-/, "Ctrl-", name)
    sub(/^M-/, "Alt-", name)
    gsub(/\\/, "\\e", name)
    gsub(/-/, "\\-", name)
    return "\\&" name (rest == "" ? "" : " " key(rest))
}

function keys(list,    n, i, part, all) {
    n = split(list, part, " ")
    for (i = 1; i <= n; i++)
        all = all (i > 1 ? " , " : "") key(part[i])
    return all
}

function title(name) {
    return toupper(substr(name, 1, 1)) tolower(substr(name, 2))
}

/^ACTION\(/ && !/^ACTION\(PROMPT/ && $4 != "" {
    section = substr($1, 8, index($1, ",") - 8)
    if (section != before)
        text = text (before ? ".El\n" : "") ".Ss " title(section) "\n.Bl -tag -width Ds\n"
    before = section
    text = text ".It Ic " keys($4) "\n" $8 "\n"
}

FILENAME ~ /\.in$/ { print $0 == "@KEYS@" ? text ".El" : $0 }
