/* The only file that uses libtermkey. A filter stands in front of it. The filter collects
 * bracketed paste as text, drops unexpected replies of the terminal (OSC, DCS, APC strings), and
 * passes on only complete characters and well-formed sequences: on some others (CSI ~ without a
 * number) libtermkey 0.22 reads beyond its tables.
 *
 * Held bytes: an incomplete character or sequence that the filter has not yet passed on or
 * dropped. */
#include "term/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termkey.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define ESC 0x1b
#define BEL 0x07
#define REPLY_MAX 4096      /* bytes; a reply that is longer is taken for ended */
#define PASTE_MAX (1 << 20) /* bytes; the rest of a longer paste is dropped */

enum filter_state {
    PLAIN,
    SEEN_ESC,    /* ESC is held */
    SEEN_CHAR,   /* the beginning of a character is held */
    SEEN_CSI,    /* ESC [ and parameters are held */
    SEEN_X10,    /* ESC [ M and the first of three more bytes are held */
    SEEN_STRING, /* ESC and ] P or _ are held */
    REPLY,       /* in a reply, which is dropped */
    REPLY_ESC,   /* after an ESC in a reply */
    PASTE        /* in a paste, which is collected */
};

struct input {
    TermKey *tk;
    bool utf8;
    struct buf raw; /* bytes that the filter has not read yet */
    enum filter_state state;
    unsigned char held[32];
    size_t nheld;
    size_t swallowed; /* bytes of the reply so far */
    struct buf paste;
    bool paste_whole; /* a complete paste, for the next input_next() */
    bool waiting;     /* libtermkey holds the beginning of a key */
    bool force;       /* libtermkey is to take that beginning as a key */
};

/* Hides the capability key_mouse: with it libtermkey would read SGR mouse reports as X10 reports.
 */
static const char *hide_mouse(const char *name, const char *value, void *user)
{
    (void)user;
    return strcmp(name, "key_mouse") == 0 ? NULL : value;
}

struct input *input_new(const char *term, bool utf8, char **cause)
{
    int flags = TERMKEY_FLAG_NOSTART | TERMKEY_FLAG_NOTERMIOS | TERMKEY_FLAG_CTRLC |
                (utf8 ? TERMKEY_FLAG_UTF8 : TERMKEY_FLAG_RAW);
    TermKey *tk = termkey_new_abstract(term, flags);

    if (tk) {
        termkey_hook_terminfo_getstr(tk, hide_mouse, NULL);
        termkey_set_canonflags(tk, TERMKEY_CANON_DELBS);
    }
    if (!tk || !termkey_start(tk)) {
        if (tk)
            termkey_destroy(tk);
        *cause = xasprintf("the keys of terminal type '%s' are not known", term);
        return NULL;
    }
    struct input *in = xcalloc(1, sizeof *in);
    in->tk = tk;
    in->utf8 = utf8;
    return in;
}

void input_free(struct input *in)
{
    if (!in)
        return;
    termkey_destroy(in->tk);
    buf_free(&in->raw);
    buf_free(&in->paste);
    free(in);
}

void input_push(struct input *in, const void *data, size_t n)
{
    buf_add(&in->raw, data, n);
}

static void filter_byte(struct input *in, unsigned char byte);

static void hold_byte(struct input *in, unsigned char byte, enum filter_state next)
{
    in->held[in->nheld++] = byte;
    in->state = next;
}

/* Passes the held bytes on to libtermkey. */
static void release_held(struct input *in)
{
    if (in->nheld)
        termkey_push_bytes(in->tk, (const char *)in->held, in->nheld);
    in->nheld = 0;
    in->state = PLAIN;
}

static void release_with(struct input *in, unsigned char byte)
{
    hold_byte(in, byte, PLAIN);
    release_held(in);
}

static void begin_reply(struct input *in)
{
    in->nheld = 0;
    in->swallowed = 0;
    in->state = REPLY;
}

/* Drops the held bytes, and filters this byte as the first of something new. */
static void begin_anew(struct input *in, unsigned char byte)
{
    in->nheld = 0;
    in->state = PLAIN;
    filter_byte(in, byte);
}

static bool is_paste_start(const struct input *in)
{
    return in->nheld == 6 && memcmp(in->held, "\x1b[200~", 6) == 0;
}

struct numbers {
    unsigned count;
    unsigned long first;
    bool ok; /* the text is numbers of at most six digits with semicolons in between */
};

static struct numbers parse_numbers(const unsigned char *text, size_t len)
{
    struct numbers n = {.ok = true};
    size_t digits = 0;

