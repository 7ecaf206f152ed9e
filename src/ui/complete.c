/* Completion of prompts. The candidates are all names that begin with the typed text. The text is
 * extended to their longest common beginning. */
#include "ui/complete.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/signame.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "ui/keys.h"

enum {
    LISTED = 200,    /* candidates in the list */
    LOOK_AT = 20000, /* files of a directory */
    SIGNALS = 64
};

struct candidates {
    char **all;
    size_t count;
};

/* Takes name: a candidate when it begins with the typed text; else it is freed. */
static void add_candidate(struct candidates *c, const char *typed, char *name)
{
    if (strncmp(name, typed, strlen(typed)) != 0) {
        free(name);
        return;
    }
    c->all = xrealloc(c->all, (c->count + 1) * sizeof *c->all);
    c->all[c->count++] = name;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The length of the longest common beginning in bytes; it ends between characters. */
static size_t common_length(const struct candidates *c)
{
    size_t same = strlen(c->all[0]);

    for (size_t i = 1; i < c->count; i++)
        while (strncmp(c->all[i], c->all[0], same) != 0)
            same--;
    while (same > 0 && ((unsigned char)c->all[0][same] & 0xc0) == 0x80)
        same--;
    return same;
}

/* Makes the completion and frees the candidates. before: the text of the line before the
 * candidates. skip: the bytes of each candidate that the list leaves out. */
static struct completion make_completion(const char *before, const char *typed,
                                         struct candidates *c, size_t skip)
{
    struct completion done = {.text = xasprintf("%s%s", before, typed)};
    struct buf list = {0};

    if (c->count > 0) {
        free(done.text);
        done.text = xasprintf("%s%.*s", before, (int)common_length(c), c->all[0]);
        qsort(c->all, c->count, sizeof *c->all, by_name);
    }
    for (size_t i = 0; i < c->count && i < LISTED; i++)
        buf_addf(&list, "%s%s", i ? "  " : "", c->all[i] + skip);
    if (c->count > LISTED)
        buf_adds(&list, "  …");
    buf_addc(&list, '\0');
    if (c->count > 1)
        done.list = xstrdup((char *)list.data);
    for (size_t i = 0; i < c->count; i++)
        free(c->all[i]);
    free(c->all);
    buf_free(&list);
    return done;
}

/* ---- files ---- */

/* True when a prompt accepts the name: valid UTF-8 without control characters. */
static bool can_be_typed(const char *name)
{
    size_t len = strlen(name);
    int32_t cp;

    for (size_t at = 0, used; at < len; at += used) {
        used = utf8_decode(name + at, len - at, &cp);
        if (used == 0 || cp < ' ' || cp == 0x7f)
            return false;
    }
    return true;
}

static bool is_directory(DIR *dir, const struct dirent *e)
{
    struct stat st;

    if (e->d_type != DT_UNKNOWN && e->d_type != DT_LNK)
        return e->d_type == DT_DIR;
    return fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* Hidden files are offered only after a typed dot. */
static bool is_offered(const struct dirent *e, const char *typed)
{
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
        return false;
    return strncmp(e->d_name, typed, strlen(typed)) == 0 &&
           (e->d_name[0] != '.' || *typed == '.') && can_be_typed(e->d_name);
}

static struct completion complete_path(const char *before, const char *typed)
{
    const char *slash = strrchr(typed, '/'), *name = slash ? slash + 1 : typed;
    char *folder = xasprintf("%.*s", (int)(name - typed), typed);
    DIR *dir = opendir(*folder ? folder : ".");
    struct candidates c = {0};
    const struct dirent *e;

    for (int i = 0; dir && i < LOOK_AT && (e = readdir(dir)); i++)
        if (is_offered(e, name))
            add_candidate(&c, typed,
                          xasprintf("%s%s%s", folder, e->d_name, is_directory(dir, e) ? "/" : ""));
    if (dir)
        closedir(dir);
    free(folder);
    return make_completion(before, typed, &c, (size_t)(name - typed));
}

struct completion complete_file(const char *typed)
{
    return complete_path("", typed);
}

/* Completes the word after the last blank. */
struct completion complete_shell(const char *typed)
{
    const char *blank = strrchr(typed, ' '), *word = blank ? blank + 1 : typed;
    size_t mark = strspn(word, "<>"); /* a redirection may stand right before the name */
    char *before = xasprintf("%.*s", (int)(word + mark - typed), typed);
    struct completion done = complete_path(before, word + mark);

    free(before);
    return done;
}

/* ---- actions ---- */

static struct completion complete_signal(const char *before, const char *typed)
{
    size_t skip = strncmp(typed, "SIG", 3) == 0 ? 0 : 3;
    struct candidates c = {0};
    char name[SIGNAME_MAX];

    for (uint64_t n = 1; n < SIGNALS; n++)
        if (strncmp(signame_of(n, name), "SIG", 3) == 0 && !strchr(name, '+'))
            add_candidate(&c, typed, xstrdup(name + skip));
    return make_completion(before, typed, &c, 0);
}

static struct completion complete_word(const char *before, const char *typed, const char *words)
{
    struct candidates c = {0};

    for (size_t len; *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        add_candidate(&c, typed, xasprintf("%.*s", (int)len, words));
    }
    return make_completion(before, typed, &c, 0);
}

static struct completion complete_argument(const struct action *action, const char *before,
                                           const char *typed)
{
    if (action && (strcmp(action->name, "save") == 0 || strcmp(action->name, "record") == 0))
        return complete_path(before, typed);
    if (action && strcmp(action->name, "signal") == 0)
        return complete_signal(before, typed);
    return complete_word(before, typed,
                         action && strcmp(action->name, "theme") == 0 ? "dark light" : "");
}

struct completion complete_command(const char *typed)
{
    size_t len = strcspn(typed, " "), blanks = strspn(typed + len, " ");
    struct candidates c = {0};

    if (blanks) {
        char *name = xasprintf("%.*s", (int)len, typed);
        char *before = xasprintf("%.*s", (int)(len + blanks), typed);
        struct completion done = complete_argument(keys_named(name), before, typed + len + blanks);
        free(before);
        free(name);
        return done;
    }
    for (size_t i = 0; i < action_count; i++)
        if (actions[i].modes != MODE_PROMPT)
            add_candidate(&c, typed, xstrdup(actions[i].name));
    return make_completion("", typed, &c, 0);
}
