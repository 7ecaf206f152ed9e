#include "base/base64.h"

#include <stdint.h>

/* Encodes up to three bytes as four characters. n: bytes left at `in`; missing ones count as 0. */
static void encode_group(char out[4], const unsigned char *in, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits =
        (uint32_t)in[0] << 16 | (n > 1 ? (uint32_t)in[1] << 8 : 0) | (n > 2 ? (uint32_t)in[2] : 0);

    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = n > 1 ? digits[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[bits & 63] : '=';
}

void base64_encode(struct buf *out, const void *data, size_t n)
{
    const unsigned char *in = data;
    size_t size = (n + 2) / 3 * 4;
    char *to = buf_reserve(out, size);

    for (size_t at = 0; at < n; at += 3, to += 4)
        encode_group(to, in + at, n - at);
    out->len += size;
}