    for (size_t i = 0; i < len && n.ok; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (digit && n.count <= 1)
            n.first = n.first * 10 + (unsigned long)(text[i] - '0');
        n.count += digit && digits == 0;
        digits = digit ? digits + 1 : 0;
        n.ok = digit ? digits <= 6 : text[i] == ';' && i > 0 && text[i - 1] != ';';
    }
    n.ok = n.ok && (len == 0 || digits > 0);
    return n;
}

/* Whether libtermkey can read the held sequence, which ends with the byte `final`. */
static bool csi_is_known(const struct input *in, unsigned char final)
{
    bool mouse = in->nheld > 3 && in->held[2] == '<';
    size_t skip = mouse ? 3 : 2;
    struct numbers n = parse_numbers(in->held + skip, in->nheld - skip - 1);

    if (!n.ok || (mouse && (n.count != 3 || (final != 'M' && final != 'm'))))
        return false;
    if (final == '~')
        return n.count > 0 && n.first > 0 && n.first < 35 && (n.first != 27 || n.count == 3);
    if (final == 'u')
        return n.count > 0;
    return mouse || (strchr("ABCDEFHPQRSZ", final) && n.count <= 2);
}

static void end_csi(struct input *in, unsigned char final)
{
    hold_byte(in, final, PLAIN);
    if (is_paste_start(in)) {
        in->state = PASTE;
        buf_clear(&in->paste);
    } else if (final == 'M' && in->nheld == 3) {
        in->state = SEEN_X10;
        return;
    } else if (csi_is_known(in, final)) {
        release_held(in);
        return;
    }
    in->nheld = 0;
}

static void filter_csi(struct input *in, unsigned char byte)
{
    bool final = byte >= 0x40 && byte < 0x7f, between = byte >= 0x20 && byte < 0x40;

    if (!final && !between)
        begin_anew(in, byte);
    else if (final)
        end_csi(in, byte);
    else if (in->nheld + 2 < sizeof in->held)
        hold_byte(in, byte, SEEN_CSI);
}

static void filter_x10(struct input *in, unsigned char byte)
{
    hold_byte(in, byte, SEEN_X10);
    if (in->nheld == 6)
        release_held(in);
}

static void filter_esc(struct input *in, unsigned char byte)
{
    if (byte == '[')
        hold_byte(in, byte, SEEN_CSI);
    else if (byte == ']' || byte == 'P' || byte == '_')
        hold_byte(in, byte, SEEN_STRING);
    else if (byte == ESC) { /* the first ESC was the Escape key; the second may begin a sequence */
        release_held(in);
        hold_byte(in, byte, SEEN_ESC);
    } else if (byte >= 0x80) /* Alt with a letter that is not ASCII: no key is bound to it */
        begin_anew(in, byte);
    else
        release_with(in, byte);
}

/* Passes on complete, valid characters. C1 control characters are dropped. */
static void filter_char(struct input *in, unsigned char byte)
{
    int32_t cp = byte;
    size_t used = 1;

    if (byte < 0x80) {
        begin_anew(in, byte);
        return;
    }
    hold_byte(in, byte, SEEN_CHAR);
    if (in->utf8)
        used = utf8_decode(in->held, in->nheld, &cp);
    if (used == 0)
        return;
    if (cp >= 0xa0)
        release_held(in);
    in->nheld = 0;
    in->state = PLAIN;
}

/* The byte after ESC ], ESC P or ESC _. ESC _ always begins a reply; the others do when a digit, >
 * or ! follows. Otherwise it was Alt with ] or P: no action has these keys, and libtermkey would
 * take them for the beginning of a reply, so they are dropped. */
static void filter_string(struct input *in, unsigned char byte)
{
    if ((byte >= '0' && byte <= '9') || byte == '>' || byte == '!' || in->held[1] == '_') {
        begin_reply(in);
        return;
    }
    begin_anew(in, byte);
}

static void filter_reply(struct input *in, unsigned char byte)
{
    bool end = byte == BEL || (in->state == REPLY_ESC && byte == '\\');

    in->state = byte == ESC ? REPLY_ESC : REPLY;
    if (end || ++in->swallowed > REPLY_MAX)
        in->state = PLAIN;
}

static void filter_paste(struct input *in, unsigned char byte)
{
    static const char end[] = "\x1b[201~";
    size_t n = sizeof end - 1;
    struct buf *p = &in->paste;

    if (p->len < PASTE_MAX + n)
        buf_addc(p, (char)byte);
    else { /* full: only the last bytes move on, to find the end */
        memmove(p->data + PASTE_MAX, p->data + PASTE_MAX + 1, n - 1);
        p->data[p->len - 1] = byte;
    }
    if (p->len < n || memcmp(p->data + p->len - n, end, n) != 0)
        return;
    p->len -= n;
    in->paste_whole = true;
    in->state = PLAIN;
}

