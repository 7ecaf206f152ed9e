/* A state machine: text is filtered in runs up to the next ESC, a sequence byte by byte. Every byte
 * of a sequence is held until its final byte has come, so libvterm never sees half of one. */
#include "term/vtguard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { BEL = 0x07, CAN = 0x18, SUB = 0x1a, ESC = 0x1b, DEL = 0x7f };

#define DIGITS_MAX 5 /* of a number in a control sequence; further digits are dropped */

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

static void put(struct vtguard *g, const char *bytes, size_t len)
{
    if (len > 0)
        g->put(g->user, bytes, len);
}

/* ---- text ---- */

/* Remembers the last character that is printable, for REP. */
static void note_last(struct vtguard *g, const char *bytes, size_t len)
{
    size_t end = len, start;
    int32_t cp;

    while (end > 0 && ((unsigned char)bytes[end - 1] < ' ' || bytes[end - 1] == DEL))
        end--;
    if (end == 0)
        return;
    for (start = end - 1; start > 0 && end - start < 4 && (bytes[start] & 0xc0) == 0x80;)
        start--;
    if (utf8_decode(bytes + start, end - start, &cp) != end - start || cp < ' ' ||
        utf8_width(cp) == 0)
        return;
    g->nlast = end - start;
    memcpy(g->last, bytes + start, g->nlast);
}

/* Passes on valid text; a newline becomes CR LF unless the terminal is raw. */
static void put_valid(struct vtguard *g, const char *at, size_t len)
{
    const char *end = at + len;

    note_last(g, at, len);
    while (at < end) {
        const char *newline = g->raw ? NULL : memchr(at, '\n', (size_t)(end - at));
        put(g, at, (size_t)((newline ? newline : end) - at));
        if (newline)
            put(g, "\r\n", 2);
        at = newline ? newline + 1 : end;
    }
}

/* C1 control characters, encoded as UTF-8: libvterm takes them for text of width -1. */
static bool is_c1(int32_t cp)
{
    return cp >= 0x80 && cp < 0xa0;
}

static bool has_c1(const char *bytes, size_t len)
{
    const char *at = bytes, *end = bytes + len;

    while (at < end && (at = memchr(at, 0xc2, (size_t)(end - at))) && ++at < end)
        if ((unsigned char)*at < 0xa0)
            return true;
    return false;
}

/* The length of the good text at the beginning. *bad: bytes after it that are to be replaced. */
static size_t good_text(const char *bytes, size_t len, size_t *bad)
{
    size_t at = 0, n;
    int32_t cp = 0;

    while (at < len && (n = utf8_decode(bytes + at, len - at, &cp)) > 0 && cp >= 0 && !is_c1(cp))
        at += n;
    *bad = at == len ? 0 : is_c1(cp) ? 2 : 1;
    return at;
}

/* Passes on text. Invalid UTF-8 and C1 control characters become U+FFFD. */
static void put_text(struct vtguard *g, const char *bytes, size_t len)
{
    size_t bad;

    if (utf8_valid(bytes, len) && !has_c1(bytes, len)) {
        put_valid(g, bytes, len);
        return;
    }
    for (size_t at = 0; at < len; at += bad) {
        size_t good = good_text(bytes + at, len - at, &bad);
        put_valid(g, bytes + at, good);
        at += good;
        if (bad > 0)
            put_valid(g, replacement, sizeof replacement - 1);
    }
}

/* How many bytes at the end are the beginning of an incomplete character. */
static size_t partial_at_end(const char *bytes, size_t len)
{
    int32_t cp;

    for (size_t n = 1; n <= len && n < sizeof((struct vtguard *)0)->partial; n++)
        if ((bytes[len - n] & 0xc0) == 0xc0)
            return utf8_decode(bytes + len - n, n, &cp) == 0 ? n : 0;
    return 0;
}

/* Completes the partial character from the beginning of `bytes`. Returns how many bytes it took. */
static size_t finish_partial(struct vtguard *g, const char *bytes, size_t len)
{
    size_t used = 0;
    int32_t cp;

    while (g->npartial > 0 && used < len) {
        g->partial[g->npartial++] = bytes[used++];
        if (utf8_decode(g->partial, g->npartial, &cp) == 0)
            continue;
        if (cp < 0) { /* invalid; this byte does not belong to it */
            used--;
            g->npartial--;
        }
        put_text(g, g->partial, g->npartial);
        g->npartial = 0;
    }
    return used;
}

/* Filters text up to the next ESC. Returns how many bytes it took, with the ESC. */
static size_t take_text(struct vtguard *g, const char *bytes, size_t len)
{
    const char *esc = memchr(bytes, ESC, len);
    size_t run = esc ? (size_t)(esc - bytes) : len;
    size_t used = finish_partial(g, bytes, run);

    if (esc && g->npartial > 0) {
        put_text(g, g->partial, g->npartial);
        g->npartial = 0;
    }
    size_t partial = esc ? 0 : partial_at_end(bytes + used, run - used);
    put_text(g, bytes + used, run - used - partial);
    if (partial > 0) {
        memcpy(g->partial, bytes + run - partial, partial);
        g->npartial = partial;
    }
    if (esc)
        g->state = VTGUARD_ESCAPE;
    return run + (esc != NULL);
}

