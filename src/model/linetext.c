#include "model/linetext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"

/* A line of more than BAR_WINDOW bytes, of which the last BAR_WINDOW have BAR_RETURNS carriage
 * returns, is a progress bar: what it showed before can't be seen any more. */
#define BAR_WINDOW (16 * 1024)
#define BAR_RETURNS 8

struct linetext {
    struct buf raw;
    struct text text;
};

struct linetext *linetext_new(void)
{
    return xcalloc(1, sizeof(struct linetext));
}

void linetext_free(struct linetext *lt)
{
    if (!lt)
        return;
    buf_free(&lt->raw);
    text_free(&lt->text);
    free(lt);
}

/* A part of the stream in one piece of memory. It is copied only if it lies in several blocks. */
static struct bytes fetch(struct linetext *lt, const struct stream *s, uint64_t offset, size_t len)
{
    struct bytes run = stream_run(s, offset);

    if (run.len >= len)
        return (struct bytes){run.data ? run.data : "", len};
    buf_clear(&lt->raw);
    lt->raw.len = stream_copy(s, offset, buf_reserve(&lt->raw, len), len);
    return (struct bytes){lt->raw.data, lt->raw.len};
}

static size_t count_returns(struct bytes b)
{
    const char *p = b.data, *end = p + b.len;
    size_t n = 0;

    while ((p = memchr(p, '\r', (size_t)(end - p)))) {
        n++;
        p++;
    }
    return n;
}

/* The bytes of the line that count (linetext.h); one more than TEXT_MAX when there are more. */
static struct bytes fetch_raw_line(struct linetext *lt, const struct stream *s,
                                   const struct line *line)
{
    size_t len = line->len < TEXT_MAX + 1 ? (size_t)line->len : TEXT_MAX + 1;

    if (line->len > BAR_WINDOW) {
        struct bytes end = fetch(lt, s, line->offset + line->len - BAR_WINDOW, BAR_WINDOW);
        if (count_returns(end) >= BAR_RETURNS) {
            const char *p = memchr(end.data, '\r', end.len);
            return (struct bytes){p, end.len - (size_t)(p - (const char *)end.data)};
        }
    }
    return fetch(lt, s, line->offset, len);
}

static void mark_text(const struct line *line, char *out, size_t size)
{
    bool lost = line->kind == LINE_LOST;

    if (line->kind == LINE_HIDDEN) {
        snprintf(out, size, "… typed unseen, not shown …");
        return;
    }
    snprintf(out, size, "… %llu byte%s in %llu write%s %s …", (unsigned long long)line->bytes,
             line->bytes == 1 ? "" : "s", (unsigned long long)line->writes,
             line->writes == 1 ? "" : "s", lost ? "lost" : "that can't be read");
}

const struct text *linetext_render(struct linetext *lt, const struct stream *s,
                                   const struct line *line)
{
    static const struct attr dim = {.flags = ATTR_DIM};
    char mark[128];

    if (line->kind == LINE_TEXT) {
        struct bytes raw = fetch_raw_line(lt, s, line);
        text_render(&lt->text, raw.data, raw.len, NULL);
    } else {
        mark_text(line, mark, sizeof mark);
        text_render(&lt->text, mark, strlen(mark), &dim);
    }
    return &lt->text;
}

uint64_t linetext_bytes(const struct stream *s, const struct line *line)
{
    struct line next;

    if (line->kind != LINE_TEXT || line->open)
        return line->len;
    uint64_t end = stream_line(s, line->number + 1, &next) ? next.offset : stream_end(s);
    return end > line->offset ? end - line->offset : 0;
}

const struct text *linetext_escape(struct linetext *lt, const struct stream *s,
                                   const struct line *line)
{
    uint64_t len = linetext_bytes(s, line);

    if (line->kind != LINE_TEXT)
        return linetext_render(lt, s, line);
    struct bytes raw = fetch(lt, s, line->offset, len < TEXT_MAX + 1 ? (size_t)len : TEXT_MAX + 1);
    text_escape(&lt->text, raw.data, raw.len);
    return &lt->text;
}

/* Whether the bytes are their own plain text: printable ASCII and tabs. It adds up without an early
 * end, so that the compiler can vectorize it. */
static bool is_simple(const unsigned char *p, size_t len)
{
    size_t odd = 0;

    for (size_t i = 0; i < len; i++)
        odd += (unsigned char)(p[i] - 0x20) > 0x7e - 0x20 && p[i] != '\t';
    return odd == 0;
}

struct bytes linetext_plain(struct linetext *lt, const struct stream *s, const struct line *line)
{
    if (line->kind != LINE_TEXT)
        return bytes_of("");
    struct bytes raw = fetch_raw_line(lt, s, line);
    const unsigned char *p = raw.data;
    size_t len = raw.len > 0 && p[raw.len - 1] == '\r' ? raw.len - 1 : raw.len;
    if (len > TEXT_MAX)
        len = TEXT_MAX;
    if (is_simple(p, len))
        return (struct bytes){p, len};
    text_render(&lt->text, raw.data, raw.len, NULL);
    return (struct bytes){lt->text.plain, lt->text.len};
}