static void filter_byte(struct input *in, unsigned char byte)
{
    switch (in->state) {
    case PLAIN:
        if (byte == ESC)
            hold_byte(in, byte, SEEN_ESC);
        else if (byte >= 0x80)
            filter_char(in, byte);
        else
            release_with(in, byte);
        break;
    case SEEN_CHAR:
        filter_char(in, byte);
        break;
    case SEEN_ESC:
        filter_esc(in, byte);
        break;
    case SEEN_CSI:
        filter_csi(in, byte);
        break;
    case SEEN_X10:
        filter_x10(in, byte);
        break;
    case SEEN_STRING:
        filter_string(in, byte);
        break;
    case REPLY:
    case REPLY_ESC:
        filter_reply(in, byte);
        break;
    case PASTE:
        filter_paste(in, byte);
        break;
    }
}

static bool mouse_event(struct input *in, TermKeyKey *key, struct input_event *ev)
{
    TermKeyMouseEvent what;
    int button, line, col;

    if (termkey_interpret_mouse(in->tk, key, &what, &button, &line, &col) != TERMKEY_RES_KEY)
        return false;
    if (what == TERMKEY_MOUSE_UNKNOWN)
        return false;
    *ev = (struct input_event){
        .kind = INPUT_MOUSE, .button = button, .row = line - 1, .col = col - 1};
    ev->mouse = what == TERMKEY_MOUSE_PRESS  ? MOUSE_PRESS
                : what == TERMKEY_MOUSE_DRAG ? MOUSE_DRAG
                                             : MOUSE_RELEASE;
    if (button == 4 || button == 5) {
        ev->mouse = button == 4 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
        return what == TERMKEY_MOUSE_PRESS;
    }
    return true;
}

/* The character that a key types, 0: none. */
static int32_t typed_character(const TermKeyKey *key)
{
    bool plain = key->type == TERMKEY_TYPE_UNICODE && key->modifiers == 0;

    return plain && key->code.codepoint >= ' ' ? (int32_t)key->code.codepoint : 0;
}

static bool key_event(struct input *in, TermKeyKey *key, struct input_event *ev)
{
    *ev = (struct input_event){.kind = INPUT_KEY};
    if (key->type == TERMKEY_TYPE_KEYSYM && key->code.sym == TERMKEY_SYM_FIND)
        key->code.sym = TERMKEY_SYM_HOME; /* many terminals send this for Home */
    if (key->type == TERMKEY_TYPE_KEYSYM && key->code.sym == TERMKEY_SYM_SELECT)
        key->code.sym = TERMKEY_SYM_END;
    termkey_strfkey(in->tk, ev->key, sizeof ev->key, key, TERMKEY_FORMAT_VIM);
    ev->cp = typed_character(key);
    if (ev->cp == ' ')
        snprintf(ev->key, sizeof ev->key, "<Space>");
    return true;
}

/* Takes the next key or mouse report from libtermkey; all others are dropped. */
static bool take_event(struct input *in, struct input_event *ev)
{
    TermKeyKey key;

    for (;;) {
        TermKeyResult got =
            in->force ? termkey_getkey_force(in->tk, &key) : termkey_getkey(in->tk, &key);

        in->waiting = got == TERMKEY_RES_AGAIN;
        if (got != TERMKEY_RES_KEY) {
            in->force = false;
            return false;
        }
        if (key.type == TERMKEY_TYPE_MOUSE && mouse_event(in, &key, ev))
            return true;
        if (key.type >= TERMKEY_TYPE_UNICODE && key.type <= TERMKEY_TYPE_KEYSYM &&
            key_event(in, &key, ev))
            return true;
    }
}

bool input_next(struct input *in, struct input_event *ev)
{
    size_t used = 0;
    bool got;

    while (!(got = take_event(in, ev)) && !in->paste_whole && used < in->raw.len)
        filter_byte(in, in->raw.data[used++]);
    buf_consume(&in->raw, used);
    if (got || !in->paste_whole)
        return got;
    in->paste_whole = false;
    size_t len = in->paste.len < PASTE_MAX ? in->paste.len : PASTE_MAX;
    *ev = (struct input_event){
        .kind = INPUT_PASTE, .paste = (const char *)in->paste.data, .paste_len = len};
    return true;
}

bool input_pending(const struct input *in)
{
    return in->waiting || (in->state != PLAIN && in->state != PASTE);
}

void input_expire(struct input *in)
{
    bool key = in->state == SEEN_ESC || (in->state == SEEN_CSI && in->nheld == 2);

    in->force = true;
    if (key)
        release_held(in);
    else if (in->state != PASTE) {
        in->nheld = 0;
        in->state = PLAIN;
    }
}
