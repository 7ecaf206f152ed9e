/* Each pattern is compiled twice. `fast` is used where a match can't take long: on short texts; the
 * more repeats the pattern has, the shorter the text must be. `careful` has a PCRE2 callout before
 * each item of the pattern. The callout counts steps and stops the match at a limit, because
 * PCRE2's own match limit does not count all work of JIT code. A callout counts as more than one
 * step when PCRE2 may have looked at many bytes since the last one. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/xmalloc.h"

#define STEPS_MAX 700000    /* steps of one match of `careful`: 7 to 17 ms */
#define GLANCE_STEPS 10000  /* the same for regex_glance() */
#define QUICK_LIMIT 2000    /* first try of `fast`, in PCRE2's own count: some us */
#define MATCH_LIMIT 1000000 /* second try of `fast`: 1 to 5 ms */
#define HARD_STEPS 300000   /* steps that a second try counts as */
#define DEPTH_LIMIT 100000  /* PCRE2's recursion limit, where there is no JIT */
#define BYTES_PER_STEP 4    /* bytes that PCRE2 compares in the time of one step */
#define GROUPS_PER_STEP 8   /* capture groups that a callout gets in the time of one step */
#define WAYS_MAX 64         /* ways through the alternatives of a pattern, for `fast` */
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
    size_t fast_max;    /* longest text for `fast`, in bytes */
    uint64_t steps;     /* counted in all matches so far */
    uint64_t steps_end; /* the present match gives up at this count */
    size_t at;          /* position in the text at the last callout */
    size_t callout;     /* steps that each callout counts as, at least */
    size_t blind;       /* bytes that a counted repeat may look at before it fails */
    bool refers;        /* has back references; each compares as many bytes as its group has */
};

static pcre2_code *compile(const char *pattern, uint32_t options, int *error, PCRE2_SIZE *offset)
{
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, error, offset, NULL);

    if (code)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

/* True when the pattern has an upper case letter outside escapes and names of groups. */
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

/* The largest number of a counted repeat that begins at p, 0 if none does. "{2,30}" gives 30. */
static size_t repeat_count(const char *p)
{
    char *end;
    size_t n = 0;

    if (p[0] != '{' || p[1] < '0' || p[1] > '9')
        return 0;
    n = strtoul(p + 1, &end, 10);
    if (*end == ',' && end[1] >= '0' && end[1] <= '9')
        n = strtoul(end + 1, &end, 10);
    return *end == '}' || *end == ',' ? n : 0;
}

/* Returns the "]" that ends the character class that begins at p, or the end of the pattern. */
static const char *skip_class(const char *p)
{
    p += 1 + (p[1] == '^');
    for (p += *p == ']'; *p && *p != ']'; p++)
        p += *p == '\\' && p[1];
    return p;
}

/* The number of ways to combine the alternatives of a group whose content begins at *p. Moves *p to
 * the ")" that ends it. Repeats without a number are left out: PCRE2's own limit counts those. */
static double count_ways(const char **p)
{
    double sum = 0, product = 1;

    for (; **p && **p != ')'; ++*p) {
        if (**p == '\\' && (*p)[1])
            ++*p;
        else if (**p == '[' && !*(*p = skip_class(*p)))
            break;
        else if (**p == '|') {
            sum += product;
            product = 1;
        } else if (**p == '(') {
            ++*p;
            double inner = count_ways(p);
            if (!**p)
                return 2 * WAYS_MAX;
            for (size_t n = repeat_count(*p + 1); n > 1 && inner > 1 && product <= WAYS_MAX; n--)
                product *= inner;
            product *= inner;
        }
    }
    return sum + product;
}

/* False for patterns that count_ways() would misread: with quoted parts, comments, option x. */
static bool is_plain(const char *pattern)
{
    if (strstr(pattern, "\\Q") || strstr(pattern, "(?#"))
        return false;
    for (const char *p = pattern; (p = strstr(p, "(?"));)
        for (p += 2; (*p >= 'a' && *p <= 'z') || *p == '^' || *p == '-'; p++)
            if (*p == 'x')
                return false;
    return true;
}

/* The longest text, in bytes, on which the worst case of the pattern is still quick. */
static size_t fast_limit(const char *pattern)
{
    static const size_t limits[] = {SIZE_MAX, 256, 64, 32};
    size_t repeats = 0, optional = 0;
    const char *all = pattern;

    if (!is_plain(pattern) || count_ways(&all) > WAYS_MAX)
        return 0;
    for (const char *p = pattern; *p; p++) {
        repeats += strchr("*+{", *p) != NULL;
        if (p[0] == '(' && p[1] == '?' && p[2] && strchr("R&P0123456789+-", p[2]))
            repeats += 3;
        optional += *p == '?' && (p == pattern || p[-1] != '(');
    }
    repeats += optional > 8 ? 3 : 0;
    return limits[repeats < 3 ? repeats : 3];
}

