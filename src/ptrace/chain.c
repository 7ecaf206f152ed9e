/* Follows TracerPid in /proc upwards. */
#include "ptrace/chain.h"

#include <unistd.h>

#include "capture/procfs.h"

bool chain_has(const struct chain *c, pid_t pid)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->pids[i] == pid)
            return true;
    return false;
}

/* Each thread may have a tracer of its own. */
static bool add_tracer(void *user, int tid)
{
    struct chain *c = user;
    struct proc_status s;

    if (procfs_status(tid, &s) == 0 && s.tracer && procfs_status(s.tracer, &s) == 0 &&
        !chain_has(c, s.tgid) && c->count < CHAIN_MAX)
        c->pids[c->count++] = s.tgid;
    return true;
}

void chain_look(struct chain *c)
{
    c->pids[0] = getpid();
    c->count = 1;
    for (size_t i = 0; i < c->count; i++)
        procfs_each_thread(c->pids[i], add_tracer, c);
}
