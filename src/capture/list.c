/* Two passes: the first reads the status of all processes, which shows all parents; the
 * second reads the rest, and passes each process on. */
#include "capture/list.h"

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/doctor.h"
#include "capture/privilege.h"
#include "capture/procfs.h"
#include "capture/remote.h"
#include "capture/rights.h"

enum {
    ARGV_MAX = 16 * 1024, /* longer command lines are cut to so many bytes */
    TARGET_MAX = 4096
};

/* A process, as the first pass found it. */
struct found {
    pid_t pid;
    struct proc_status status;
    struct proc_stat stat;
    char *loop; /* it, or a descendant, displays our output: why not to trace it; NULL: no */
};

struct user {
    uint64_t uid;
    char *name; /* NULL: the uid has no name */
};

struct list {
    const struct list_options *options;
    struct doctor_means means;
    struct rights rights;
    struct found *found;
    size_t count, cap;
    struct user *users; /* found so far */
    size_t nusers;
    struct buf argv;
};

static bool is_stopped(const struct list *l)
{
    return l->options->stop && atomic_load(l->options->stop);
}

/* --- first pass --- */

static bool add_process(void *user, int pid)
{
    struct list *l = user;
    struct found f = {.pid = pid};

    if (procfs_status(pid, &f.status) < 0 || procfs_stat(pid, &f.stat) < 0)
        return true; /* gone meanwhile */
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 256;
        l->found = xrealloc(l->found, l->cap * sizeof *l->found);
    }
    l->found[l->count++] = f;
    return !is_stopped(l);
}

static int by_pid(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    return (x->pid > y->pid) - (x->pid < y->pid);
}

static struct found *find_process(const struct list *l, pid_t pid)
{
    struct found key = {.pid = pid};

    return l->count ? bsearch(&key, l->found, l->count, sizeof key, by_pid) : NULL;
}

/* --- processes that display our output --- */

/* Marks a process as not to be traced. Its ancestors too, if an attach would take descendants. */
static void forbid(struct list *l, struct found *f, const char *cause)
{
    size_t steps = 0; /* the parents were read at different times, so they could form a circle */

    for (; f && !f->loop && steps <= l->count; f = find_process(l, f->status.ppid), steps++) {
        f->loop = xstrdup(cause);
        if (!l->options->descendants)
            break;
    }
}

static void forbid_if_loop(struct list *l, struct found *f)
{
    char *cause = f->pid == getpid() ? NULL : doctor_finds_loop(f->pid);

    if (cause)
        forbid(l, f, cause);
    free(cause);
}

/* True when its stdin is a pipe that we write to. */
static bool is_our_reader(pid_t pid)
{
    struct fd_stat out;

    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (procfs_own_fd_stat(fd, &out) == 0 && S_ISFIFO(out.type) &&
            procfs_fd_is_pipe(pid, STDIN_FILENO, &out))
            return true;
    return false;
}

/* To check all fds of all processes would take too long. A process that displays our output is one
 * of our ancestors (a terminal emulator), or in our session (the next process of a pipeline). */
static void find_loops(struct list *l)
{
    pid_t session = getsid(0);
    size_t steps = 0;

    for (struct found *f = find_process(l, getpid()); f && steps <= l->count;
         f = find_process(l, f->status.ppid), steps++)
        forbid_if_loop(l, f);
    for (size_t i = 0; i < l->count; i++)
        if (l->found[i].stat.session == session && !l->found[i].loop &&
            is_our_reader(l->found[i].pid))
            forbid_if_loop(l, &l->found[i]);
}

/* --- second pass --- */

static struct bytes user_name(struct list *l, uint64_t uid)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    size_t i = 0;

    while (i < l->nusers && l->users[i].uid != uid)
        i++;
    if (i == l->nusers) {
        getpwuid_r((uid_t)uid, &entry, room, sizeof room, &found);
        l->users = xrealloc(l->users, (l->nusers + 1) * sizeof *l->users);
        l->users[l->nusers++] = (struct user){uid, found ? xstrdup(found->pw_name) : NULL};
    }
    return l->users[i].name ? bytes_of(l->users[i].name) : (struct bytes){0};
}

