# src/ui/action.def as the KEYS section of doc/pcat-tui.1.
BEGIN { FS = "\"" }

function keys(list,    n, i, part, text) {
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
        text = text (i > 1 ? " , " : "") "\\&" part[i]
    }
    return text
}

/^ACTION\(/ && !/^ACTION\(PROMPT/ && $4 != "" {
    section = substr($1, 8, index($1, ",") - 8)
    if (section != before) {
        if (before)
            print ".El"
        print ".Ss " toupper(substr(section, 1, 1)) tolower(substr(section, 2))
        print ".Bl -tag -width Ds"
    }
    before = section
    print ".It Ic " keys($4)
    print $8
}

END { print ".El" }
