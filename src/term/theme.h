/* Themes: the colours and attributes of everything that the viewer draws. Code draws in a role
 * (role.def); only this module knows the style of a role. Colours in the output of tracees are not
 * roles: they are shown unchanged. */
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

/* Sets the number of colours that the terminal has: 256 or more, 8 or more, or none. Initially 256.
 */
void theme_use(int colours);

/* Chooses the theme for the terminal's background: "dark" (initially) or "light". False: another
 * name. */
bool theme_choose(const char *name);
const char *theme_name(void);

/* The style of a role in the current theme. */
struct style theme(enum role role);

/* Sets the user's style for a role (by name), in all themes: "yellow", "172 on 236 bold",
 * "#ff8800 underline". A terminal without colours ignores it. Returns false with a message in
 * *cause that the caller frees; *cause is NULL before the call. */
bool theme_set(const char *role, const char *look, char **cause);
/* Removes all styles that theme_set() has set. */
void theme_reset(void);

/* A colour for a number (a tid): always the same for that number, and readable in the current
 * theme. */
struct style theme_origin(uint64_t number);

#endif
