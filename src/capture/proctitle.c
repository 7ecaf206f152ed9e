#include "capture/proctitle.h"

#include <string.h>

#include "capture/procfs.h"
#include "capture/remote.h"

enum { LOOKS = 4 };

void proctitle_watch(struct proc *proc, struct bytes argv)
{
    proc->title_looks = LOOKS;
    buf_clear(&proc->title);
    buf_add(&proc->title, argv.data, argv.len);
}

void proctitle_forget(struct proc *proc)
{
    proc->title_looks = 0;
    buf_free(&proc->title);
}

static void tell(const struct proc *proc, struct emitter *emitter)
{
    struct proc_status s;
    struct event ev = {.type = EVENT_TASK};

    if (procfs_status(proc->pid, &s) < 0)
        return;
    ev.task = (struct ev_task){.tid = (uint64_t)proc->pid,
                               .pid = (uint64_t)proc->pid,
                               .uid = s.uid,
                               .comm = bytes_of(s.comm),
                               .argv = {proc->title.data, proc->title.len}};
    emit_control(emitter, &ev);
}

bool proctitle_look(struct proc *proc, struct emitter *emitter)
{
    struct buf now = {0};

    if (proc->title_looks == 0)
        return false;
    remote_cmdline(proc->pid, &now);
    if (now.len && (now.len != proc->title.len || memcmp(now.data, proc->title.data, now.len))) {
        buf_free(&proc->title);
        proc->title = now;
        tell(proc, emitter);
    } else
        buf_free(&now);
    if (--proc->title_looks == 0)
        proctitle_forget(proc);
    return proc->title_looks > 0;
}
