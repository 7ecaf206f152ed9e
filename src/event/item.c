/* Heads of items are checked here; then libcbor decodes the item and calls one of the callbacks. */
#include "event/item.h"

#include <cbor.h>

/* All callbacks of libcbor end here. */
static void set_item(void *user, enum item_kind kind, uint64_t number)
{
    struct item *it = user;

    it->kind = kind;
    it->number = number;
}

static void set_string_item(void *user, enum item_kind kind, cbor_data data, size_t len)
{
    set_item(user, kind, len);
    ((struct item *)user)->string = (struct bytes){data, len};
}

static void on_uint8(void *user, uint8_t value)
{
    set_item(user, ITEM_UINT, value);
}

static void on_uint16(void *user, uint16_t value)
{
    set_item(user, ITEM_UINT, value);
}

static void on_uint32(void *user, uint32_t value)
{
    set_item(user, ITEM_UINT, value);
}

static void on_uint64(void *user, uint64_t value)
{
    set_item(user, ITEM_UINT, value);
}

static void on_negint8(void *user, uint8_t value)
{
    set_item(user, ITEM_NEGINT, value);
}

static void on_negint16(void *user, uint16_t value)
{
    set_item(user, ITEM_NEGINT, value);
}

static void on_negint32(void *user, uint32_t value)
{
    set_item(user, ITEM_NEGINT, value);
}

static void on_negint64(void *user, uint64_t value)
{
    set_item(user, ITEM_NEGINT, value);
}

static void on_bytes(void *user, cbor_data data, size_t len)
{
    set_string_item(user, ITEM_BYTES, data, len);
}

static void on_text(void *user, cbor_data data, size_t len)
{
    set_string_item(user, ITEM_TEXT, data, len);
}

static void on_bytes_start(void *user)
{
    set_item(user, ITEM_PIECES_BYTES, ITEM_OPEN);
}

static void on_text_start(void *user)
{
    set_item(user, ITEM_PIECES_TEXT, ITEM_OPEN);
}

static void on_array(void *user, size_t count)
{
    set_item(user, ITEM_ARRAY, count);
}

static void on_open_array(void *user)
{
    set_item(user, ITEM_ARRAY, ITEM_OPEN);
}

static void on_map(void *user, size_t count)
{
    set_item(user, ITEM_MAP, count);
}

static void on_open_map(void *user)
{
    set_item(user, ITEM_MAP, ITEM_OPEN);
}

static void on_tag(void *user, uint64_t tag)
{
    set_item(user, ITEM_TAG, tag);
}

static void on_float(void *user, float value)
{
    (void)value;
    set_item(user, ITEM_SIMPLE, 0);
}

static void on_double(void *user, double value)
{
    (void)value;
    set_item(user, ITEM_SIMPLE, 0);
}

static void on_simple(void *user)
{
    set_item(user, ITEM_SIMPLE, 0);
}

static void on_bool(void *user, bool value)
{
    set_item(user, ITEM_BOOL, value);
}

static void on_break(void *user)
{
    set_item(user, ITEM_BREAK, 0);
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string = on_bytes,
    .byte_string_start = on_bytes_start,
    .string = on_text,
    .string_start = on_text_start,
    .array_start = on_array,
    .indef_array_start = on_open_array,
    .map_start = on_map,
    .indef_map_start = on_open_map,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = on_simple,
    .null = on_simple,
    .boolean = on_bool,
    .indef_break = on_break,
};

enum { MAJOR_BYTES = 2, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG, MAJOR_SIMPLE };

/* The head of an item, decoded. */
struct head {
    unsigned major;
    unsigned info;  /* the low five bits of the first byte */
    size_t size;    /* bytes of the head itself */
    uint64_t value; /* of a number; for the rest: length, count, tag or simple value */
};

/* How many bytes of the head follow the first byte; -1: that value of info is not valid. */
static int extra_bytes(unsigned info)
{
    if (info < 24 || info == 31)
        return 0;
    return info < 28 ? 1 << (info - 24) : -1;
}

static enum item_result read_head(const struct cursor *c, struct head *head)
{
    size_t have = (size_t)(c->end - c->at);

