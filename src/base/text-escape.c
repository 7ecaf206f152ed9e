/* Escape sequences of a line: SGR (colours, bold, ...), erasing, moves within the line. All others
 * are skipped. */
#include "base/text-state.h"

#include <string.h>

#define PARAMS_MAX 32

struct param {
    uint32_t value;
    bool sub; /* after a colon: it belongs to the parameter before it */
};

/* Parameter i; `otherwise` if it is missing or 0. */
static uint32_t value_or(const struct param *p, size_t n, size_t i, uint32_t otherwise)
{
    return i < n && p[i].value ? p[i].value : otherwise;
}

/* SGR 38 or 48 at p[0], with semicolons or colons. Returns the number of parameters it takes; sets
 * *colour if they name a valid colour. */
static size_t sgr_colour(const struct param *p, size_t n, uint32_t *colour)
{
    bool colons = n > 1 && p[1].sub;
    size_t all = 1;

    while (colons && all < n && p[all].sub)
        all++;
    if (n >= 3 && p[1].value == 5 && (!colons || all >= 3)) {
        if (p[2].value < 256)
            *colour = COLOUR_INDEX(p[2].value);
        return colons ? all : 3;
    }
    if (n >= 5 && p[1].value == 2) {
        const struct param *rgb = p + (colons && all >= 6 ? 3 : 2);
        if (!colons || all >= 5)
            *colour = COLOUR_RGB(rgb[0].value & 255, rgb[1].value & 255, rgb[2].value & 255);
        return colons ? all : 5;
    }
    return colons ? all : n;
}

static const struct {
    uint8_t from, to; /* SGR codes */
    uint16_t set, clear;
} sgr_flags[] = {
    {1, 1, ATTR_BOLD, 0},        {2, 2, ATTR_DIM, 0},
    {3, 3, ATTR_ITALIC, 0},      {4, 4, ATTR_UNDERLINE, 0},
    {5, 6, ATTR_BLINK, 0},       {7, 7, ATTR_REVERSE, 0},
    {8, 8, ATTR_HIDDEN, 0},      {9, 9, ATTR_STRIKE, 0},
    {21, 21, ATTR_UNDERLINE, 0}, {22, 22, 0, ATTR_BOLD | ATTR_DIM},
    {23, 23, 0, ATTR_ITALIC},    {24, 24, 0, ATTR_UNDERLINE},
    {25, 25, 0, ATTR_BLINK},     {27, 27, 0, ATTR_REVERSE},
    {28, 28, 0, ATTR_HIDDEN},    {29, 29, 0, ATTR_STRIKE},
};

static void sgr_flag(struct attr *a, uint32_t code)
{
    for (size_t i = 0; i < sizeof sgr_flags / sizeof sgr_flags[0]; i++)
        if (code >= sgr_flags[i].from && code <= sgr_flags[i].to)
            a->flags = (uint16_t)((a->flags | sgr_flags[i].set) & ~sgr_flags[i].clear);
}

/* An SGR code without further parameters. */
static void sgr_simple(struct attr *a, uint32_t code)
{
    if (code == 0)
        *a = (struct attr){0};
    else if (code >= 30 && code <= 37)
        a->fg = COLOUR_INDEX(code - 30);
    else if (code == 39)
        a->fg = COLOUR_DEFAULT;
    else if (code >= 40 && code <= 47)
        a->bg = COLOUR_INDEX(code - 40);
    else if (code == 49)
        a->bg = COLOUR_DEFAULT;
    else if (code >= 90 && code <= 97)
        a->fg = COLOUR_INDEX(code - 90 + 8);
    else if (code >= 100 && code <= 107)
        a->bg = COLOUR_INDEX(code - 100 + 8);
    else
        sgr_flag(a, code);
}

static void csi_sgr(struct text_row *r, const struct param *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (p[i].value == 38 || p[i].value == 48) {
            i += sgr_colour(p + i, n - i, p[i].value == 38 ? &r->attr.fg : &r->attr.bg);
            continue;
        }
        bool no_line = p[i].value == 4 && i + 1 < n && p[i + 1].sub && p[i + 1].value == 0;
        sgr_simple(&r->attr, no_line ? 24 : p[i].value);
        while (++i < n && p[i].sub)
            ;
    }
}

