/* Parses rules for notices. */
#include "ui/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "base/xmalloc.h"
#include "ui/time-parse.h"

static const char *const names[] = {[NOTICE_MATCH] = "match",
                                    [NOTICE_STDERR] = "stderr",
                                    [NOTICE_FAILED] = "failure",
                                    [NOTICE_SILENCE] = "silence"};

const char *watch_name(enum notice_kind kind)
{
    return names[kind];
}

static bool parse_pattern(struct watch *out, const char *text, char **cause)
{
    struct regex *re = *text ? regex_new(text, cause, NULL) : NULL;

    if (!*text)
        *cause = xstrdup("match: no pattern");
    out->pattern = re ? xstrdup(text) : NULL;
    regex_free(re);
    return re != NULL;
}

bool watch_parse(struct watch *out, const char *text, char **cause)
{
    size_t len = strcspn(text, " \t");
    const char *rest = text + len + strspn(text + len, " \t");

    *out = (struct watch){0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) != len || memcmp(names[i], text, len) != 0)
            continue;
        out->kind = (enum notice_kind)i;
        if (out->kind == NOTICE_MATCH)
            return parse_pattern(out, rest, cause);
        bool wants = out->kind == NOTICE_SILENCE;
        if (wants ? when_span(rest, &out->silence) && out->silence > 0 : !*rest)
            return true;
        *cause = wants ? xasprintf("silence: a time such as 30s, not '%s'", rest)
                       : xasprintf("%s: no argument belongs there", names[i]);
        return false;
    }
    *cause = xasprintf("match RE, silence TIME, stderr or failure, not '%s'", text);
    return false;
}

void watches_add(struct watches *all, struct watch w)
{
    all->all = xrealloc(all->all, (all->count + 1) * sizeof *all->all);
    all->all[all->count++] = w;
}

void watches_free(struct watches *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->all[i].pattern);
        free(all->all[i].command);
    }
    free(all->all);
    *all = (struct watches){0};
}
