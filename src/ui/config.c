/* Reads the configuration file. inih reports a line that it can't parse only by not calling us, so
 * next_line() decides which lines should be pairs, and check_taken() whether inih took them. */
#include "ui/config.h"

#include <errno.h>
#include <ini.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "ui/keys.h"

void config_init(struct config *c)
{
    *c = (struct config){
#define OPTION(kind, name, otherwise, values, help) .name = otherwise,
#include "ui/config.def"
#undef OPTION
    };
    keys_reset();
    theme_reset();
}

void config_free(struct config *c)
{
    watches_free(&c->watches);
}

/* ---- the path ---- */

static const char *home_of(uid_t uid)
{
    const struct passwd *user = getpwuid(uid);

    return user ? user->pw_dir : NULL;
}

/* After sudo, the environment may be root's. */
char *config_path(void)
{
    const char *sudo = getenv("SUDO_UID"), *xdg = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (sudo && strtoul(sudo, NULL, 10) == getuid()) {
        xdg = NULL;
        home = home_of(getuid());
    }
    if (xdg && *xdg == '/')
        return xasprintf("%s/pcat/config", xdg);
    if (!home || *home != '/')
        home = home_of(getuid());
    return home ? xasprintf("%s/.config/pcat/config", home) : NULL;
}

/* ---- values ---- */

/* Each function parses a value into *out and returns NULL, or returns what a value must be. */

static const char *take_SIZE(const char *text, size_t *out)
{
    return config_size(text, out) ? NULL : "a size, such as 512M";
}

static const char *take_FLAG(const char *text, bool *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false",
                                                                                "off", "0"};

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
            *out = strcasecmp(text, yes[i]) == 0;
            return NULL;
        }
    return "yes or no";
}

static const char *take_THEME(const char *text, enum theme_name *out)
{
    if (strcmp(text, "dark") != 0 && strcmp(text, "light") != 0)
        return "dark or light";
    *out = strcmp(text, "light") == 0 ? THEME_LIGHT : THEME_DARK;
    return NULL;
}

static const char *take_TIMES(const char *text, enum stamps *out)
{
    static const char *const names[STAMPS] = {[STAMPS_OFF] = "off",
                                              [STAMPS_CLOCK] = "clock",
                                              [STAMPS_SINCE] = "start",
                                              [STAMPS_DELTA] = "delta"};

    for (int i = 0; i < STAMPS; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (enum stamps)i;
            return NULL;
        }
    return "off, clock, start or delta";
}

static const char *take_SPAN(const char *text, int64_t *out)
{
    return config_span(text, out) ? NULL : "a time, such as 30, 5m or 1h";
}

bool config_span(const char *text, int64_t *out)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : units;
    if (errno || !unit || (*end && end[1]) || n > 1000000)
        return false;
    *out = (int64_t)n * seconds[unit - units] * 1000000000;
    return true;
}

bool config_size(const char *text, size_t *out)
{
    static const char units[] = "KMG";
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    if (errno || (*end && (!unit || end[1])))
        return false;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    if (n == 0 || n > (UINT64_MAX >> 1) >> shift)
        return false;
    *out = (size_t)n << shift;
    return true;
}

/* ---- lines ---- */

struct reading {
    struct config *config;
    const char *path;
    FILE *file;
    void (*complain)(void *user, const char *text);
    void *user;
    int number;       /* of the line that inih parses */
    bool pair, taken; /* the line should be `name = value`; inih took it as such */
    char *line;
    size_t cap;
    char *notice; /* the name of the last rule in [notices]; NULL: it had an error */
};

/* Reports an error in the present line; frees what. */
static void complain(struct reading *r, char *what)
{
    char *text = xasprintf("%s:%d: %s", r->path, r->number, what);

    r->complain(r->user, text);
    free(text);
    free(what);
}

/* Reports the previous line when inih did not take it. */
static void check_taken(struct reading *r)
{
    if (r->pair && !r->taken)
        complain(r, xstrdup("neither [section] nor name = value"));
    r->pair = r->taken = false;
}

/* Reads the next line for inih. Blanks at its beginning are removed: inih would take them for the
 * continuation of the previous line. */
static char *next_line(char *out, int size, void *user)
{
    struct reading *r = user;

    check_taken(r);
    ssize_t n = getline(&r->line, &r->cap, r->file);
    if (n < 0)
        return NULL;
    r->number++;
    const char *text = r->line + strspn(r->line, " \t");
    bool whole = strlen(text) + 1 < (size_t)size && strlen(r->line) == (size_t)n;
    if (!whole)
        complain(r, xstrdup("a line that is too long, or no text"));
    snprintf(out, (size_t)size, "%s", whole ? text : "\n");
    const char *shut = strchr(out, ']');
    r->pair = !strchr(";#\r\n", *out) && !(*out == '[' && shut);
    return out;
}

static void take_option(struct reading *r, const char *name, const char *value)
{
    const char *wanted = "";

#define OPTION(kind, option, otherwise, values, help)                                              \
    if (strcmp(name, #option) == 0)                                                                \
        wanted = take_##kind(value, &r->config->option);
#include "ui/config.def"
#undef OPTION
    if (wanted && !*wanted)
        complain(r, xasprintf("there is no option %s", name));
    else if (wanted)
        complain(r, xasprintf("%s: %s, not '%s'", name, wanted, value));
}

/* Takes "name = match RE", or "name.run = COMMAND" for the rule of that name right before. Returns
 * an error, which the caller frees, or NULL. */
static char *take_notice(struct reading *r, const char *name, const char *value)
{
    struct watches *all = &r->config->watches;
    size_t len = strlen(name);
    struct watch w;
    char *cause;

    if (len > 4 && strcmp(name + len - 4, ".run") == 0) {
        if (!r->notice || strlen(r->notice) != len - 4 || memcmp(r->notice, name, len - 4) != 0)
            return xasprintf("%s: there is no rule %.*s right before it", name, (int)len - 4, name);
        free(all->all[all->count - 1].command);
        all->all[all->count - 1].command = xstrdup(value);
        return NULL;
    }
    free(r->notice);
    r->notice = NULL;
    if (!watch_parse(&w, value, &cause)) {
        char *text = xasprintf("%s: %s", name, cause);
        free(cause);
        return text;
    }
    watches_add(all, w);
    r->notice = xstrdup(name);
    return NULL;
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    char *cause = NULL;

    r->taken = true;
    if (!*section || strcmp(section, "options") == 0)
        take_option(r, name, value);
    else if (strcmp(section, "keys") == 0)
        keys_set(name, value, &cause);
    else if (strcmp(section, "colours") == 0 || strcmp(section, "colors") == 0)
        theme_set(name, value, &cause);
    else if (strcmp(section, "notices") == 0)
        cause = take_notice(r, name, value);
    else
        cause =
            xasprintf("there is no section [%s], but options, keys, colours and notices", section);
    if (cause)
        complain(r, cause);
    return 1;
}

bool config_read(struct config *c, const char *path,
                 void (*complain_fn)(void *user, const char *text), void *user)
{
    struct reading r = {.config = c, .path = path, .complain = complain_fn, .user = user};

    r.file = fopen(path, "re");
    if (!r.file)
        return false;
    ini_parse_stream(next_line, &r, take_pair, &r);
    check_taken(&r);
    int error = ferror(r.file) ? EISDIR : 0;
    fclose(r.file);
    free(r.line);
    free(r.notice);
    errno = error;
    return error == 0;
}
