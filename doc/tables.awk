# doc/pcat-tui.1.in with what the viewer's tables hold in place of @KEYS@, @OPTIONS@ and @COLOURS@:
#   awk -f tables.awk action.def config.def role.def pcat-tui.1.in
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

function plain(text) {
    gsub(/-/, "\\-", text)
    return text
}

function values(text) {
    return text == "size" || text == "time" ? "Ar " text : "Cm " text
}

function sentence(text) {
    return toupper(substr(text, 1, 1)) substr(text, 2) "."
}

function title(name) {
    return toupper(substr(name, 1, 1)) tolower(substr(name, 2))
}

/^ACTION\(/ && !/^ACTION\(PROMPT/ && $4 != "" {
    section = substr($1, 8, index($1, ",") - 8)
    if (section != before)
        text = text (before ? ".El\n" : "") ".Ss " title(section) "\n.Bl -tag -width Ds\n"
    before = section
    text = text ".It Ic " keys($4) "\n" $8 " (" plain($2) ")\n"
}

/^ACTION\(PROMPT/ { prompt = prompt ".It Ic " keys($4) "\n" $8 " (" plain($2) ")\n" }

/^OPTION\(/ {
    split($1, part, ", ")
    options = options ".It Cm " part[2] " No = " values($2) "\n" sentence($4) "\n"
}

/^ROLE\(/ { roles = roles ".It Cm " plain($2) "\n" sentence($4) "\n" }

FILENAME ~ /\.in$/ {
    if ($0 == "@KEYS@")
        print text ".El\n.Ss In a prompt\n.Bl -tag -width Ds\n" prompt ".El"
    else if ($0 == "@OPTIONS@")
        printf "%s", options
    else if ($0 == "@COLOURS@")
        printf "%s", roles
    else
        print
}