/* The largest count of the counted repeats in the pattern. A repeat that fails does not tell the
 * callout how far it looked, so each step is charged for as many bytes. */
static size_t largest_repeat(const char *pattern)
{
    size_t most = 0;

    for (const char *p = pattern; (p = strchr(p, '{')); p++)
        if (repeat_count(p) > most &&
            !(p > pattern + 1 && p[-2] == '\\' && strchr("xopPgkN", p[-1])))
            most = repeat_count(p);
    return most;
}

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* The bytes that a back reference may have to compare at most. */
static size_t longest_group(const pcre2_callout_block *block)
{
    const PCRE2_SIZE *ends = block->offset_vector;
    size_t most = 0;

    for (uint32_t i = 1; i < block->capture_top; i++)
        if (ends[2 * i] != PCRE2_UNSET && ends[2 * i + 1] != PCRE2_UNSET &&
            distance(ends[2 * i], ends[2 * i + 1]) > most)
            most = distance(ends[2 * i], ends[2 * i + 1]);
    return most;
}

/* The callout of `careful`: adds the cost of this step. */
static int count_step(pcre2_callout_block *block, void *user)
{
    struct regex *re = user;
    size_t left = block->subject_length - block->current_position;
    size_t bytes = distance(block->current_position, re->at);

    bytes += re->blind < left ? re->blind : left;
    if (re->refers)
        bytes += longest_group(block);
    re->at = block->current_position;
    re->steps += re->callout + bytes / BYTES_PER_STEP;
    return re->steps < re->steps_end ? 0 : PCRE2_ERROR_CALLOUT;
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
    uint32_t references = 0, groups = 0;

    pcre2_pattern_info(re->fast, PCRE2_INFO_CAPTURECOUNT, &groups);
    re->callout = 1 + groups / GROUPS_PER_STEP;
    pcre2_pattern_info(re->fast, PCRE2_INFO_BACKREFMAX, &references);
    re->refers = references > 0;
    re->fast_max = fast_limit(re->pattern);
    re->blind = largest_repeat(re->pattern);
    re->data = pcre2_match_data_create_from_pattern(re->fast, NULL);
    re->context = pcre2_match_context_create(NULL);
    re->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MAX, NULL);
    if (!re->data || !re->context)
        abort();
    pcre2_set_depth_limit(re->context, DEPTH_LIMIT);
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

uint64_t regex_steps(const struct regex *re)
{
    return re->steps;
}

/* Returns the result of pcre2_match(). */
static int run(struct regex *re, const pcre2_code *code, struct bytes text, size_t from,
               uint32_t options, uint32_t limit)
{
    pcre2_set_match_limit(re->context, limit);
    return pcre2_match(code, (PCRE2_SPTR)(text.data ? text.data : ""), text.len, from, options,
                       re->data, re->context);
}

/* First tries with a low limit. A match that reaches it is run again with a higher one, except for
 * a glance. */
static int run_fast(struct regex *re, struct bytes text, size_t from, uint32_t options, bool glance)
{
    int n = run(re, re->fast, text, from, options, QUICK_LIMIT);

    if (n != PCRE2_ERROR_MATCHLIMIT || glance)
        return n;
    re->steps += HARD_STEPS;
    return run(re, re->fast, text, from, options, MATCH_LIMIT);
}

static int run_careful(struct regex *re, struct bytes text, size_t from, uint32_t options)
{
    re->at = from;
    return run(re, re->careful, text, from, options, UINT32_MAX);
}

static enum regex_answer find(struct regex *re, struct bytes text, size_t from, uint32_t options,
                              bool glance, struct match *out)
{
    if (from > text.len)
        return REGEX_NO;
    re->steps_end = re->steps + (glance ? GLANCE_STEPS : STEPS_MAX);
    int n = text.len <= re->fast_max ? run_fast(re, text, from, options, glance)
                                     : run_careful(re, text, from, options);
    if (n < 0)
        return n == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_GAVE_UP;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(re->data);
    *out = (struct match){ends[0], ends[1] < ends[0] ? ends[0] : ends[1]};
    return REGEX_YES;
}

enum regex_answer regex_find(struct regex *re, const char *text, size_t len, size_t from,
                             struct match *out)
{
    return find(re, (struct bytes){text, len}, from, 0, false, out);
}

enum regex_answer regex_find_visible(struct regex *re, const char *text, size_t len, size_t from,
                                     struct match *out)
{
    return find(re, (struct bytes){text, len}, from, PCRE2_NOTEMPTY, false, out);
}

enum regex_answer regex_glance(struct regex *re, const char *text, size_t len, size_t from,
                               bool visible, struct match *out)
{
    return find(re, (struct bytes){text, len}, from, visible ? PCRE2_NOTEMPTY : 0, true, out);
}

enum regex_answer regex_matches(struct regex *re, const char *text, size_t len)
{
    struct match unused;

    return find(re, (struct bytes){text, len}, 0, 0, false, &unused);
}
