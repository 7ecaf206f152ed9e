/* A pattern is compiled twice. `fast` is used where it can't take long: on short
 * texts, the shorter the more repeats the pattern has. `careful` calls out before
 * each item, and the callout counts steps and stops when there are too many:
 * PCRE2's own match limit does not see all that JIT code does. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"

#define STEPS_MAX 1000000 /* of one match */
#define MATCH_LIMIT 100000
#define JIT_STACK_MAX (512 * 1024)

#ifdef PCRE2_MATCH_INVALID_UTF
#define UTF_OPTIONS (PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF)
#else
#define UTF_OPTIONS (PCRE2_UTF | PCRE2_UCP)
#endif

struct regex {
    char *pattern;
    pcre2_code *fast, *careful;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    size_t fast_max; /* longest text for `fast`, in bytes */
    uint64_t steps, steps_end;
    bool gave_up;
};

static pcre2_code *compile(const char *pattern, uint32_t options, int *error, PCRE2_SIZE *offset)
{
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, error, offset, NULL);

    if (code)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

/* An upper case letter that is not part of an escape or of a group's name. */
static bool has_upper(const char *pattern)
{
    static const char upper[] = "(?:\\\\[pPxoNkg]\\{[^}]*\\}|\\\\[pP]\\w|\\\\."
                                "|\\(\\?P?[<'=>&]\\w+|\\(\\?[PR]|\\(\\*[^)]*\\))(*SKIP)(*FAIL)"
                                "|\\p{Lu}";
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = compile(upper, PCRE2_UTF, &error, &offset);

    if (!code)
        return true;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    int n = pcre2_match(code, (PCRE2_SPTR)pattern, strlen(pattern), 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return n > 0;
}

/* How long a text may be so that the worst that the pattern can do takes no time to speak of. */
static size_t fast_limit(const char *pattern)
{
    static const size_t limits[] = {SIZE_MAX, 256, 64, 32};
    size_t repeats = 0, optional = 0;

    for (const char *p = pattern; *p; p++) {
        repeats += strchr("*+{", *p) != NULL;
        if (p[0] == '(' && p[1] == '?' && p[2] && strchr("R&P0123456789+-", p[2]))
            repeats += 3;
        optional += *p == '?' && (p == pattern || p[-1] != '(');
    }
    repeats += optional > 8 ? 3 : 0;
    return limits[repeats < 3 ? repeats : 3];
}

static int count_step(pcre2_callout_block *block, void *user)
{
    struct regex *re = user;

    (void)block;
    return ++re->steps < re->steps_end ? 0 : PCRE2_ERROR_CALLOUT;
}

static char *describe(int error, size_t offset)
{
    char message[256];

    if (pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof message) < 0)
        message[0] = '\0';
    return xasprintf("bad regex at %zu: %s", offset, message);
}

static void prepare(struct regex *re)
{
    re->data = pcre2_match_data_create_from_pattern(re->fast, NULL);
    re->context = pcre2_match_context_create(NULL);
    re->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MAX, NULL);
    if (!re->data || !re->context)
        abort();
    pcre2_set_match_limit(re->context, MATCH_LIMIT);
    pcre2_set_depth_limit(re->context, MATCH_LIMIT);
    pcre2_set_callout(re->context, count_step, re);
    if (re->stack)
        pcre2_jit_stack_assign(re->context, NULL, re->stack);
}

struct regex *regex_new(const char *pattern, char **cause, size_t *offset)
{
    int error;
    PCRE2_SIZE at = 0;
    uint32_t options = UTF_OPTIONS | PCRE2_NEVER_BACKSLASH_C;
    if (!has_upper(pattern))
        options |= PCRE2_CASELESS;

    pcre2_code *fast = compile(pattern, options, &error, &at);
    pcre2_code *careful = fast ? compile(pattern, options | PCRE2_AUTO_CALLOUT, &error, &at) : NULL;
    if (!careful) {
        pcre2_code_free(fast);
        *cause = describe(error, at);
        if (offset)
            *offset = at;
        return NULL;
    }
    struct regex *re = xcalloc(1, sizeof *re);
    re->pattern = xstrdup(pattern);
    re->fast = fast;
    re->careful = careful;
    re->fast_max = fast_limit(pattern);
    prepare(re);
    return re;
}

void regex_free(struct regex *re)
{
    if (!re)
        return;
    pcre2_match_data_free(re->data);
    pcre2_match_context_free(re->context);
    pcre2_jit_stack_free(re->stack);
    pcre2_code_free(re->fast);
    pcre2_code_free(re->careful);
    free(re->pattern);
    free(re);
}

char *regex_quote(const char *text, size_t len)
{
    struct buf out = {0};

    for (size_t i = 0; i < len; i++) {
        if (strchr("\\^$.[]|()?*+{}", text[i]) && text[i])
            buf_addc(&out, '\\');
        buf_addc(&out, text[i]);
    }
    buf_addc(&out, '\0');
    return (char *)out.data;
}

const char *regex_pattern(const struct regex *re)
{
    return re->pattern;
}

bool regex_gave_up(const struct regex *re)
{
    return re->gave_up;
}

uint64_t regex_steps(const struct regex *re)
{
    return re->steps;
}

static bool find(struct regex *re, const char *text, size_t len, size_t from, uint32_t options,
                 struct match *out)
{
    const pcre2_code *code = len <= re->fast_max ? re->fast : re->careful;

    re->gave_up = false;
    if (from > len)
        return false;
    re->steps_end = re->steps + STEPS_MAX;
    int n = pcre2_match(code, (PCRE2_SPTR)(text ? text : ""), len, from, options, re->data,
                        re->context);
    re->gave_up = n < 0 && n != PCRE2_ERROR_NOMATCH;
    if (n < 0)
        return false;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(re->data);
    *out = (struct match){ends[0], ends[1] < ends[0] ? ends[0] : ends[1]};
    return true;
}

bool regex_find(struct regex *re, const char *text, size_t len, size_t from, struct match *out)
{
    return find(re, text, len, from, 0, out);
}

bool regex_find_visible(struct regex *re, const char *text, size_t len, size_t from,
                        struct match *out)
{
    return find(re, text, len, from, PCRE2_NOTEMPTY, out);
}

bool regex_matches(struct regex *re, const char *text, size_t len)
{
    struct match unused;

    return find(re, text, len, 0, 0, &unused);
}
