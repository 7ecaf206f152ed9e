#include "model/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"

struct rule {
    struct regex *regex;
    bool exclude;
};

struct filter {
    struct rule *rules; /* oldest first */
    size_t count;
    bool sure; /* a line on which a regex gave up does not pass */
};

struct filter *filter_new(void)
{
    return xcalloc(1, sizeof(struct filter));
}

struct filter *filter_copy(const struct filter *f)
{
    struct filter *copy = filter_new();
    char *cause = NULL;

    copy->sure = f && f->sure;
    for (size_t i = 0; f && i < f->count; i++)
        if (!filter_add(copy, filter_pattern(f, i), filter_excludes(f, i), &cause))
            free(cause);
    return copy;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    filter_clear(f);
    free(f->rules);
    free(f);
}

bool filter_add(struct filter *f, const char *pattern, bool exclude, char **cause)
{
    struct regex *regex = regex_new(pattern, cause, NULL);

    if (!regex)
        return false;
    f->rules = xrealloc(f->rules, (f->count + 1) * sizeof *f->rules);
    f->rules[f->count++] = (struct rule){regex, exclude};
    return true;
}

void filter_pop(struct filter *f)
{
    if (f->count > 0)
        regex_free(f->rules[--f->count].regex);
}

void filter_clear(struct filter *f)
{
    while (f->count > 0)
        filter_pop(f);
}

size_t filter_count(const struct filter *f)
{
    return f ? f->count : 0;
}

const char *filter_pattern(const struct filter *f, size_t i)
{
    return regex_pattern(f->rules[i].regex);
}

bool filter_excludes(const struct filter *f, size_t i)
{
    return f->rules[i].exclude;
}

char *filter_text(const struct filter *f)
{
    struct buf text = {0};

    for (size_t i = 0; i < filter_count(f); i++) {
        buf_adds(&text, i > 0 ? " &" : "&");
        buf_adds(&text, filter_excludes(f, i) ? "!" : "");
        buf_adds(&text, filter_pattern(f, i));
    }
    buf_addc(&text, '\0');
    return (char *)text.data;
}

void filter_be_sure(struct filter *f)
{
    f->sure = true;
}

enum regex_answer filter_matches(const struct filter *f, const char *text, size_t len, bool glance)
{
    enum regex_answer all = REGEX_YES;
    struct match unused;

    for (size_t i = 0; i < f->count; i++) {
        struct regex *re = f->rules[i].regex;
        enum regex_answer answer =
            glance ? regex_glance(re, text, len, 0, false, &unused) : regex_matches(re, text, len);
        if (answer == (f->rules[i].exclude ? REGEX_YES : REGEX_NO))
            return REGEX_NO;
        if (answer == REGEX_GAVE_UP)
            all = REGEX_GAVE_UP;
    }
    return all;
}

bool filter_passes(const struct filter *f, enum regex_answer answer)
{
    return answer == REGEX_YES || (answer == REGEX_GAVE_UP && !f->sure);
}

uint64_t filter_steps(const struct filter *f)
{
    uint64_t steps = 0;

    for (size_t i = 0; i < f->count; i++)
        steps += regex_steps(f->rules[i].regex);
    return steps;
}
