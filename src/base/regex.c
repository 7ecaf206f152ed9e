/* A pattern is compiled twice. `fast` is used where it can't take long: on short
 * texts, the shorter the more repeats the pattern has. `careful` calls out before
 * each item, and the callout counts steps and stops when there are too many:
 * PCRE2's own match limit does not see all that JIT code does. A step costs more when it may have
 * looked at many bytes. */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/xmalloc.h"

#define STEPS_MAX 700000    /* of one match of `careful`: 7 to 17 ms */
#define MATCH_LIMIT 1000000 /* of `fast`, in PCRE2's own count: 1 to 5 ms */
#define DEPTH_LIMIT 100000  /* where there is no JIT */
#define QUICK_LIMIT 2000    /* what takes no time to speak of */
#define GLANCE_STEPS 10000  /* of a glance */
#define HARD_STEPS 300000   /* what more than that counts for */
#define BYTES_PER_STEP 4    /* that are looked at in the time of a step */
#define GROUPS_PER_STEP 8   /* that a callout is told about in that time */
#define WAYS_MAX 64         /* through a pattern's alternatives, for `fast` */
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
    size_t at;      /* in the text, at the last step */
    size_t callout; /* what a step costs in any case */
    size_t blind;   /* bytes that a counted repeat may look at before it fails */
    bool refers;    /* it has back references, which compare as many as their group has */
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

/* The number behind `{` when that begins a counted repeat, else 0. For "{2,30}" it is 30. */
static size_t counted(const char *p)
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

/* Behind the class that begins at p. */
static const char *skip_class(const char *p)
{
    p += 1 + (p[1] == '^');
    for (p += *p == ']'; *p && *p != ']'; p++)
        p += *p == '\\' && p[1];
    return p;
}

/* In how many ways the alternatives of a group, which begins at *p, can be combined; *p is set
 * behind it. Repeats without a number are not meant: PCRE2 counts those itself. */
static double ways(const char **p)
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
            double inner = ways(p);
            if (!**p)
                return 2 * WAYS_MAX;
            for (size_t n = counted(*p + 1); n > 1 && inner > 1 && product <= WAYS_MAX; n--)
                product *= inner;
            product *= inner;
        }
    }
    return sum + product;
}

/* What ways() does not read: quoted parts, comments, options. */
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

/* How long a text may be so that the worst that the pattern can do takes no time to speak of. */
static size_t fast_limit(const char *pattern)
{
    static const size_t limits[] = {SIZE_MAX, 256, 64, 32};
    size_t repeats = 0, optional = 0;
    const char *all = pattern;

    if (!is_plain(pattern) || ways(&all) > WAYS_MAX)
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

/* A repeat that fails leaves no trace of how far it looked. */
static size_t blindness(const char *pattern)
{
    size_t most = 0;

    for (const char *p = pattern; (p = strchr(p, '{')); p++)
        if (counted(p) > most && !(p > pattern + 1 && p[-2] == '\\' && strchr("xopPgkN", p[-1])))
            most = counted(p);
    return most;
}

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* The longest that a back reference may have to compare. */
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
    re->blind = blindness(re->pattern);
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

/* What pcre2_match() says. */
static int run(struct regex *re, const pcre2_code *code, struct bytes text, size_t from,
               uint32_t options, uint32_t limit)
{
    pcre2_set_match_limit(re->context, limit);
    return pcre2_match(code, (PCRE2_SPTR)(text.data ? text.data : ""), text.len, from, options,
                       re->data, re->context);
}

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