/* ---- sequences ---- */

static void enter_state(struct vtguard *g, enum vtguard_state state)
{
    g->state = state;
    g->nheld = 0;
    g->too_long = false;
}

static void hold_byte(struct vtguard *g, char c, size_t most)
{
    if (g->nheld < most)
        g->held[g->nheld++] = c;
    else
        g->too_long = true;
}

static void repeat_last(struct vtguard *g)
{
    long n = atol(g->held);

    if (n > VTGUARD_REPEAT_MAX)
        n = VTGUARD_REPEAT_MAX;
    for (n = n > 0 ? n : 1; n > 0; n--)
        put(g, g->last, g->nlast);
}

/* Passes on a control sequence: CSI, the held bytes without excess digits, and the final byte. */
static void put_control(struct vtguard *g, char final)
{
    char out[VTGUARD_SEQUENCE_MAX + 3] = "\x1b[";
    size_t len = 2, digits = 0;

    for (size_t i = 0; i < g->nheld; i++) {
        digits = g->held[i] >= '0' && g->held[i] <= '9' ? digits + 1 : 0;
        if (digits <= DIGITS_MAX)
            out[len++] = g->held[i];
    }
    out[len++] = final;
    put(g, out, len);
}

static void end_control(struct vtguard *g, char final)
{
    bool plain = strspn(g->held, "0123456789") == g->nheld;

    g->state = VTGUARD_GROUND;
    if (g->too_long)
        return;
    if (final == 'b' && plain)
        repeat_last(g);
    else
        put_control(g, final);
}

/* Handles a control character inside a sequence: it acts at once, as in a terminal. False: c is
 * none. */
static bool take_control(struct vtguard *g, char c)
{
    if (c == ESC)
        enter_state(g, VTGUARD_ESCAPE);
    else if (c == CAN || c == SUB)
        g->state = VTGUARD_GROUND;
    else if ((unsigned char)c < ' ')
        put_valid(g, &c, 1);
    else
        return c == DEL;
    return true;
}

static void step_control(struct vtguard *g, char c)
{
    if (take_control(g, c))
        return;
    g->held[g->nheld] = '\0';
    if ((unsigned char)c > DEL)
        g->state = VTGUARD_GROUND;
    else if (c >= '@')
        end_control(g, c);
    else
        hold_byte(g, c, VTGUARD_SEQUENCE_MAX - 1);
}

static void end_escape(struct vtguard *g, char final)
{
    char out[VTGUARD_SEQUENCE_MAX + 2] = "\x1b";

    g->state = VTGUARD_GROUND;
    if (g->too_long)
        return;
    memcpy(out + 1, g->held, g->nheld);
    out[1 + g->nheld] = final;
    put(g, out, g->nheld + 2);
}

static void step_escape(struct vtguard *g, char c)
{
    if (take_control(g, c))
        return;
    if ((unsigned char)c > DEL) {
        g->state = VTGUARD_GROUND;
    } else if (c < '0') {
        hold_byte(g, c, VTGUARD_SEQUENCE_MAX - 1);
    } else if (g->nheld == 0 && c == '[') {
        enter_state(g, VTGUARD_CONTROL);
    } else if (g->nheld == 0 && strchr("]P^_X", c)) {
        enter_state(g, VTGUARD_STRING);
        g->osc = c == ']';
    } else {
        end_escape(g, c);
    }
}

static void end_string(struct vtguard *g)
{
    bool title = g->nheld >= 2 && (g->held[0] == '0' || g->held[0] == '2') && g->held[1] == ';';

    g->state = VTGUARD_GROUND;
    if (!g->osc || !title)
        return;
    memcpy(g->title, g->held + 2, g->nheld - 2);
    g->title[g->nheld - 2] = '\0';
}

static void step_string(struct vtguard *g, char c)
{
    if (c == BEL)
        end_string(g);
    else if (c == CAN || c == SUB)
        g->state = VTGUARD_GROUND;
    else if (c == ESC)
        g->state = VTGUARD_STRING_ESC;
    else if (c)
        hold_byte(g, c, VTGUARD_TITLE_MAX);
}

/* The byte after an ESC in a string. ESC \ ends the string. Any other byte drops it and begins
 * another escape sequence. */
static void step_string_esc(struct vtguard *g, char c)
{
    if (c == '\\') {
        end_string(g);
        return;
    }
    enter_state(g, VTGUARD_ESCAPE);
    step_escape(g, c);
}

void vtguard_feed(struct vtguard *g, const char *bytes, size_t len)
{
    static void (*const steps[])(struct vtguard * g, char c) = {
        [VTGUARD_ESCAPE] = step_escape,
        [VTGUARD_CONTROL] = step_control,
        [VTGUARD_STRING] = step_string,
        [VTGUARD_STRING_ESC] = step_string_esc,
    };

    for (size_t at = 0; at < len;) {
        if (g->state == VTGUARD_GROUND) {
            at += take_text(g, bytes + at, len - at);
            if (g->state == VTGUARD_ESCAPE)
                enter_state(g, VTGUARD_ESCAPE);
        } else {
            steps[g->state](g, bytes[at++]);
        }
    }
}

void vtguard_gap(struct vtguard *g)
{
    g->state = VTGUARD_GROUND;
    g->nheld = g->npartial = 0;
}
