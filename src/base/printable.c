#include "base/printable.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

void printable_add(struct buf *to, struct bytes text, bool tabs)
{
    const unsigned char *p = text.data;
    char shown[UTF8_VISIBLE_MAX];
    int32_t cp;

    for (size_t at = 0, n; at < text.len; at += n) {
        n = utf8_decode(p + at, text.len - at, &cp);
        n += n == 0;
        size_t width = cp == '\t' && tabs ? 0 : utf8_visible(cp, p[at], shown);
        if (width)
            buf_add(to, shown, width);
        else
            buf_add(to, p + at, n);
    }
}

/* Writes the whole line at once, so that output of other processes can't come in between. program:
 * NULL for none. */
static void put_line(const char *program, struct bytes text)
{
    struct buf line = {0};

    if (program)
        buf_addf(&line, "%s: ", program);
    printable_add(&line, text, false);
    buf_addc(&line, '\n');
    fwrite(line.data, 1, line.len, stderr);
    buf_free(&line);
}

void complain_args(const char *program, const char *format, va_list args)
{
    char *text = xvasprintf(format, args);

    put_line(program, bytes_of(text));
    free(text);
}

void complain(const char *program, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain_args(program, format, args);
    va_end(args);
}

void complain_line(const char *text)
{
    put_line(NULL, bytes_of(text));
}
