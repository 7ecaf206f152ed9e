/* What things look like. Everything is drawn in a role; what a role means is decided
 * here alone. Tracees' own colours are not roles: they come as they are. */
#ifndef PCAT_TERM_THEME_H
#define PCAT_TERM_THEME_H

#include "term/canvas.h"

enum role {
#define ROLE(role, name, help) ROLE_##role,
#include "term/role.def"
#undef ROLE
    ROLES
};

enum theme_name { THEME_DARK, THEME_LIGHT };

/* How many colours the theme may use: from 256 on the rich one, else one that needs
 * 8, or none. At the start it is rich. */
void theme_use(int colours);

/* "dark" (at the start) or "light", for what the terminal's background is. False: neither. */
bool theme_choose(const char *name);
const char *theme_name(void);

struct style theme(enum role role);

/* Another look for a role, in all themes: "yellow", "172 on 236 bold", "#ff8800 underline". A
 * terminal with no colours keeps ours. False with *cause, to be freed. */
bool theme_set(const char *role, const char *look, char **cause);
/* All look as we want it again. */
void theme_reset(void);

/* A colour that stays with a number (a tid), readable on dark and light. */
struct style theme_origin(uint64_t number);

#endif
