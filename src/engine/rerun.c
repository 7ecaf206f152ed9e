#include "engine/rerun.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/log.h"
#include "engine/procfs.h"
#include "engine/regs.h"
#include "engine/sysent.h"

enum {
    ERESTARTNOHAND = 514
}; /* include/linux/errno.h of the kernel: again, unless a handler ran */

/* On files a short count has reasons of its own (a limit, a full disk); what blocks is a pipe, a
 * socket or a tty. */
static bool can_block(pid_t tid, int fd)
{
    struct stat st;

    return procfs_fd_stat(tid, fd, &st) == 0 &&
           (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode));
}

static bool was_cut(pid_t tid, const struct sysent *ent, const struct regs_call *call)
{
    return ent->shape == SHAPE_BUF && ent->a == 1 && call->result > 0 &&
           (uint64_t)call->result < call->args[2] && can_block(tid, (int)(uint32_t)call->args[0]);
}

void rerun_interrupted(pid_t tid, struct cut_write *cut)
{
    struct regs_call call;

    if (regs_get_call(tid, &call) < 0 || call.nr < 0)
        return;
    const struct sysent *ent = sysent_find(call.arch, (uint64_t)call.nr);
    if (!ent || !sysent_can_rerun(ent))
        return;
    if (call.result == -EINTR) {
        regs_set_result(tid, -ERESTARTNOHAND);
    } else if (was_cut(tid, ent, &call)) {
        uint64_t moved = (uint64_t)call.result;
        if (regs_run_again(tid, call.args[1] + moved, call.args[2] - moved) == 0)
            *cut = (struct cut_write){CUT_AHEAD, moved, call.args[1], call.args[2]};
        log_line(LOG_TRACER, "%d: a write was cut after %llu bytes", (int)tid,
                 (unsigned long long)moved);
    }
}

void rerun_entered(struct cut_write *cut)
{
    if (cut->state == CUT_AHEAD)
        cut->state = CUT_INSIDE;
}

/* A failure after some bytes went is not one: write(2) returns what went. */
void rerun_finished(pid_t tid, struct cut_write *cut, int64_t result)
{
    if (cut->state != CUT_INSIDE)
        return;
    cut->state = CUT_NONE;
    regs_set_return(tid, (int64_t)cut->moved + (result > 0 ? result : 0), cut->buffer, cut->len);
}

void rerun_abandon(pid_t tid, struct cut_write *cut)
{
    if (cut->state != CUT_AHEAD)
        return;
    cut->state = CUT_NONE;
    regs_run_not(tid, (int64_t)cut->moved, cut->buffer, cut->len);
}
