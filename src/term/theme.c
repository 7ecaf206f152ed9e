/* Three tables of styles: two for terminals with 256 colours (dark and light background), and a
 * plain one for terminals with fewer. Meaning of the colours: cyan is the focus, red a failure,
 * yellow a warning, green activity; all other text has the terminal's default colour, bold or dim.
 * The plain table is legible without any colour. */
#include "term/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

#define C(n) COLOUR_INDEX(n)

static const struct style dark_256[ROLES] = {
    [ROLE_DIM] = {C(244), 0, 0},
    [ROLE_STRONG] = {0, 0, ATTR_BOLD},
    [ROLE_LINE] = {C(240), 0, 0},
    [ROLE_FOCUS] = {C(6), 0, ATTR_BOLD},
    [ROLE_STDERR] = {C(172), 0, 0},
    [ROLE_STDIN] = {C(73), 0, 0},
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

static const struct style light_256[ROLES] = {
    [ROLE_DIM] = {C(243), 0, 0},
    [ROLE_STRONG] = {0, 0, ATTR_BOLD},
    [ROLE_LINE] = {C(249), 0, 0},
    [ROLE_FOCUS] = {C(25), 0, ATTR_BOLD},
    [ROLE_STDERR] = {C(130), 0, 0},
    [ROLE_STDIN] = {C(30), 0, 0},
    [ROLE_GOOD] = {C(28), 0, 0},
    [ROLE_BAD] = {C(124), 0, 0},
    [ROLE_WARN] = {C(130), 0, 0},
    [ROLE_SELECTED] = {C(16), C(153), 0},
    [ROLE_SELECTED_DIM] = {C(16), C(252), 0},
    [ROLE_MATCH] = {C(16), C(222), 0},
    [ROLE_MATCH_NOW] = {C(16), C(214), ATTR_BOLD},
    [ROLE_BAR] = {C(236), C(253), 0},
    [ROLE_BAR_DIM] = {C(241), C(253), 0},
    [ROLE_BAR_STRONG] = {C(16), C(253), ATTR_BOLD},
    [ROLE_BAR_WARN] = {C(124), C(253), 0},
    [ROLE_KEY] = {C(25), 0, 0},
    [ROLE_HINT] = {C(241), 0, 0},
    [ROLE_PROMPT_LABEL] = {C(25), 0, ATTR_BOLD},
    [ROLE_ERROR] = {C(124), 0, 0},
    [ROLE_TIME] = {C(243), 0, 0},
    [ROLE_MARK] = {C(90), 0, 0},
};

static const struct style plain[ROLES] = {
    [ROLE_DIM] = {0, 0, ATTR_DIM},
    [ROLE_STRONG] = {0, 0, ATTR_BOLD},
    [ROLE_FOCUS] = {C(6), 0, ATTR_BOLD},
    [ROLE_STDERR] = {C(3), 0, 0},
    [ROLE_STDIN] = {C(6), 0, 0},
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

static bool no_colours, few_colours, light_background;

/* Styles that the user has set, see theme_set(). */
static struct style user_style[ROLES];
static bool has_user_style[ROLES];

void theme_use(int colours)
{
    no_colours = colours < 8;
    few_colours = colours < 256;
}

bool theme_choose(const char *name)
{
    bool is_light = strcmp(name, "light") == 0;

    if (!is_light && strcmp(name, "dark") != 0)
        return false;
    light_background = is_light;
    return true;
}

const char *theme_name(void)
{
    return light_background ? "light" : "dark";
}

struct style theme(enum role role)
{
    if (has_user_style[role] && !no_colours)
        return user_style[role];
    return few_colours ? plain[role] : light_background ? light_256[role] : dark_256[role];
}

struct style theme_origin(uint64_t number)
{
    static const unsigned char many[] = {67, 71, 103, 107, 131, 137, 139, 173, 36, 97, 66, 95};
    static const unsigned char deep[] = {25, 28, 60, 64, 94, 90, 96, 130, 30, 61, 22, 54};
    static const unsigned char few[] = {2, 3, 4, 5, 6};
    uint64_t spread = number * 2654435761u >> 8;

    if (few_colours)
        return (struct style){.fg = C(few[spread % sizeof few])};
    return (struct style){.fg = C((light_background ? deep : many)[spread % sizeof many])};
}

/* ---- styles as text ---- */

static bool parse_palette_index(const char *word, colour *out)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);

    *out = COLOUR_INDEX(n);
    return *word >= '0' && *word <= '9' && !*end && n < 256;
}

static bool parse_rgb(const char *word, colour *out)
{
    char *end;
    unsigned long n = strtoul(word + 1, &end, 16);

    *out = COLOUR_RGB(n >> 16, n >> 8 & 0xff, n & 0xff);
    return *word == '#' && strspn(word + 1, "0123456789abcdefABCDEF") == 6 && end == word + 7 &&
           !*end;
}

static bool parse_colour(const char *word, colour *out)
{
    static const char *const names[] = {"black", "red",     "green", "yellow",
                                        "blue",  "magenta", "cyan",  "white"};
    const char *base = strncmp(word, "bright-", 7) == 0 ? word + 7 : word;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(base, names[i]) == 0) {
            *out = COLOUR_INDEX(i + (base != word ? 8 : 0));
            return true;
        }
    if (strcmp(word, "default") == 0) {
        *out = COLOUR_DEFAULT;
        return true;
    }
    return parse_palette_index(word, out) || parse_rgb(word, out);
}

static bool parse_attribute(const char *word, uint32_t *attrs)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } attributes[] = {
        {"bold", ATTR_BOLD},           {"dim", ATTR_DIM},         {"italic", ATTR_ITALIC},
        {"underline", ATTR_UNDERLINE}, {"reverse", ATTR_REVERSE},
    };

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(word, attributes[i].name) == 0) {
            *attrs |= attributes[i].bit;
            return true;
        }
    return false;
}

/* Parses "172 on 236 bold": after "on" follows the background. False: *wrong is the word that can't
 * be parsed. */
static bool parse_style(char *text, struct style *out, const char **wrong)
{
    colour *where = &out->fg;
    char *save;

    for (char *word = strtok_r(text, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
        *wrong = word;
        if (strcmp(word, "on") == 0 && where != &out->bg)
            where = &out->bg;
        else if (!parse_attribute(word, &out->attrs) && !parse_colour(word, where))
            return false;
    }
    return true;
}

static int find_role(const char *name)
{
    static const char *const names[ROLES] = {
#define ROLE(role, name, help) name,
#include "term/role.def"
#undef ROLE
    };

    for (int i = 0; i < ROLES; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

void theme_reset(void)
{
    memset(has_user_style, 0, sizeof has_user_style);
}

bool theme_set(const char *name, const char *look, char **cause)
{
    int role = find_role(name);
    char *text = xstrdup(look);
    struct style style = {0};
    const char *wrong = "";

    if (role < 0)
        *cause = xasprintf("there is no role %s", name);
    else if (!parse_style(text, &style, &wrong))
        *cause = xasprintf("%s: '%s' is no colour, and not bold, dim, italic, underline or reverse",
                           name, wrong);
    else {
        user_style[role] = style;
        has_user_style[role] = true;
    }
    free(text);
    return !*cause;
}
