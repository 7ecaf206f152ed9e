#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

/* The number of ASCII bytes at the beginning. Tests eight bytes at a time. */
static size_t ascii_run(const unsigned char *p, size_t len)
{
    size_t n = 0;
    uint64_t word;

    for (; len - n >= sizeof word; n += sizeof word) {
        memcpy(&word, p + n, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (n < len && p[n] < 0x80)
        n++;
    return n;
}

bool utf8_valid(const void *data, size_t len)
{
    const unsigned char *p = data;
    utf8proc_int32_t cp;

    for (size_t at = 0; at < len;) {
        at += ascii_run(p + at, len - at);
        if (at == len)
            break;
        utf8proc_ssize_t n = utf8proc_iterate(p + at, (utf8proc_ssize_t)(len - at), &cp);
        if (n < 1)
            return false;
        at += (size_t)n;
    }
    return true;
}

/* The valid range of the second byte depends on the first. This excludes overlong forms, surrogates
 * and code points above U+10FFFF. */
static bool second_fits(unsigned char first, unsigned char second)
{
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return second >= low && second <= high;
}

/* True when more bytes could complete these to a character. */
static bool is_unfinished(const unsigned char *p, size_t len)
{
    size_t want = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

    if (p[0] < 0xc2 || p[0] > 0xf4 || len >= want)
        return false;
    return (len < 2 || second_fits(p[0], p[1])) && (len < 3 || (p[2] & 0xc0) == 0x80);
}

size_t utf8_decode(const void *data, size_t len, int32_t *cp)
{
    const unsigned char *p = data;

    *cp = -1;
    if (len == 0)
        return 0;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    utf8proc_ssize_t n = utf8proc_iterate(p, len < 4 ? (utf8proc_ssize_t)len : 4, cp);
    if (n > 0)
        return (size_t)n;
    *cp = -1;
    return is_unfinished(p, len) ? 0 : 1;
}

size_t utf8_encode(int32_t cp, char out[4])
{
    if (!utf8proc_codepoint_valid(cp))
        return 0;
    return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out);
}

int utf8_width(int32_t cp)
{
    if (cp >= 0x20 && cp < 0x7f)
        return 1;
    int width = utf8proc_charwidth(cp);
    return width < 0 ? 0 : width;
}

/* Joiners are format marks (Cf) too, but some scripts are unreadable without them. */
static bool is_joiner(int32_t cp)
{
    return cp == 0x200c || cp == 0x200d;
}

static bool is_printable(int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_CF:
        return is_joiner(cp);
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

size_t utf8_visible(int32_t cp, unsigned char byte, char out[UTF8_VISIBLE_MAX])
{
    char text[16];
    int n;

    if (cp >= 0x20 && cp < 0x7f)
        return 0;
    if (cp < 0)
        n = snprintf(text, sizeof text, "<%02X>", byte);
    else if (cp < 0x20 || cp == 0x7f)
        n = snprintf(text, sizeof text, "^%c", (char)(cp ^ 0x40));
    else if (is_printable(cp))
        return 0;
    else
        n = snprintf(text, sizeof text, "<U+%04X>", (unsigned)cp & 0x1fffff);
    memcpy(out, text, (size_t)n);
    return (size_t)n;
}
