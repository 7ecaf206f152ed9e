/* Prints the fields of an event in the order of the table of fields. jansson prints the strings.
 * Numbers are printed here, from integers: as a double, a time or an inode could lose digits. */
#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "event/fields.h"
#include "sink/sinks.h"

struct json {
    struct sink sink;
    struct out *out;
    struct buf line;
    struct buf repaired; /* scratch of repair_utf8() */
};

/* Decodes the character at p. True: utf8_visible() would replace it, and jansson does not escape
 * it. */
static bool needs_escape(const unsigned char *p, size_t n, int32_t *cp, size_t *len)
{
    char shown[UTF8_VISIBLE_MAX];

    *len = 1;
    *cp = p[0];
    if (p[0] < 0x7f)
        return false;
    *len = utf8_decode(p, n, cp);
    *len += *len == 0;
    return utf8_visible(*cp, p[0], shown) > 0;
}

/* Adds \uXXXX; for a character above U+FFFF two of them, a surrogate pair. */
static void add_escape(struct buf *line, int32_t cp)
{
    unsigned c = (unsigned)cp;

    if (c > 0xffff)
        buf_addf(line, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
    else
        buf_addf(line, "\\u%04x", c);
}

/* The callback of jansson. It gets pieces of JSON text, which are never cut inside a character. */
static int add_piece(const char *piece, size_t n, void *user)
{
    const unsigned char *p = (const unsigned char *)piece;
    struct buf *line = user;
    size_t start = 0, len;
    int32_t cp;

    for (size_t at = 0; at < n; at += len) {
        if (!needs_escape(p + at, n - at, &cp, &len))
            continue;
        buf_add(line, p + start, at - start);
        add_escape(line, cp);
        start = at + len;
    }
    buf_add(line, p + start, n - start);
    return 0;
}

static void add_string(struct buf *line, struct bytes valid)
{
    json_t *s = valid.len ? json_stringn_nocheck(valid.data, valid.len) : json_string_nocheck("");

    json_dump_callback(s, add_piece, line, JSON_ENCODE_ANY);
    json_decref(s);
}

/* The text with U+FFFD for each byte that is not UTF-8. */
static struct bytes repair_utf8(struct buf *to, struct bytes text)
{
    const char *p = text.data;
    int32_t cp;

    buf_clear(to);
    for (size_t at = 0; at < text.len;) {
        size_t n = utf8_decode(p + at, text.len - at, &cp);
        if (cp < 0)
            buf_adds(to, "\xef\xbf\xbd");
        else
            buf_add(to, p + at, n);
        at += n ? n : 1;
    }
    return (struct bytes){to->data, to->len};
}

static void add_text(struct json *j, struct bytes text)
{
    add_string(&j->line, utf8_valid(text.data, text.len) ? text : repair_utf8(&j->repaired, text));
}

static void add_argv(struct json *j, struct bytes argv)
{
    const char *p = argv.data;
    size_t n;

    buf_addc(&j->line, '[');
    for (size_t at = 0; at < argv.len; at += n + 1) {
        const char *nul = memchr(p + at, 0, argv.len - at);
        n = nul ? (size_t)(nul - p) - at : argv.len - at;
        if (at)
            buf_addc(&j->line, ',');
        add_text(j, (struct bytes){p + at, n});
    }
    buf_addc(&j->line, ']');
}

/* Adds nanoseconds as seconds with `digits` decimals; further digits are cut off. */
static void add_seconds(struct buf *line, int64_t ns, int digits)
{
    uint64_t positive = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    uint64_t fraction = positive % 1000000000;

    for (int i = digits; i < 9; i++)
        fraction /= 10;
    buf_addf(line, "%s%" PRIu64 ".%0*" PRIu64, ns < 0 ? "-" : "", positive / 1000000000, digits,
             fraction);
}

/* Adds a duration with 6 decimals if it is a whole number of microseconds, else with 9. */
static void add_duration(struct buf *line, int64_t ns)
{
    add_seconds(line, ns, ns % 1000 ? 9 : 6);
}

static void add_name(struct buf *line, const char *name)
{
    buf_addc(line, '"');
    buf_adds(line, name);
    buf_addc(line, '"');
}

static void add_payload(struct buf *line, const char *name, struct bytes data)
{
    bool valid = utf8_valid(data.data, data.len);

    add_name(line, valid ? name : "base64");
    buf_addc(line, ':');
    if (valid) {
        add_string(line, data);
        return;
    }
    buf_addc(line, '"');
    base64_encode(line, data.data, data.len);
    buf_addc(line, '"');
}

static void add_value(struct json *j, const struct field *f, const struct event *ev)
{
    const void *value = field_get(f, ev);
    struct buf *line = &j->line;

    switch ((enum field_kind)f->kind) {
    case FIELD_UINT:
    case FIELD_NUMBER:
    case FIELD_TOTAL:
        buf_addf(line, "%" PRIu64, *(const uint64_t *)value);
        break;
    case FIELD_CODE:
        buf_addf(line, "%" PRId64, *(const int64_t *)value);
        break;
    case FIELD_TIME:
        add_seconds(line, *(const int64_t *)value, 6);
        break;
    case FIELD_DURATION:
        add_duration(line, *(const int64_t *)value);
        break;
    case FIELD_BOOL:
    case FIELD_ANSWER:
        buf_adds(line, *(const bool *)value ? "true" : "false");
        break;
    case FIELD_TEXT:
        add_text(j, *(const struct bytes *)value);
        break;
    case FIELD_ARGV:
        add_argv(j, *(const struct bytes *)value);
        break;
    case FIELD_HOW:
        add_name(line, event_how_name(*(const enum event_how *)value));
        break;
    case FIELD_STREAM:
        add_name(line, event_stream_name(*(const enum event_stream *)value));
        break;
    case FIELD_PAYLOAD: /* see add_payload(): the name of the field depends on its value */
        break;
    }
}

static void add_field(struct json *j, const struct field *f, const struct event *ev)
{
    buf_addc(&j->line, ',');
    if (f->kind == FIELD_PAYLOAD) {
        add_payload(&j->line, f->name, *(const struct bytes *)field_get(f, ev));
        return;
    }
    add_name(&j->line, f->name);
    buf_addc(&j->line, ':');
    add_value(j, f, ev);
}

static void json_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct json *j = (struct json *)sink;
    struct fields fields = fields_of(ev->type);

    (void)wire;
    buf_clear(&j->line);
    buf_adds(&j->line, "{\"type\":");
    add_name(&j->line, event_type_name(ev->type));
    for (size_t i = 0; i < fields.count; i++)
        if (field_says_something(&fields.list[i], ev))
            add_field(j, &fields.list[i], ev);
    buf_adds(&j->line, "}\n");
    out_put(j->out, j->line.data, j->line.len);
}

static int json_flush(struct sink *sink)
{
    return out_flush(((struct json *)sink)->out);
}

static void json_free(struct sink *sink)
{
    struct json *j = (struct json *)sink;

    buf_free(&j->line);
    buf_free(&j->repaired);
    free(j);
}

struct sink *sink_json_new(struct out *out)
{
    struct json *j = xcalloc(1, sizeof *j);

    j->sink = (struct sink){json_event, json_flush, json_free, NULL};
    j->out = out;
    return &j->sink;
}
