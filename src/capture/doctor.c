/* Each cause of a refusal has a function that recognises it in what /proc says and puts it into
 * words, with what the user can do about it. */
#include "capture/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/xmalloc.h"

/* Reads the first number of a small file; `fallback` if there is none. */
static long number_in(const char *path, long fallback)
{
    FILE *f = fopen(path, "re");
    long value = fallback;

    if (!f)
        return fallback;
    if (fscanf(f, "%ld", &value) != 1)
        value = fallback;
    fclose(f);
    return value;
}

static bool thread_alive(void *user, int tid)
{
    bool *alive = user;
    struct proc_status s;

    *alive = procfs_status(tid, &s) == 0 && s.state != 'Z' && s.state != 'X';
    return !*alive;
}

/* A thread-group leader that has exited before its other threads is a zombie too, but its process
 * is alive. */
static bool all_threads_dead(pid_t pid)
{
    bool alive = false;

    procfs_each_thread(pid, thread_alive, &alive);
    return !alive;
}

static char *tracer_line(pid_t pid, const struct proc_status *s)
{
    struct proc_status tracer;
    bool known = procfs_status(s->tracer, &tracer) == 0;

    /* TracerPid is the tid of the tracing thread; the user wants to know the process. */
    return xasprintf(
        "%d (%s) is traced by %d (%s) already: a process has one tracer at a time; end "
        "that one first",
        (int)pid, s->comm, (int)(known ? tracer.tgid : s->tracer), known ? tracer.comm : "?");
}

/* Why no process, whatever its rights, can trace this one. */
static char *find_refusal(const struct proc_status *s)
{
    int pid = s->tgid;

    if (pid == getpid())
        return xasprintf("%d is pcat itself: it can't trace itself", pid);
    if (s->kernel_thread)
        return xasprintf("%d (%s) is a kernel thread: it has no output and can't be traced", pid,
                         s->comm);
    if (s->state == 'Z' && all_threads_dead(pid))
        return xasprintf("%d (%s) is a zombie: it has exited and waits for its parent %d to notice",
                         pid, s->comm, (int)s->ppid);
    if (s->tracer)
        return tracer_line(pid, s);
    return NULL;
}

/* Why /proc/PID/status can't be read. */
static char *explain_absence(pid_t pid)
{
    if (access("/proc/self/status", R_OK) < 0)
        return xasprintf("%d: /proc is not mounted here, or is hidden from us", (int)pid);
    if (kill(pid, 0) == 0 || errno == EPERM)
        return xasprintf("%d: /proc hides it from us (hidepid): try sudo pcat -p %d", (int)pid,
                         (int)pid);
    return xasprintf("%d: no such process", (int)pid);
}

char *doctor_refuses(pid_t *pid)
{
    struct proc_status s;

    if (procfs_status(*pid, &s) < 0)
        return explain_absence(*pid);
    *pid = s.tgid;
    if (procfs_status(*pid, &s) < 0)
        return explain_absence(*pid);
    return find_refusal(&s);
}

enum { CAP_SYS_PTRACE_BIT = 19 };

/* A capability set of this thread. which: "CapEff" or "CapPrm". */
static uint64_t own_caps(const char *which)
{
    char line[256];
    unsigned long long caps = 0;
    size_t n = strlen(which);
    FILE *f = fopen("/proc/thread-self/status", "re");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, which, n) == 0 && sscanf(line + n, ": %llx", &caps) == 1)
            break;
    if (f)
        fclose(f);
    return caps;
}

void doctor_read_means(struct doctor_means *m)
{
    m->uid = getuid();
    m->gid = getgid();
    m->cap_ptrace = own_caps("CapEff") >> CAP_SYS_PTRACE_BIT & 1;
    m->caps = own_caps("CapPrm");
    m->yama = number_in("/proc/sys/kernel/yama/ptrace_scope", 0);
}

/* False also when the namespace can't be read: where CAP_SYS_PTRACE does not count, that fails. */
static bool same_user_namespace(pid_t pid)
{
    char path[48];
    struct stat ours, theirs;

    snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
    return stat("/proc/self/ns/user", &ours) < 0 ||
           (stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
            ours.st_dev == theirs.st_dev);
}

/* The files in /proc/PID of a process that is not dumpable belong to root. */
static bool is_undumpable(const struct proc_status *s)
{
    uint64_t owner;

    return s->euid != 0 && procfs_owner(s->tgid, &owner) == 0 && owner == 0;
}