static void blank_range(struct text_row *r, size_t from, size_t to)
{
    if (to > r->count)
        to = r->count;
    if (from >= to)
        return;
    text_row_detach(r, from, to);
    for (size_t i = from; i < to; i++)
        r->cells[i] = blank;
}

static void csi_erase(struct text_row *r, const struct param *p, size_t n)
{
    uint32_t what = value_or(p, n, 0, 0);
    size_t keep = what == 0 ? r->cursor : 0;

    if (what == 1) {
        blank_range(r, 0, r->cursor + 1);
    } else if (what <= 2 && keep < r->count) {
        text_row_detach(r, keep, r->count);
        r->count = keep;
    }
}

static void csi_forward(struct text_row *r, const struct param *p, size_t n)
{
    text_go_to(r, r->cursor + value_or(p, n, 0, 1));
}

static void csi_back(struct text_row *r, const struct param *p, size_t n)
{
    uint32_t by = value_or(p, n, 0, 1);

    text_go_to(r, by < r->cursor ? r->cursor - by : 0);
}

static void csi_column(struct text_row *r, const struct param *p, size_t n)
{
    text_go_to(r, value_or(p, n, 0, 1) - 1);
}

static const struct {
    unsigned char final;
    void (*act)(struct text_row *r, const struct param *p, size_t n);
} csi_actions[] = {
    {'m', csi_sgr}, {'K', csi_erase}, {'C', csi_forward}, {'D', csi_back}, {'G', csi_column},
};

/* Reads the parameters of a CSI sequence and returns their number. Returns 0 for a sequence with a
 * private mark or intermediate bytes: none of those is obeyed. */
static size_t parse_params(const unsigned char *p, size_t len, struct param *out)
{
    size_t n = 0;

    out[n++] = (struct param){0};
    for (size_t i = 0; i < len; i++) {
        struct param *last = &out[n - 1];
        if (p[i] >= '0' && p[i] <= '9')
            last->value = last->value < 100000 ? last->value * 10 + (p[i] - '0') : last->value;
        else if (p[i] != ';' && p[i] != ':')
            return 0;
        else if (n == PARAMS_MAX)
            break;
        else
            out[n++] = (struct param){.sub = p[i] == ':'};
    }
    return n;
}

/* Each of the next functions gets the bytes behind an ESC, and returns how many of them belong to
 * the sequence; 0 when the sequence is unfinished. */
static size_t csi(struct text_row *r, const unsigned char *p, size_t len)
{
    struct param params[PARAMS_MAX];
    size_t i = 1;

    while (i < len && p[i] >= 0x20 && p[i] <= 0x3f)
        i++;
    if (i == len || p[i] < 0x40 || p[i] > 0x7e)
        return 0;
    size_t n = parse_params(p + 1, i - 1, params);
    for (size_t a = 0; n > 0 && a < sizeof csi_actions / sizeof csi_actions[0]; a++)
        if (csi_actions[a].final == p[i])
            csi_actions[a].act(r, params, n);
    return i + 1;
}

/* OSC, DCS, SOS, PM, APC: end with BEL or ST, or before any other escape. */
static size_t string_sequence(const unsigned char *p, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        if (p[i] == '\a')
            return i + 1;
        if (p[i] == 0x1b)
            return i + 1 < len && p[i + 1] == '\\' ? i + 2 : i;
    }
    return 0;
}

static size_t short_sequence(const unsigned char *p, size_t len)
{
    size_t i = 0;

    while (i < len && p[i] >= 0x20 && p[i] <= 0x2f)
        i++;
    return i < len && p[i] >= 0x30 && p[i] <= 0x7e ? i + 1 : 0;
}

size_t text_escape_sequence(struct text_row *r, const unsigned char *p, size_t len)
{
    size_t n = 0;

    if (len > 0 && p[0] == '[')
        n = csi(r, p, len);
    else if (len > 0 && strchr("]PX^_", p[0]) && p[0])
        n = string_sequence(p, len);
    else
        n = short_sequence(p, len);
    if (n == 0)
        text_put_control(r, 0x1b, 0x1b);
    return n;
}
