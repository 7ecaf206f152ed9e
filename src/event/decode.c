/* All fields are set to their defaults first. A field that can't be decoded keeps its default, so
 * every member of the event is initialised, whatever the input is. */
#include "event/decode.h"

#include "event/fields.h"
#include "event/item.h"

static bool next_item(struct cursor *c, struct item *it)
{
    return item_next(c, it) == ITEM_OK;
}

static bool skip_item(struct cursor *c)
{
    struct scan s = {0};

    return scan_more(&s, c) == ITEM_OK;
}

static bool is_string(const struct item *it)
{
    return it->kind == ITEM_TEXT || it->kind == ITEM_BYTES;
}

static bool is_name(const struct item *it, const char *name)
{
    return it->kind == ITEM_TEXT && it->string.len == strlen(name) &&
           memcmp(it->string.data, name, it->string.len) == 0;
}

/* Whether the container has another item; `left` counts the ones to come, or is ITEM_OPEN. At
 * the end of an open container, moves the cursor behind the break. */
static bool has_another(struct cursor *c, uint64_t *left)
{
    struct cursor peek = *c;
    struct item it;

    if (*left != ITEM_OPEN)
        return (*left)-- > 0;
    if (!next_item(&peek, &it) || it.kind != ITEM_BREAK)
        return true; /* also if the bytes end here: the caller fails when it reads the item */
    *c = peek;
    return false;
}

static bool take_uint(const struct item *it, uint64_t *value)
{
    if (it->kind != ITEM_UINT)
        return false;
    *value = it->number;
    return true;
}

static bool take_int(const struct item *it, int64_t *value)
{
    if ((it->kind != ITEM_UINT && it->kind != ITEM_NEGINT) || it->number > INT64_MAX)
        return false;
    *value = it->kind == ITEM_UINT ? (int64_t)it->number : -1 - (int64_t)it->number;
    return true;
}

static bool take_bool(const struct item *it, bool *value)
{
    if (it->kind != ITEM_BOOL)
        return false;
    *value = it->number != 0;
    return true;
}

static bool take_string(const struct item *it, struct bytes *value)
{
    if (!is_string(it))
        return false;
    *value = it->string;
    return true;
}

static bool take_how(const struct item *it, enum event_how *how)
{
    for (enum event_how i = HOW_UNKNOWN; i < HOWS; i++)
        if (is_name(it, event_how_name(i))) {
            *how = i;
            return true;
        }
    return false;
}

static bool take_stream(const struct item *it, enum event_stream *stream)
{
    for (enum event_stream i = STREAM_OTHER; i < STREAMS; i++)
        if (is_name(it, event_stream_name(i))) {
            *stream = i;
            return true;
        }
    return false;
}

/* Joins the arguments in *argv, each with its NUL byte. An item that is no string is skipped. */
static bool read_argv(struct cursor *c, struct bytes *value, struct buf *argv)
{
    struct item it;

    if (!next_item(c, &it) || it.kind != ITEM_ARRAY)
        return false;
    buf_clear(argv);
    for (uint64_t left = it.number; has_another(c, &left);) {
        struct cursor arg = *c;
        if (!next_item(&arg, &it))
            return false;
        if (!is_string(&it)) {
            if (!skip_item(c))
                return false;
            continue;
        }
        buf_add(argv, it.string.data, it.string.len);
        buf_addc(argv, 0);
        *c = arg;
    }
    *value = (struct bytes){argv->data, argv->len};
    return true;
}