    if (have == 0)
        return ITEM_PARTIAL;
    head->major = c->at[0] >> 5;
    head->info = c->at[0] & 31;
    int extra = extra_bytes(head->info);
    if (extra < 0)
        return ITEM_DAMAGED;
    head->size = 1 + (size_t)extra;
    if (have < head->size)
        return ITEM_PARTIAL;
    head->value = extra ? 0 : head->info;
    for (int i = 1; i <= extra; i++)
        head->value = head->value << 8 | c->at[i];
    return ITEM_OK;
}

/* Numbers and tags can't be of open length. A string, array or map must fit into an event. */
static bool head_is_sane(const struct head *head)
{
    bool open = head->info == 31;

    if (head->major < MAJOR_BYTES || head->major == MAJOR_TAG)
        return !open;
    return head->major == MAJOR_SIMPLE || open || head->value <= EVENT_WIRE_MAX;
}

/* Simple values without an assigned meaning are well-formed CBOR, but libcbor refuses them. */
static bool is_unassigned(const struct head *head)
{
    return head->major == MAJOR_SIMPLE && (head->info < 20 || head->info == 24);
}

static bool is_string(const struct head *head)
{
    return (head->major == MAJOR_BYTES || head->major == MAJOR_TEXT) && head->info != 31;
}

enum item_result item_next(struct cursor *c, struct item *it)
{
    struct head head;
    size_t have = (size_t)(c->end - c->at);
    enum item_result result = read_head(c, &head);

    if (result != ITEM_OK)
        return result;
    if (!head_is_sane(&head))
        return ITEM_DAMAGED;
    if (is_string(&head) && have - head.size < head.value)
        return ITEM_PARTIAL;
    if (is_unassigned(&head)) {
        set_item(it, ITEM_SIMPLE, 0);
        c->at += head.size;
        return ITEM_OK;
    }
    struct cbor_decoder_result done = cbor_stream_decode(c->at, have, &callbacks, it);
    if (done.status != CBOR_DECODER_FINISHED || done.read == 0)
        return ITEM_DAMAGED; /* not a lack of bytes: the whole item is in the buffer */
    c->at += done.read;
    return ITEM_OK;
}

static bool is_in_pieces(enum item_kind kind)
{
    return kind == ITEM_PIECES_BYTES || kind == ITEM_PIECES_TEXT;
}

/* Whether an item is allowed here. Pieces of a string must be whole strings of its kind. */
static bool may_follow(const struct scan *s, const struct item *it)
{
    const struct scan_level *top = s->depth ? &s->level[s->depth - 1] : NULL;

    if (it->kind == ITEM_BREAK)
        return top && top->left == ITEM_OPEN && !top->odd;
    if (top && is_in_pieces(top->kind))
        return it->kind == (top->kind == ITEM_PIECES_BYTES ? ITEM_BYTES : ITEM_TEXT);
    return true;
}

/* Counts an item as one of the container that it is in. */
static void count_off(struct scan *s)
{
    if (s->depth == 0)
        return;
    struct scan_level *top = &s->level[s->depth - 1];
    if (top->left != ITEM_OPEN)
        top->left--;
    else if (top->kind == ITEM_MAP)
        top->odd = !top->odd;
}

static uint64_t count_items(const struct item *it)
{
    if (it->kind == ITEM_TAG)
        return 1;
    return it->kind == ITEM_MAP && it->number != ITEM_OPEN ? 2 * it->number : it->number;
}

static bool is_container(const struct item *it)
{
    return it->kind == ITEM_ARRAY || it->kind == ITEM_MAP || it->kind == ITEM_TAG ||
           is_in_pieces(it->kind);
}

static bool scan_item(struct scan *s, const struct item *it)
{
    if (!may_follow(s, it))
        return false;
    if (it->kind == ITEM_BREAK) {
        s->depth--;
        return true;
    }
    count_off(s);
    if (!is_container(it))
        return true;
    if (s->depth == EVENT_DEPTH_MAX)
        return false;
    s->level[s->depth++] = (struct scan_level){.left = count_items(it), .kind = it->kind};
    return true;
}

/* Leaves the containers that have all their items. */
static void close_full(struct scan *s)
{
    while (s->depth && s->level[s->depth - 1].left == 0)
        s->depth--;
}

enum item_result scan_more(struct scan *s, struct cursor *c)
{
    struct item it;

    while (!s->begun || s->depth) {
        enum item_result result = item_next(c, &it);
        if (result != ITEM_OK)
            return result;
        if (!scan_item(s, &it))
            return ITEM_DAMAGED;
        s->begun = true;
        close_full(s);
    }
    return ITEM_OK;
}