/* The first of a, b, c that differs from ours; ours if none does. */
static uint64_t other_than(uint64_t ours, uint64_t a, uint64_t b, uint64_t c)
{
    return a != ours ? a : b != ours ? b : c;
}

/* The first user or group id of the process that differs from ours; ours if none does. */
static uint64_t foreign_uid(const struct proc_status *s, const struct doctor_means *m)
{
    return other_than(m->uid, s->uid, s->euid, s->suid);
}

static uint64_t foreign_gid(const struct proc_status *s, const struct doctor_means *m)
{
    return other_than(m->gid, s->gid, s->egid, s->sgid);
}

/* What the user can do to get the right. For root sudo is no help. */
static char *suggest_remedy(const struct proc_status *s, const struct doctor_means *m)
{
    return m->uid ? xasprintf("try sudo pcat -p %d", (int)s->tgid)
                  : xstrdup("it takes CAP_SYS_PTRACE (docker run --cap-add=SYS_PTRACE)");
}

static char *explain_rule(const struct proc_status *s, const struct doctor_means *m)
{
    uint64_t uid = foreign_uid(s, m), gid = foreign_gid(s, m);
    const char *name = s->comm;
    int id = (int)s->tgid;

    if (uid != m->uid)
        return xasprintf(uid == s->uid ? "%d (%s) belongs to uid %llu, we are uid %d"
                                       : "%d (%s) has the rights of uid %llu, we are uid %d",
                         id, name, (unsigned long long)uid, (int)m->uid);
    if (gid != m->gid)
        return xasprintf(gid == s->gid ? "%d (%s) belongs to gid %llu, we are gid %d"
                                       : "%d (%s) has the rights of gid %llu, we are gid %d",
                         id, name, (unsigned long long)gid, (int)m->gid);
    if (is_undumpable(s))
        return xasprintf("%d (%s) is not dumpable (it changed its user, asked for it, or has a "
                         "program file that we may not read)",
                         id, name);
    if (s->caps & ~m->caps)
        return xasprintf("%d (%s) has capabilities that we don't have", id, name);
    return NULL;
}

static char *explain_yama(const struct proc_status *s, long yama)
{
    const char *name = s->comm;
    int id = (int)s->tgid;

    if (yama == 1)
        return xasprintf(
            "%d (%s) is no descendant of ours, and kernel.yama.ptrace_scope is 1: try sudo, "
            "or sysctl kernel.yama.ptrace_scope=0",
            id, name);
    return xasprintf("%d (%s): kernel.yama.ptrace_scope is %ld, %s", id, name, yama,
                     yama == 2 ? "only root may trace: try sudo"
                               : "nobody may trace until the next boot");
}

/* Why tracing fails although we have CAP_SYS_PTRACE. */
static char *explain_despite_cap(const struct proc_status *s, const struct doctor_means *m)
{
    int id = (int)s->tgid;

    if (m->yama >= 3)
        return explain_yama(s, m->yama);
    if (!same_user_namespace(id))
        return xasprintf("%d (%s) is in another user namespace, where our CAP_SYS_PTRACE does not "
                         "count: run pcat from the host, or inside with nsenter -t %d -U",
                         id, s->comm, id);
    return xasprintf("%d (%s): the kernel forbids tracing it, also to a process with "
                     "CAP_SYS_PTRACE (kernel.yama.ptrace_scope is %ld; a security module?)",
                     id, s->comm, m->yama);
}

static char *explain_eperm(const struct proc_status *s, const struct doctor_means *m)
{
    if (s->tracer)
        return tracer_line(s->tgid, s);
    if (m->cap_ptrace)
        return explain_despite_cap(s, m);
    char *rule = explain_rule(s, m);
    if (!rule && m->yama)
        return explain_yama(s, m->yama);
    if (!rule)
        rule = xasprintf("%d (%s): the kernel forbids tracing it (a seccomp filter of a container, "
                         "or a security module?)",
                         (int)s->tgid, s->comm);
    char *way = suggest_remedy(s, m), *line = xasprintf("%s: %s", rule, way);
    free(rule);
    free(way);
    return line;
}

