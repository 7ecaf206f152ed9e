#include "engine/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/xmalloc.h"

enum { BATCH = 256 };

struct waiter {
    struct {
        pid_t tid;
        int status;
    } queue[BATCH];
    int head, count;
};

struct waiter *waiter_new(void)
{
    return xcalloc(1, sizeof(struct waiter));
}

void waiter_free(struct waiter *w)
{
    free(w);
}

/* One waitpid: 1 when something was put into the queue, 0 when nothing has stopped, -1 when there
 * is no child. */
static int collect(struct waiter *w)
{
    int status;
    pid_t tid;

    do
        tid = waitpid(-1, &status, __WALL | WNOHANG);
    while (tid < 0 && errno == EINTR);
    if (tid <= 0)
        return tid;
    w->queue[w->count].tid = tid;
    w->queue[w->count++].status = status;
    return 1;
}

enum wait_result waiter_next(struct waiter *w, pid_t *tid, int *status)
{
    if (w->head == w->count) {
        int found;
        w->head = w->count = 0;
        do
            found = collect(w);
        while (found > 0 && w->count < BATCH);
        if (w->count == 0)
            return found < 0 ? WAIT_NO_CHILDREN : WAIT_NOTHING;
    }
    *tid = w->queue[w->head].tid;
    *status = w->queue[w->head++].status;
    return WAIT_STOP;
}
