/* A list of processes is collected in `coming` and replaces `items` when it is complete. All texts
 * of a process lie in one piece of memory, which begins with `user`. */
#include "model/processes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/model.h"

static void free_items(struct process *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(items[i].user); /* frees all texts, see copy_texts() */
    free(items);
}

static void drop_coming(struct processes *p)
{
    free_items(p->coming, p->ncoming);
    p->coming = NULL;
    p->ncoming = p->cap = p->bytes = 0;
}

void processes_free(struct processes *p)
{
    drop_coming(p);
    free_items(p->items, p->count);
}

/* --- adding --- */

/* Copies at most max bytes of a text, and a NUL, to *at. *at is behind it then. */
static char *append_text(char **at, struct bytes text, size_t max)
{
    char *start = *at;
    size_t n = text.len < max ? text.len : max;

    if (n)
        memcpy(start, text.data, n);
    start[n] = '\0';
    *at += n + 1;
    return start;
}

/* Bytes that append_text() needs. */
static size_t text_size(struct bytes text, size_t max)
{
    return (text.len < max ? text.len : max) + 1;
}

static void join_args(char *argv, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (argv[i] == '\0')
            argv[i] = ' ';
}

/* Copies all texts into one piece of memory. Returns its bytes. */
static size_t copy_texts(struct process *to, const struct ev_process *from)
{
    char number[24];
    struct bytes user = from->user;

    snprintf(number, sizeof number, "%" PRIu64, from->uid);
    if (user.len == 0)
        user = bytes_of(number);
    size_t size = text_size(user, MODEL_TEXT_MAX) + text_size(from->comm, MODEL_TEXT_MAX) +
                  text_size(from->argv, MODEL_ARGV_MAX) + text_size(from->stdout_, MODEL_TEXT_MAX) +
                  text_size(from->stderr_, MODEL_TEXT_MAX) +
                  text_size(from->refused, MODEL_TEXT_MAX);
    char *at = xmalloc(size);
    to->user = append_text(&at, user, MODEL_TEXT_MAX);
    to->comm = append_text(&at, from->comm, MODEL_TEXT_MAX);
    to->command = append_text(&at, from->argv, MODEL_ARGV_MAX);
    join_args(to->command, (size_t)(at - to->command) - 1);
    to->out = append_text(&at, from->stdout_, MODEL_TEXT_MAX);
    to->err = append_text(&at, from->stderr_, MODEL_TEXT_MAX);
    to->refused = append_text(&at, from->refused, MODEL_TEXT_MAX);
    return size;
}

void processes_add(struct processes *p, const struct event *ev)
{
    const struct ev_process *from = &ev->process;

    if (from->id != p->id) {
        drop_coming(p);
        p->id = from->id;
    }
    if (p->bytes > PROCESSES_BYTES_MAX)
        return;
    if (p->ncoming == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 256;
        p->coming = xrealloc(p->coming, p->cap * sizeof *p->coming);
    }
    struct process *to = &p->coming[p->ncoming++];
    *to = (struct process){.pid = from->pid,
                           .parent = from->parent,
                           .uid = from->uid,
                           .threads = from->threads,
                           .kernel = from->kernel,
                           .traced = from->traced,
                           .cpu = from->cpu,
                           .start = from->start,
                           .time = ev->time};
    p->bytes += sizeof *to + copy_texts(to, from);
}

/* --- a whole list --- */

static int compare_pids(const void *a, const void *b)
{
    const struct process *x = a, *y = b;

    return (x->pid > y->pid) - (x->pid < y->pid);
}

const struct process *processes_find(const struct processes *p, uint64_t pid)
{
    struct process key = {.pid = pid};

    return p->count ? bsearch(&key, p->items, p->count, sizeof key, compare_pids) : NULL;
}

/* CPU time per time since the list before; `before`: the process in that list, or NULL. */
static double load_of(const struct process *now, const struct process *before)
{
    bool same = before && before->start == now->start && now->time > before->time;
    double span = (double)now->time - (double)(same ? before->time : now->start);
    double ran = (double)now->cpu - (double)(same ? before->cpu : 0);

    return span > 0 && ran > 0 ? ran / span : 0;
}

void processes_end(struct processes *p, uint64_t id, bool ok)
{
    if (id != p->id || p->ncoming == 0)
        return;
    if (!ok) {
        drop_coming(p);
        return;
    }
    qsort(p->coming, p->ncoming, sizeof *p->coming, compare_pids);
    for (size_t i = 0; i < p->ncoming; i++)
        p->coming[i].load = load_of(&p->coming[i], processes_find(p, p->coming[i].pid));
    free_items(p->items, p->count);
    p->items = p->coming;
    p->count = p->ncoming;
    p->serial++;
    p->coming = NULL;
    p->ncoming = p->cap = p->bytes = 0;
}
