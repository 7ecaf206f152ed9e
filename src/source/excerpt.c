#include "source/excerpt.h"

#define PORTION (64 * 1024) /* bytes */
#define WORK (1 << 20)      /* bytes that the view looks through at a time */

void excerpt_begin(struct excerpt *x, struct view *v, uint64_t from, uint64_t to)
{
    *x = (struct excerpt){.view = v, .epoch = view_epoch(v), .entry = from, .last = to};
}

/* For EXCERPT_ALL: lets the view look through all lines, and then sets the last entry. */
static void find_end(struct excerpt *x)
{
    x->begun = true;
    if (x->last != EXCERPT_ALL)
        return;
    while (view_work(x->view, WORK))
        ;
    x->over = view_empty(x->view);
    x->last = view_end(x->view) - 1;
}

static bool has_newline(const struct entry *e)
{
    struct bytes run = stream_run(e->stream, e->line.offset + e->line.len);

    return run.len > 0 && *(const char *)run.data == '\n';
}

/* Appends the rest of a line, up to the size of a portion. True: the line is complete. */
static bool put_line(struct excerpt *x, const struct entry *e, struct buf *out)
{
    bool own = view_scope(x->view).kind == SCOPE_STREAM;
    uint64_t end = e->line.offset + e->line.len;

    if (e->line.kind != LINE_TEXT)
        return true;
    if (x->at < e->line.offset)
        x->at = e->line.offset;
    while (x->at < end && out->len < PORTION) {
        struct bytes run = stream_run(e->stream, x->at);
        size_t n = run.len < end - x->at ? run.len : (size_t)(end - x->at);
        n = n < PORTION ? n : PORTION;
        buf_add(out, run.data, n);
        x->at = n > 0 ? x->at + n : end;
    }
    if (x->at < end)
        return false;
    if (!own || has_newline(e))
        buf_addc(out, '\n');
    return true;
}

/* Goes to the next line that the model still holds. False: there is none. */
static bool find_line(struct excerpt *x, struct entry *e)
{
    uint64_t next;

    if (x->epoch != view_epoch(x->view) || !view_clamp(x->view, x->entry, &next) ||
        next < x->entry || next > x->last)
        return false;
    if (next > x->entry)
        x->at = 0;
    x->entry = next;
    return view_entry(x->view, next, e);
}

bool excerpt_next(struct excerpt *x, struct buf *out)
{
    struct entry e;

    if (!x->begun)
        find_end(x);
    while (!x->over && out->len < PORTION) {
        if (!find_line(x, &e))
            x->over = true;
        else if (put_line(x, &e, out)) {
            x->at = 0;
            x->entry++;
        }
    }
    return out->len > 0;
}
