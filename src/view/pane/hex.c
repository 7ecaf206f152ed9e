#include "view/pane/hex.h"

#include <inttypes.h>

#include "model/linetext.h"
#include "term/theme.h"

#define OFFSET_COLS 10
#define PER_ROW 16

/* Each byte takes four columns, with a gap between numbers and text. */
static size_t bytes_per_row(int cols)
{
    size_t n = PER_ROW;

    while (n > 1 && OFFSET_COLS + (int)n * 4 + 1 > cols)
        n /= 2;
    return n;
}

size_t hex_rows(const struct stream *s, const struct line *line, int cols)
{
    size_t n = bytes_per_row(cols);
    size_t rows = (size_t)((linetext_bytes(s, line) + n - 1) / n);

    return rows ? rows : 1;
}

static void draw_row(struct area a, uint64_t offset, const unsigned char *bytes, size_t n,
                     size_t width)
{
    int col = area_textf(a, 0, 0, theme(ROLE_DIM), "%08" PRIx64 "  ", offset);
    int text = col + (int)width * 3 + 1;

    for (size_t i = 0; i < n; i++) {
        bool printable = bytes[i] >= 0x20 && bytes[i] < 0x7f;
        struct style style = theme(printable ? ROLE_TEXT : ROLE_MARK);
        area_textf(a, 0, col + (int)i * 3, style, "%02x", bytes[i]);
        area_textf(a, 0, text + (int)i, style, "%c", printable ? bytes[i] : '.');
    }
}

int hex_draw(struct area a, const struct stream *s, const struct line *line, size_t first)
{
    uint64_t end = line->offset + linetext_bytes(s, line);
    size_t width = bytes_per_row(a.cols);
    int row = 0;

    for (uint64_t at = line->offset + first * width; row < a.rows && at < end; at += width) {
        unsigned char bytes[PER_ROW];
        size_t n = end - at < width ? (size_t)(end - at) : width;
        n = stream_copy(s, at, bytes, n);
        draw_row(area_part(a, row++, 0, 1, a.cols), at, bytes, n, width);
    }
    return row ? row : 1;
}
