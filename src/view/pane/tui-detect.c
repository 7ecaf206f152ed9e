/* A program counts as full-screen when it is on the alternate screen, or has moved the cursor often
 * enough since it last left that screen. */
#include "view/pane/tui-detect.h"

#include <stdlib.h>
#include <string.h>

#define SEQUENCE_MAX 16
#define MOVES 2 /* one is not enough: a program that only clears the screen moves home once */
#define UPS 4   /* fewer are not enough: a progress display goes up some lines to overwrite them */

enum meaning { NOTHING, UNFINISHED, TO_ALTERNATE, TO_NORMAL, MOVE, UP };

static bool is_one_of(int n, const int *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == n)
            return true;
    return false;
}

/* Whether these are the parameters of a switch to or from the alternate screen, as "?1049". */
static bool names_alternate(const char *parameters)
{
    static const int modes[] = {47, 1047, 1049};

    return *parameters == '?' &&
           is_one_of(atoi(parameters + 1), modes, sizeof modes / sizeof *modes);
}

/* The meaning of the escape sequence at the start of text. */
static enum meaning meaning_of(const char *text, size_t len)
{
    char parameters[SEQUENCE_MAX] = "";
    size_t n = 2;

    if (len < 2)
        return UNFINISHED;
    if (text[1] != '[')
        return NOTHING;
    for (; n < len && text[n] >= '0' && text[n] <= '?'; n++)
        parameters[n - 2] = text[n];
    if (n == len)
        return len < SEQUENCE_MAX ? UNFINISHED : NOTHING;
    switch (text[n]) {
    case 'h':
        return names_alternate(parameters) ? TO_ALTERNATE : NOTHING;
    case 'l':
        return names_alternate(parameters) ? TO_NORMAL : NOTHING;
    case 'H':
    case 'f':
    case 'd':
        return MOVE;
    case 'A':
        return UP;
    default:
        return NOTHING;
    }
}

static void apply(struct tui_detect *g, enum meaning meaning)
{
    switch (meaning) {
    case TO_ALTERNATE:
        g->alternate = true;
        break;
    case TO_NORMAL: /* the full-screen program has ended */
        g->alternate = false;
        g->moves = g->ups = 0;
        break;
    case MOVE:
        g->moves += g->moves < MOVES;
        break;
    case UP:
        g->ups += g->ups < UPS;
        break;
    default:
        break;
    }
}

/* Examines the escape sequence at that offset. False: the rest of it has not come yet. */
static bool apply_at(struct tui_detect *g, const struct stream *s, uint64_t at)
{
    char text[SEQUENCE_MAX];
    enum meaning meaning = meaning_of(text, stream_copy(s, at, text, sizeof text));

    apply(g, meaning);
    return meaning != UNFINISHED;
}

void tui_detect_look(struct tui_detect *g, const struct stream *s, size_t budget)
{
    uint64_t end = stream_end(s);

    if (g->stream != stream_id(s) || g->at > end)
        *g = (struct tui_detect){.stream = stream_id(s)};
    if (end - g->at > budget)
        g->at = end - budget;
    if (g->at < stream_first(s))
        g->at = stream_first(s);
    while (g->at < end) {
        struct bytes run = stream_run(s, g->at);
        const char *esc = run.len ? memchr(run.data, '\x1b', run.len) : NULL;
        if (run.len == 0)
            return;
        g->at += esc ? (uint64_t)(esc - (const char *)run.data) : run.len;
        if (esc && !apply_at(g, s, g->at))
            return;
        g->at += esc != NULL;
    }
}

bool tui_detect_is_screen(const struct tui_detect *g)
{
    return g->alternate || g->moves >= MOVES || g->ups >= UPS;
}
