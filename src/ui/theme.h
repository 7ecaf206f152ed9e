/* What things look like. Everything is drawn in a role; what a role means is decided
 * here alone. Tracees' own colours are not roles: they come as they are. */
#ifndef PCAT_UI_THEME_H
#define PCAT_UI_THEME_H

#include "ui/canvas.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM,          /* what matters less: the dead, hints, units */
    ROLE_STRONG,       /* names */
    ROLE_LINE,         /* lines between things */
    ROLE_FOCUS,        /* lines and title of what has the focus */
    ROLE_TITLE,        /* of what has not */
    ROLE_STDERR,       /* the mark of stderr */
    ROLE_GOOD,         /* it moves */
    ROLE_BAD,          /* it failed */
    ROLE_WARN,         /* lost bytes, stopped */
    ROLE_SELECTED,     /* the line under the cursor, where the focus is */
    ROLE_SELECTED_DIM, /* and where it is not */
    ROLE_MATCH,        /* found text */
    ROLE_MATCH_NOW,    /* the one that n and N went to */
    ROLE_BAR,          /* status bar */
    ROLE_BAR_DIM,
    ROLE_BAR_STRONG,
    ROLE_BAR_WARN,
    ROLE_KEY,  /* a key in the hints */
    ROLE_HINT, /* what it does */
    ROLE_PROMPT_LABEL,
    ROLE_ERROR, /* complaints */
    ROLE_TIME,  /* timestamps */
    ROLE_MARK,  /* what we put into the text: lost, control characters */
    ROLES
};

/* How many colours the theme may use: from 256 on the rich one, else one that needs
 * 8, or none. At the start it is rich. */
void theme_use(int colours);

/* "dark" (at the start) or "light", for what the terminal's background is. False: neither. */
bool theme_choose(const char *name);
const char *theme_name(void);

struct style theme(enum role role);

/* A colour that stays with a number (a tid), readable on dark and light. */
struct style theme_origin(uint64_t number);

#endif
