/* Invariant: `text` is valid UTF-8 without control characters; `at`, the cursor, is a byte offset
 * between two characters. */
#include "view/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "term/theme.h"

#define HISTORY 64 /* lines kept, all kinds together */

/* A line of the history. */
struct past {
    char kind;
    char *text;
};

struct prompt {
    bool open;
    char kind;
    char *label;
    struct buf text; /* with a NUL after its len bytes */
    size_t at;
    char *message;  /* an error, NULL: none */
    int message_at; /* byte of the text, -1: none */
    char *note;     /* NULL: none */
    bool note_bad;
    struct past past[HISTORY]; /* oldest first */
    int npast;
    int browsing; /* index in past of the line shown; npast: the line that the user types */
    char *typed;  /* the line that the user types, while an older one is shown */
};

static void terminate(struct prompt *p)
{
    *(char *)buf_reserve(&p->text, 1) = '\0';
}

struct prompt *prompt_new(void)
{
    struct prompt *p = xcalloc(1, sizeof *p);

    terminate(p);
    return p;
}

void prompt_free(struct prompt *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->npast; i++)
        free(p->past[i].text);
    free(p->label);
    free(p->message);
    free(p->note);
    free(p->typed);
    buf_free(&p->text);
    free(p);
}

static void stop_browsing(struct prompt *p)
{
    p->browsing = p->npast;
    free(p->typed);
    p->typed = NULL;
}

void prompt_open(struct prompt *p, char kind, const char *label, const char *text)
{
    p->open = true;
    p->kind = kind;
    free(p->label);
    p->label = xstrdup(label);
    prompt_set_note(p, NULL, false);
    stop_browsing(p);
    prompt_set(p, text ? text : "");
}

void prompt_close(struct prompt *p)
{
    p->open = false;
    prompt_complain(p, NULL, -1);
    prompt_set_note(p, NULL, false);
}

bool prompt_is_open(const struct prompt *p)
{
    return p->open;
}

char prompt_kind(const struct prompt *p)
{
    return p->kind;
}

const char *prompt_text(const struct prompt *p)
{
    return (const char *)p->text.data;
}

static void forget_line(struct prompt *p, int i)
{
    free(p->past[i].text);
    memmove(p->past + i, p->past + i + 1, sizeof *p->past * (size_t)(p->npast - i - 1));
    p->npast--;
}

void prompt_remember(struct prompt *p)
{
    if (p->text.len == 0)
        return;
    for (int i = 0; i < p->npast; i++)
        if (p->past[i].kind == p->kind && strcmp(p->past[i].text, prompt_text(p)) == 0)
            forget_line(p, i--);
    if (p->npast == HISTORY)
        forget_line(p, 0);
    p->past[p->npast++] = (struct past){p->kind, xstrdup(prompt_text(p))};
}

void prompt_complain(struct prompt *p, const char *message, int at)
{
    free(p->message);
    p->message = message ? xstrdup(message) : NULL;
    p->message_at = at;
}

void prompt_set_note(struct prompt *p, const char *note, bool bad)
{
    free(p->note);
    p->note = note ? xstrdup(note) : NULL;
    p->note_bad = bad;
}

bool prompt_complains(const struct prompt *p)
{
    return p->message != NULL;
}

static void after_edit(struct prompt *p)
{
    terminate(p);
    prompt_complain(p, NULL, -1);
    prompt_set_note(p, NULL, false);
}

void prompt_set(struct prompt *p, const char *text)
{
    buf_clear(&p->text);
    p->at = 0;
    prompt_insert(p, text, strlen(text));
    after_edit(p);
}

void prompt_insert_char(struct prompt *p, int32_t cp)
{
    char bytes[4];
    size_t n = utf8_encode(cp, bytes);

    if (cp < ' ' || cp == 0x7f)
        return;
    buf_reserve(&p->text, n + 1);
    memmove(p->text.data + p->at + n, p->text.data + p->at, p->text.len - p->at);
    memcpy(p->text.data + p->at, bytes, n);
    p->text.len += n;
    p->at += n;
    after_edit(p);
}