static struct bytes command_line(struct list *l, pid_t pid)
{
    buf_clear(&l->argv);
    remote_cmdline(pid, &l->argv);
    if (l->argv.len > ARGV_MAX) {
        l->argv.len = ARGV_MAX;
        l->argv.data[ARGV_MAX - 1] = '\0';
    }
    return (struct bytes){l->argv.data, l->argv.len};
}

static struct bytes target_of(pid_t pid, int fd, char target[TARGET_MAX])
{
    if (procfs_fd_target(pid, fd, target, TARGET_MAX) < 0)
        return (struct bytes){0};
    return bytes_of(target);
}

/* Why an attach to this process would fail; NULL: it would probably succeed. The reasons come in
 * the order in which an attach checks them. withheld: by rights_withhold(); freed or returned here.
 * The caller frees the result. */
static char *refusal(const struct list *l, const struct found *f, char *withheld)
{
    pid_t pid = f->pid;
    char *cause = NULL;

    if (!withheld && f->loop && !(cause = doctor_refuses(&pid)))
        cause = xstrdup(f->loop);
    if (!cause)
        cause = doctor_foresees(&f->status, &l->means);
    if (!cause)
        return withheld;
    free(withheld);
    return cause;
}

static void tell_process(struct list *l, const struct found *f,
                         void (*fn)(void *user, struct event *ev), void *user)
{
    char out[TARGET_MAX], err[TARGET_MAX];
    const struct proc_status *s = &f->status;
    bool traced = s->tracer && s->tracer == l->options->tracer;
    char *withheld = traced || l->options->allow_attach ? NULL : rights_withhold(&l->rights, s);
    bool visible = !withheld; /* else the user could not see where its fds lead either */
    char *refused = traced ? NULL : refusal(l, f, withheld);
    struct event ev = {.type = EVENT_PROCESS};

    ev.process = (struct ev_process){.pid = (uint64_t)f->pid,
                                     .parent = (uint64_t)s->ppid,
                                     .uid = s->uid,
                                     .user = user_name(l, s->uid),
                                     .comm = bytes_of(s->comm),
                                     .kernel = s->kernel_thread,
                                     .threads = f->stat.threads,
                                     .cpu = f->stat.cpu,
                                     .start = l->options->boot + f->stat.start,
                                     .traced = traced,
                                     .refused = bytes_of(refused ? refused : "")};
    if (!s->kernel_thread)
        ev.process.argv = command_line(l, f->pid);
    if (!s->kernel_thread && visible) {
        ev.process.stdout_ = target_of(f->pid, STDOUT_FILENO, out);
        ev.process.stderr_ = target_of(f->pid, STDERR_FILENO, err);
    }
    privilege_lower(); /* fn may write to a file */
    fn(user, &ev);
    privilege_raise();
    free(refused);
}

int64_t list_boot_time(void)
{
    struct timespec real, boot;

    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return ((int64_t)real.tv_sec - boot.tv_sec) * 1000000000 + real.tv_nsec - boot.tv_nsec;
}

static void list_clear(struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->found[i].loop);
    for (size_t i = 0; i < l->nusers; i++)
        free(l->users[i].name);
    free(l->found);
    free(l->users);
    buf_free(&l->argv);
}

int list_processes(const struct list_options *o, void (*fn)(void *user, struct event *ev),
                   void *user)
{
    struct list l = {.options = o};

    privilege_raise();
    doctor_read_means(&l.means);
    rights_look(&l.rights);
    int result = procfs_each("/proc", add_process, &l);
    if (l.count)
        qsort(l.found, l.count, sizeof *l.found, by_pid);
    if (!o->force)
        find_loops(&l);
    for (size_t i = 0; i < l.count && !is_stopped(&l); i++)
        tell_process(&l, &l.found[i], fn, user);
    list_clear(&l);
    privilege_lower();
    return result;
}
