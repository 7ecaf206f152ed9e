#include "ptrace/untraceable.h"

#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "capture/procfs.h"
#include "capture/remote.h"
#include "ptrace/regs.h"

bool untraceable_concerns(const struct sysent *ent)
{
    return ent->shape >= SHAPE_CLONE && ent->shape <= SHAPE_AIO;
}

static void note_untraced_child(struct syscalls *c, const struct task *task)
{
    emit_note(c->emitter, task->proc->pid,
              "%s (%d) makes a child with CLONE_UNTRACED: its output is not captured", task->comm,
              (int)task->proc->pid);
}

/* The flag CLONE_UNTRACED is taken away for the duration of the call. It means nothing but "no
 * tracer", and under our filter a child without a tracer could not write. */
static void enter_clone(struct syscalls *c, struct task *task, const struct sysent *ent,
                        const struct syscall_stop *stop)
{
    uint64_t flags = stop->args[0];

    if (!(flags & CLONE_UNTRACED))
        return;
    if (regs_set_first_arg(task->tid, flags & ~(uint64_t)CLONE_UNTRACED) < 0)
        note_untraced_child(c, task);
    else
        call_begin(&tracee_of(task)->call, ent, stop->arch, stop->args);
}

/* clone3 has its flags in the program's memory, which we never change. Under our filter the call
 * fails with ENOSYS, as on a kernel without clone3: programs fall back to clone then. */
static void enter_clone3(struct syscalls *c, struct task *task, const struct syscall_stop *stop)
{
    uint64_t flags = 0;
    raddr_t at = {sysent_word(stop->arch) == 4 ? (uint32_t)stop->args[0] : stop->args[0]};

    remote_read(task->tid, &group_of(task->proc)->memory, at, &flags, sizeof flags);
    if ((flags & CLONE_UNTRACED) && (!task->proc->filtered || regs_skip(task->tid, -ENOSYS) < 0))
        note_untraced_child(c, task);
}

/* The call asks for seccomp's strict mode, which the kernel refuses to a process with a filter. */
static bool asks_for_strict(const struct sysent *ent, const struct syscall_stop *stop)
{
    uint32_t operation = (uint32_t)stop->args[ent->a];

    return ent->shape == SHAPE_SECCOMP
               ? operation == SECCOMP_SET_MODE_STRICT
               : operation == PR_SET_SECCOMP &&
                     (uint32_t)stop->args[ent->a + 1] == SECCOMP_MODE_STRICT;
}

static void exit_strict(struct syscalls *c, const struct task *task, int64_t result)
{
    if (result == -EINVAL && task->proc->filtered)
        emit_note(
            c->emitter, task->proc->pid,
            "%s (%d) asks for seccomp's strict mode, which the kernel refuses to a process that "
            "has a filter, here pcat's: --no-seccomp does without",
            task->comm, (int)task->proc->pid);
}

enum { IOCBS_LOOKED_AT = 64 };

/* True when the struct iocb at that address is a write to a captured fd. Reads only a part of it;
 * it is the same for all ABIs. */
static bool is_captured_write(struct task *task, uint64_t at)
{
    struct {
        uint16_t opcode;
        int16_t priority;
        int32_t fd;
    } iocb;
    struct fd_sink sink;

    return remote_read(task->tid, &group_of(task->proc)->memory, (raddr_t){at + 16}, &iocb,
                       sizeof iocb) == sizeof iocb &&
           (iocb.opcode == IOCB_CMD_PWRITE || iocb.opcode == IOCB_CMD_PWRITEV) &&
           fd_table_stream(task->proc->fds, task->tid, iocb.fd, &sink) != STREAM_OTHER;
}

/* io_submit(2): the kernel itself writes what is queued, without a syscall-stop of the write. */
static void enter_aio(struct syscalls *c, struct task *task, const struct sysent *ent,
                      const struct syscall_stop *stop)
{
    size_t word = sysent_word(stop->arch);
    uint64_t mask = word == 4 ? UINT32_MAX : UINT64_MAX, list = stop->args[ent->a + 1] & mask;
    uint64_t count = stop->args[ent->a] & mask;

    for (uint64_t i = 0; i < count && i < IOCBS_LOOKED_AT && !group_of(task->proc)->told_aio; i++) {
        uint64_t at = 0;
        if (remote_read(task->tid, &group_of(task->proc)->memory, (raddr_t){list + i * word}, &at,
                        word) != word)
            return;
        if (!is_captured_write(task, at))
            continue;
        group_of(task->proc)->told_aio = true;
        emit_note(c->emitter, task->proc->pid,
                  "%s (%d) prints by io_submit: what it prints so is not captured", task->comm,
                  (int)task->proc->pid);
    }
}