/* Asks the kernel whether we may trace pid: process_vm_readv(2) needs the same right as an attach,
 * and touches nothing here, because no process has memory at this address. Without the right it
 * fails with EPERM, else with another error. (To open /proc/PID/mem would need more: the permission
 * of that file.) */
static bool kernel_allows(pid_t pid)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)(uintptr_t)-4096, 1};

    return process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 || errno != EPERM;
}

/* True when the rules that we know allow tracing. */
static bool rules_allow(const struct proc_status *s, const struct doctor_means *m)
{
    if (m->cap_ptrace)
        return m->yama < 3;
    return m->yama == 0 && foreign_uid(s, m) == m->uid && foreign_gid(s, m) == m->gid;
}

char *doctor_foresees(const struct proc_status *s, const struct doctor_means *m)
{
    char *cause = find_refusal(s);

    if (!cause && !(rules_allow(s, m) && kernel_allows(s->tgid)))
        cause = explain_eperm(s, m);
    return cause;
}

char *doctor_explains(pid_t pid, int err)
{
    struct doctor_means means;
    struct proc_status s;

    if (err == ESRCH || procfs_status(pid, &s) < 0)
        return xasprintf("%d: no such process", (int)pid);
    if (err == EAGAIN)
        return xasprintf("%d (%s) is inside an execve(2) that does not end: try again", (int)pid,
                         s.comm);
    if (err == EPERM || err == EACCES) {
        doctor_read_means(&means);
        return explain_eperm(&s, &means);
    }
    return xasprintf("%d (%s): can't be traced: %s", (int)pid, s.comm, strerror(err));
}

char *doctor_misses_rights(const struct proc_status *s)
{
    char path[48];
    struct statx x;

    /* AT_STATX_DONT_SYNC: what the kernel remembers from the exec. The file system is not asked. */
    snprintf(path, sizeof path, "/proc/%d/exe", (int)s->tgid);
    if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_MODE | STATX_UID | STATX_GID, &x) < 0)
        return NULL;
    bool user = (x.stx_mode & S_ISUID) && x.stx_uid != s->euid;
    bool group = (x.stx_mode & S_ISGID) && (x.stx_mode & S_IXGRP) && x.stx_gid != s->egid;
    if (!user && !group)
        return NULL;
    return xasprintf("%s (%d) is %s, but runs without those rights: the kernel does not "
                     "grant them while an ordinary user traces it (run pcat itself as root)",
                     s->comm, (int)s->tgid, user ? "setuid" : "setgid");
}

char *doctor_explains_circle(const struct proc_status *s)
{
    return xasprintf("%d (%s) traces this pcat: two that trace each other would stop for ever",
                     (int)s->tgid, s->comm);
}

/* --- processes that display our own output --- */

/* Our controlling terminal, 0 if there is none. */
static dev_t our_terminal(void)
{
    char line[512];
    int tty = 0;
    FILE *f = fopen("/proc/self/stat", "re");
    char *after = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;

    if (f)
        fclose(f);
    if (after && sscanf(after + 1, " %*c %*d %*d %*d %d", &tty) == 1 && tty != 0)
        /* tty_nr has the minor number in bits 0-7 and 20-31, the major number in bits 8-19. */
        return makedev((unsigned)tty >> 8 & 0xfff,
                       ((unsigned)tty & 0xff) | ((unsigned)tty >> 12 & 0xfff00));
    return 0;
}

char *doctor_finds_loop(pid_t pid)
{
    struct proc_status s;
    struct fd_stat st;
    dev_t terminal = our_terminal();

    if (procfs_status(pid, &s) < 0)
        return NULL;
    for (int fd = 1; fd <= 2; fd++) {
        if (procfs_own_fd_stat(fd, &st) < 0)
            continue;
        if (S_ISFIFO(st.type) && procfs_reads(pid, &st, 0))
            return xasprintf("%d (%s) reads what we print: tracing it would feed or block itself "
                             "(--force does it all the same, dropping what can't be shown)",
                             (int)pid, s.comm);
        if (S_ISCHR(st.type) && procfs_holds_master(pid, st.rdev, 0))
            terminal = st.rdev;
    }
    if (terminal && procfs_holds_master(pid, terminal, 0))
        return xasprintf(
            "%d (%s) displays our terminal: tracing it would feed itself (--force does it "
            "all the same, dropping what can't be shown)",
            (int)pid, s.comm);
    return NULL;
}