void prompt_insert(struct prompt *p, const char *text, size_t n)
{
    while (n > 0) {
        int32_t cp;
        size_t used = utf8_decode(text, n, &cp);

        if (used == 0)
            return;
        prompt_insert_char(p, cp == '\n' || cp == '\t' ? ' ' : cp < 0 ? 0xfffd : cp);
        text += used;
        n -= used;
    }
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The byte offset so many characters from the cursor. */
static size_t offset_by(const struct prompt *p, int chars)
{
    size_t at = p->at;

    for (; chars < 0 && at > 0; chars++)
        do
            at--;
        while (at > 0 && is_continuation(p->text.data[at]));
    for (; chars > 0 && at < p->text.len; chars--)
        do
            at++;
        while (at < p->text.len && is_continuation(p->text.data[at]));
    return at;
}

void prompt_move(struct prompt *p, int chars)
{
    p->at = offset_by(p, chars);
}

void prompt_home(struct prompt *p)
{
    p->at = 0;
}

void prompt_end(struct prompt *p)
{
    p->at = p->text.len;
}

static size_t word_start(const struct prompt *p)
{
    size_t at = p->at;

    while (at > 0 && p->text.data[at - 1] == ' ')
        at--;
    while (at > 0 && p->text.data[at - 1] != ' ')
        at--;
    return at;
}

void prompt_move_word(struct prompt *p, int dir)
{
    if (dir < 0) {
        p->at = word_start(p);
        return;
    }
    while (p->at < p->text.len && p->text.data[p->at] == ' ')
        p->at++;
    while (p->at < p->text.len && p->text.data[p->at] != ' ')
        p->at++;
}

static void erase_range(struct prompt *p, size_t from, size_t to)
{
    memmove(p->text.data + from, p->text.data + to, p->text.len - to);
    p->text.len -= to - from;
    p->at = from;
    after_edit(p);
}

void prompt_erase(struct prompt *p, int chars)
{
    size_t to = offset_by(p, chars);

    if (to < p->at)
        erase_range(p, to, p->at);
    else
        erase_range(p, p->at, to);
}

void prompt_erase_word(struct prompt *p)
{
    erase_range(p, word_start(p), p->at);
}

void prompt_erase_to_start(struct prompt *p)
{
    erase_range(p, 0, p->at);
}

void prompt_erase_to_end(struct prompt *p)
{
    erase_range(p, p->at, p->text.len);
}

void prompt_history(struct prompt *p, int dir)
{
    int i = p->browsing + dir;

    while (i >= 0 && i < p->npast && p->past[i].kind != p->kind)
        i += dir;
    if (i < 0 || i > p->npast)
        return;
    if (p->browsing == p->npast && i < p->npast) {
        free(p->typed);
        p->typed = xstrdup(prompt_text(p));
    }
    p->browsing = i;
    prompt_set(p, i < p->npast ? p->past[i].text : p->typed ? p->typed : "");
}

int prompt_rows(const struct prompt *p)
{
    return p->message || p->note ? 2 : 1;
}

/* The width of the first n bytes of the text, in cells. */
static int cells_before(const struct prompt *p, size_t n)
{
    char *head = xmemdup(p->text.data, n + 1);

    head[n] = '\0';
    int width = text_width(head);
    free(head);
    return width;
}

static void draw_message(const struct prompt *p, struct area a, int left)
{
    int at = p->message_at < 0 ? -1 : left + cells_before(p, (size_t)p->message_at);

    area_fill(a, theme(ROLE_ERROR));
    if (at < 0) {
        area_text(a, 0, 0, theme(ROLE_ERROR), p->message);
        return;
    }
    int width = text_width(p->message) + 2;
    if (at + width <= a.cols)
        area_textf(a, 0, at, theme(ROLE_ERROR), "^ %s", p->message);
    else {
        area_text(a, 0, at < a.cols ? at : a.cols - 1, theme(ROLE_ERROR), "^");
        area_textf(a, 0, at - width > 0 ? at - width : 0, theme(ROLE_ERROR), "%s ", p->message);
    }
}

void prompt_draw(const struct prompt *p, struct area a)
{
    int label = text_width(p->label), cursor = label + cells_before(p, p->at);
    int shift = cursor >= a.cols ? cursor - a.cols + 1 : 0;
    struct area line = area_part(a, 0, 0, 1, a.cols);

    area_fill(line, theme(ROLE_TEXT));
    area_text(line, 0, label - shift, theme(ROLE_TEXT), prompt_text(p));
    area_text(line, 0, -shift, theme(ROLE_PROMPT_LABEL), p->label);
    canvas_set_cursor(a.canvas, a.row, a.col + cursor - shift);
    struct area below = area_part(a, 1, 0, 1, a.cols);
    if (p->message)
        draw_message(p, below, label - shift);
    else if (p->note) {
        struct style style = theme(p->note_bad ? ROLE_ERROR : ROLE_HINT);
        area_fill(below, style);
        area_text(below, 0, 0, style, p->note);
    }
}