void untraceable_enter(struct syscalls *c, struct task *task, const struct sysent *ent,
                       const struct syscall_stop *stop)
{
    switch (ent->shape) {
    case SHAPE_CLONE:
        enter_clone(c, task, ent, stop);
        break;
    case SHAPE_CLONE3:
        enter_clone3(c, task, stop);
        break;
    case SHAPE_AIO:
        enter_aio(c, task, ent, stop);
        break;
    case SHAPE_PRCTL:
    case SHAPE_SECCOMP:
        if (asks_for_strict(ent, stop))
            call_begin(&tracee_of(task)->call, ent, stop->arch, stop->args);
        break;
    default:
        call_begin(&tracee_of(task)->call, ent, stop->arch, stop->args);
        break;
    }
}

/* A ptrace call that failed because its target has us as its tracer: a thread can have only one. */
static void exit_ptrace(struct syscalls *c, struct task *task, int64_t result)
{
    uint32_t request = (uint32_t)tracee_of(task)->call.args[0];
    const struct task *target = task;

    if (result != -EPERM || group_of(task->proc)->told_tracer)
        return;
    if (request == PTRACE_ATTACH || request == PTRACE_SEIZE)
        target = tasks_find(c->tasks, (pid_t)tracee_of(task)->call.args[1]);
    else if (request != PTRACE_TRACEME)
        return;
    if (!target)
        return;
    group_of(task->proc)->told_tracer = true;
    emit_note(c->emitter, task->proc->pid,
              target == task ? "%s (%d) wants to be traced by its parent, but pcat traces it"
                             : "%s (%d) wants to trace one of its own, but pcat traces that",
              task->comm, (int)task->proc->pid);
}

static void note_ring(struct syscalls *c, struct proc *proc, const char *comm)
{
    if (!group_of(proc)->told_io_uring)
        emit_note(c->emitter, proc->pid,
                  "%s (%d) uses io_uring: what it prints through that is not captured", comm,
                  (int)proc->pid);
    group_of(proc)->told_io_uring = true;
}

static void exit_ring(struct syscalls *c, struct task *task, int64_t result)
{
    if (result >= 0)
        note_ring(c, task->proc, task->comm);
}

struct survey {
    pid_t pid;
    bool ring;
};

static bool look_for_ring(void *user, int fd)
{
    struct survey *s = user;
    char target[64];

    s->ring = procfs_fd_target(s->pid, fd, target, sizeof target) == 0 &&
              strcmp(target, "anon_inode:[io_uring]") == 0;
    return !s->ring;
}

void untraceable_survey(struct syscalls *c, struct proc *proc, const char *comm)
{
    struct survey s = {.pid = proc->pid};

    procfs_each_fd(proc->pid, look_for_ring, &s);
    if (s.ring)
        note_ring(c, proc, comm);
}

void untraceable_exit(struct syscalls *c, struct task *task, int64_t result)
{
    switch (tracee_of(task)->call.shape) {
    case SHAPE_CLONE:
        regs_set_first_arg(task->tid, tracee_of(task)->call.args[0]);
        break;
    case SHAPE_PTRACE:
        exit_ptrace(c, task, result);
        break;
    case SHAPE_RING:
        exit_ring(c, task, result);
        break;
    case SHAPE_PRCTL:
    case SHAPE_SECCOMP:
        exit_strict(c, task, result);
        break;
    default:
        break;
    }
    call_reset(&tracee_of(task)->call);
}

void untraceable_inherit(struct task *child, const struct task *parent)
{
    if (!tracee_of(parent)->call.ent || tracee_of(parent)->call.shape != SHAPE_CLONE)
        return;
    tracee_of(child)->call.ent = tracee_of(parent)->call.ent;
    tracee_of(child)->call.name = tracee_of(parent)->call.name;
    tracee_of(child)->call.shape = tracee_of(parent)->call.shape;
    tracee_of(child)->call.arch = tracee_of(parent)->call.arch;
    memcpy(tracee_of(child)->call.args, tracee_of(parent)->call.args,
           sizeof tracee_of(child)->call.args);
}
