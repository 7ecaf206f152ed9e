/* Adds up the writes to each pair of fd number and target in a table of fixed size, then sorts the
 * table. The task that wrote most stands for all that share the pair. */
#include "view/pane/uncaptured.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_MAX 256 /* most pairs of fd number and target; more are left out */

struct places {
    struct uncaptured_fd all[PLACES_MAX];
    size_t count;
};

/* Adds the bytes of a task's fd to its place. */
static void add_fd(struct places *p, const struct task *t, const struct fd_info *fd)
{
    const char *target = *fd->target ? fd->target : "?";
    size_t i = 0;

    while (i < p->count && (p->all[i].fd != fd->fd || strcmp(p->all[i].target, target) != 0))
        i++;
    if (i == PLACES_MAX)
        return;
    if (i == p->count)
        p->all[p->count++] = (struct uncaptured_fd){.fd = fd->fd, .target = target};
    struct uncaptured_fd *b = &p->all[i];
    b->bytes += fd->other_bytes;
    if (!b->task || fd->other_bytes > b->most) {
        b->task = t;
        b->most = fd->other_bytes;
    }
}

static int is_file(const struct uncaptured_fd *b)
{
    return b->target[0] == '/' && strncmp(b->target, "/dev/", 5) != 0;
}

/* Files first, then by bytes. */
static int more_wanted(const void *a, const void *b)
{
    const struct uncaptured_fd *left = a, *right = b;

    if (is_file(left) != is_file(right))
        return is_file(right) - is_file(left);
    return left->bytes > right->bytes ? -1 : left->bytes < right->bytes;
}

size_t uncaptured_fds(const struct task *t, struct uncaptured_fd *out, size_t max)
{
    struct places places = {.count = 0};

    for (const struct task *each = t; each; each = task_next(each, t))
        for (const struct fd_info *fd = each->fds; fd; fd = fd->next)
            if (fd->stream == STREAM_OTHER && fd->other_writes > 0)
                add_fd(&places, each, fd);
    qsort(places.all, places.count, sizeof *places.all, more_wanted);
    if (places.count < max)
        max = places.count;
    memcpy(out, places.all, max * sizeof *out);
    return max;
}
