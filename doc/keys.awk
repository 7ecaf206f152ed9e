# doc/pcat-tui.1.in with src/ui/action.def, the table of actions, in place of @KEYS@:
#   awk -f keys.awk action.def pcat-tui.1.in
BEGIN { FS = "\"" }

function keys(list,    n, i, part, all) {
    n = split(list, part, " ")
    for (i = 1; i <= n; i++) {
        gsub(/[<>]/, "", part[i])
        if (part[i] == "") # it was "<" or ">"
            part[i] = substr(list, i, 1)
        sub(/\\\\/, "\\", part[i]) # as C spells it
        sub(/^C-/, "Ctrl-", part[i])
        sub(/^M-/, "Alt-", part[i])
        gsub(/\\/, "\\e", part[i])
        gsub(/-/, "\\-", part[i])
        all = all (i > 1 ? " , " : "") "\\&" part[i]
    }
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
