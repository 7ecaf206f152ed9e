/* Two tables. Few colours: cyan says "here", red "failed", yellow "look", green
 * "moves"; everything else is the terminal's own text, bold or dim. The plain table
 * stays legible with no colour at all. */
#include "ui/theme.h"

#define C(n) COLOUR_INDEX(n)

static const struct style rich[ROLES] = {
    [ROLE_DIM] = {C(244), 0, 0},
    [ROLE_STRONG] = {0, 0, ATTR_BOLD},
    [ROLE_LINE] = {C(240), 0, 0},
    [ROLE_FOCUS] = {C(6), 0, ATTR_BOLD},
    [ROLE_STDERR] = {C(172), 0, 0},
    [ROLE_GOOD] = {C(71), 0, 0},
    [ROLE_BAD] = {C(167), 0, 0},
    [ROLE_WARN] = {C(172), 0, 0},
    [ROLE_SELECTED] = {C(231), C(24), 0},
    [ROLE_SELECTED_DIM] = {C(252), C(238), 0},
    [ROLE_MATCH] = {C(16), C(179), 0},
    [ROLE_MATCH_NOW] = {C(16), C(220), ATTR_BOLD},
    [ROLE_BAR] = {C(252), C(236), 0},
    [ROLE_BAR_DIM] = {C(246), C(236), 0},
    [ROLE_BAR_STRONG] = {C(231), C(236), ATTR_BOLD},
    [ROLE_BAR_WARN] = {C(215), C(236), 0},
    [ROLE_KEY] = {C(6), 0, 0},
    [ROLE_HINT] = {C(245), 0, 0},
    [ROLE_PROMPT_LABEL] = {C(6), 0, ATTR_BOLD},
    [ROLE_ERROR] = {C(167), 0, 0},
    [ROLE_TIME] = {C(244), 0, 0},
    [ROLE_MARK] = {C(133), 0, 0},
};

static const struct style plain[ROLES] = {
    [ROLE_DIM] = {0, 0, ATTR_DIM},
    [ROLE_STRONG] = {0, 0, ATTR_BOLD},
    [ROLE_FOCUS] = {C(6), 0, ATTR_BOLD},
    [ROLE_STDERR] = {C(3), 0, 0},
    [ROLE_GOOD] = {C(2), 0, 0},
    [ROLE_BAD] = {C(1), 0, ATTR_BOLD},
    [ROLE_WARN] = {C(3), 0, ATTR_BOLD},
    [ROLE_SELECTED] = {0, 0, ATTR_REVERSE},
    [ROLE_SELECTED_DIM] = {0, 0, ATTR_UNDERLINE},
    [ROLE_MATCH] = {0, 0, ATTR_UNDERLINE | ATTR_BOLD},
    [ROLE_MATCH_NOW] = {0, 0, ATTR_REVERSE | ATTR_BOLD},
    [ROLE_BAR] = {0, 0, ATTR_REVERSE},
    [ROLE_BAR_DIM] = {0, 0, ATTR_REVERSE},
    [ROLE_BAR_STRONG] = {0, 0, ATTR_REVERSE | ATTR_BOLD},
    [ROLE_BAR_WARN] = {0, 0, ATTR_REVERSE | ATTR_BOLD},
    [ROLE_KEY] = {C(6), 0, ATTR_BOLD},
    [ROLE_PROMPT_LABEL] = {C(6), 0, ATTR_BOLD},
    [ROLE_ERROR] = {C(1), 0, ATTR_BOLD},
    [ROLE_TIME] = {0, 0, ATTR_DIM},
    [ROLE_MARK] = {C(5), 0, ATTR_BOLD},
};

static const struct style *styles = rich;

void theme_use(int colours)
{
    styles = colours >= 256 ? rich : plain;
}

struct style theme(enum role role)
{
    return styles[role];
}

struct style theme_origin(uint64_t number)
{
    static const unsigned char many[] = {67, 71, 103, 107, 131, 137, 139, 173, 36, 97, 66, 95};
    static const unsigned char few[] = {2, 3, 4, 5, 6};
    uint64_t spread = number * 2654435761u >> 8;

    if (styles == rich)
        return (struct style){.fg = C(many[spread % sizeof many])};
    return (struct style){.fg = C(few[spread % sizeof few])};
}