/* False: the value is not of the field's kind. Then the position of the cursor is undefined. */
static bool read_value(struct cursor *c, const struct field *f, struct event *ev, struct buf *argv)
{
    void *value = field_at(f, ev);
    struct item it;

    if (f->kind == FIELD_ARGV)
        return read_argv(c, value, argv);
    if (!next_item(c, &it))
        return false;
    switch ((enum field_kind)f->kind) {
    case FIELD_UINT:
    case FIELD_NUMBER:
    case FIELD_TOTAL:
        return take_uint(&it, value);
    case FIELD_CODE:
    case FIELD_TIME:
    case FIELD_DURATION:
        return take_int(&it, value);
    case FIELD_BOOL:
    case FIELD_ANSWER:
        return take_bool(&it, value);
    case FIELD_TEXT:
    case FIELD_PAYLOAD:
        return take_string(&it, value);
    case FIELD_HOW:
        return take_how(&it, value);
    case FIELD_STREAM:
        return take_stream(&it, value);
    case FIELD_ARGV:
        break;
    }
    return false;
}

/* Begins at *hint, behind the field that was found last, since most writers keep to the order of
 * the table. */
static const struct field *find_field(struct fields fields, struct bytes name, size_t *hint)
{
    for (size_t i = 0; i < fields.count; i++) {
        size_t at = *hint + i < fields.count ? *hint + i : *hint + i - fields.count;
        const struct field *f = &fields.list[at];
        if (f->name_len == name.len && memcmp(f->name, name.data, name.len) == 0) {
            *hint = at + 1;
            return f;
        }
    }
    return NULL;
}

static bool read_pair(struct cursor *c, struct event *ev, size_t *hint, struct buf *argv)
{
    struct cursor key = *c;
    const struct field *f = NULL;
    struct item it;

    if (!next_item(&key, &it))
        return false;
    if (it.kind == ITEM_TEXT) {
        f = find_field(fields_of(ev->type), it.string, hint);
        *c = key;
    } else if (!skip_item(c)) {
        return false;
    }
    struct cursor value = *c;
    if (!f || !read_value(&value, f, ev, argv))
        return skip_item(c);
    *c = value;
    return true;
}

static bool read_fields(struct cursor *c, struct event *ev, struct buf *argv)
{
    struct item it;
    size_t hint = 0;

    if (!next_item(c, &it) || it.kind != ITEM_MAP)
        return false;
    for (uint64_t left = it.number; has_another(c, &left);)
        if (!read_pair(c, ev, &hint, argv))
            return false;
    return true;
}

static enum event_type type_of(const struct item *it)
{
    for (enum event_type type = EVENT_HELLO; type < EVENT_TYPES; type++)
        if (is_name(it, event_type_name(type)))
            return type;
    return EVENT_UNKNOWN;
}

static bool is_payload(const struct event *ev)
{
    return ev->type == EVENT_WRITE || ev->type == EVENT_READ;
}

/* Sets the defaults of all fields. UINT64_MAX stands for "total is absent" until
 * complete_lengths(). */
static void set_defaults(struct event *ev, enum event_type type)
{
    memset(ev, 0, sizeof *ev);
    ev->type = type;
    if (type == EVENT_EXIT)
        ev->exit.code = -1;
    if (is_payload(ev))
        ev->write.total = UINT64_MAX;
}

static void complete_lengths(struct event *ev)
{
    if (!is_payload(ev))
        return;
    if (ev->write.data.len)
        ev->write.len = ev->write.data.len;
    if (ev->write.total == UINT64_MAX)
        ev->write.total = ev->write.len;
}

int decode_event(struct bytes wire, struct event *ev, struct buf *argv)
{
    struct cursor c = {wire.data, (const unsigned char *)wire.data + wire.len};
    struct item it;

    set_defaults(ev, EVENT_UNKNOWN);
    if (!next_item(&c, &it) || it.kind != ITEM_ARRAY)
        return -1;
    uint64_t left = it.number;
    if (!has_another(&c, &left) || !next_item(&c, &it) || it.kind != ITEM_TEXT)
        return -1;
    set_defaults(ev, type_of(&it));
    if (!has_another(&c, &left) || !read_fields(&c, ev, argv))
        return -1;
    complete_lengths(ev);
    while (has_another(&c, &left))
        if (!skip_item(&c))
            return -1;
    return c.at == c.end ? 0 : -1;
}
