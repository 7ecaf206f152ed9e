/* The encoder runs for every captured write, so it has to be fast: it finds out first which fields
 * are to be written and how many bytes they need at most, reserves those bytes at once, and then
 * writes without further checks. */
#include "event/wire.h"

#include <cbor.h>

#include "base/utf8.h"
#include "event/fields.h"

enum {
    HEAD_MAX = 9,           /* bytes of a CBOR item's head */
    TEXT_CLIP = 64 * 1024,  /* longer texts are cut, so that no event exceeds EVENT_WIRE_MAX */
    ARGV_CLIP = 128 * 1024, /* the same for a command line, in bytes with the NUL bytes */
};

/* The reserved bytes that are still free. */
struct pen {
    unsigned char *at, *end;
};

static size_t room_left(const struct pen *pen)
{
    return (size_t)(pen->end - pen->at);
}

static void put_raw(struct pen *pen, const void *data, size_t n)
{
    if (n)
        memcpy(pen->at, data, n);
    pen->at += n;
}

static void put_uint(struct pen *pen, uint64_t value)
{
    pen->at += cbor_encode_uint(value, pen->at, room_left(pen));
}

static void put_int(struct pen *pen, int64_t value)
{
    if (value >= 0)
        put_uint(pen, (uint64_t)value);
    else
        pen->at += cbor_encode_negint((uint64_t)(-(value + 1)), pen->at, room_left(pen));
}

static void put_string(struct pen *pen, const char *s, size_t n)
{
    pen->at += cbor_encode_string_start(n, pen->at, room_left(pen));
    put_raw(pen, s, n);
}

static void put_name(struct pen *pen, const char *name)
{
    put_string(pen, name, strlen(name));
}

static void put_text(struct pen *pen, const void *data, size_t n)
{
    if (utf8_valid(data, n)) {
        put_string(pen, data, n);
    } else {
        pen->at += cbor_encode_bytestring_start(n, pen->at, room_left(pen));
        put_raw(pen, data, n);
    }
}

/* How many bytes of a text are written: all, or what fits without cutting a character in two. */
static size_t clip_text(struct bytes text)
{
    const unsigned char *p = text.data;
    size_t n = TEXT_CLIP;

    if (text.len <= TEXT_CLIP)
        return text.len;
    for (int i = 0; i < 3 && (p[n] & 0xc0) == 0x80; i++)
        n--;
    return n;
}

static struct bytes clip_argv(struct bytes argv)
{
    return (struct bytes){argv.data, argv.len < ARGV_CLIP ? argv.len : ARGV_CLIP};
}

/* Removes the first argument from argv and returns it. The last one may lack its NUL byte. */
static struct bytes next_arg(struct bytes *argv)
{
    const char *nul = memchr(argv->data, 0, argv->len);
    size_t n = nul ? (size_t)(nul - (const char *)argv->data) : argv->len;
    struct bytes arg = {argv->data, n};

    n += nul != NULL;
    *argv = (struct bytes){(const char *)argv->data + n, argv->len - n};
    return arg;
}

static size_t count_args(struct bytes argv)
{
    size_t n = 0;

    for (; argv.len; n++)
        next_arg(&argv);
    return n;
}

static void put_argv(struct pen *pen, struct bytes argv)
{
    pen->at += cbor_encode_array_start(count_args(argv), pen->at, room_left(pen));
    while (argv.len) {
        struct bytes arg = next_arg(&argv);
        put_text(pen, arg.data, arg.len);
    }
}

static void put_value(struct pen *pen, const struct field *f, const struct event *ev)
{
    const void *value = field_get(f, ev);
    const struct bytes *text = value;

    switch ((enum field_kind)f->kind) {
    case FIELD_UINT:
    case FIELD_NUMBER:
    case FIELD_TOTAL:
        put_uint(pen, *(const uint64_t *)value);
        break;
    case FIELD_CODE:
    case FIELD_TIME:
    case FIELD_DURATION:
        put_int(pen, *(const int64_t *)value);
        break;
    case FIELD_BOOL:
    case FIELD_ANSWER:
        pen->at += cbor_encode_bool(*(const bool *)value, pen->at, room_left(pen));
        break;
    case FIELD_TEXT:
        put_text(pen, text->data, clip_text(*text));
        break;
    case FIELD_ARGV:
        put_argv(pen, clip_argv(*text));
        break;
    case FIELD_HOW:
        put_name(pen, event_how_name(*(const enum event_how *)value));
        break;
    case FIELD_STREAM:
        put_name(pen, event_stream_name(*(const enum event_stream *)value));
        break;
    case FIELD_PAYLOAD: /* only the head: the caller appends the bytes */
        pen->at += cbor_encode_bytestring_start(text->len, pen->at, room_left(pen));
        break;
    }
}

/* The most bytes that a field can need: name and value, without the bytes of a payload. */
static size_t max_size(const struct field *f, const struct event *ev)
{
    const struct bytes *text = field_get(f, ev);
    size_t fixed = HEAD_MAX + f->name_len + HEAD_MAX;

    if (f->kind == FIELD_TEXT)
        return fixed + clip_text(*text);
    if (f->kind == FIELD_ARGV)
        return fixed + clip_argv(*text).len + count_args(clip_argv(*text)) * HEAD_MAX;
    if (f->kind == FIELD_HOW || f->kind == FIELD_STREAM)
        return fixed + 16;
    return fixed;
}

void wire_encode_head(struct buf *out, const struct event *ev)
{
    struct fields fields = fields_of(ev->type);
    const struct field *said[FIELDS_MAX];
    const char *type = event_type_name(ev->type);
    size_t size = 3 * HEAD_MAX + strlen(type), n = 0;

    for (size_t i = 0; i < fields.count; i++) {
        if (!field_says_something(&fields.list[i], ev))
            continue;
        said[n++] = &fields.list[i];
        size += max_size(&fields.list[i], ev);
    }
    unsigned char *start = buf_reserve(out, size);
    struct pen pen = {start, start + size};
    pen.at += cbor_encode_array_start(2, pen.at, room_left(&pen));
    put_name(&pen, type);
    pen.at += cbor_encode_map_start(n, pen.at, room_left(&pen));
    for (size_t i = 0; i < n; i++) {
        put_string(&pen, said[i]->name, said[i]->name_len);
        put_value(&pen, said[i], ev);
    }
    out->len += (size_t)(pen.at - start);
}

void wire_encode(struct buf *out, const struct event *ev)
{
    wire_encode_head(out, ev);
    if (ev->type == EVENT_WRITE || ev->type == EVENT_READ)
        buf_add(out, ev->write.data.data, ev->write.data.len);
}
