#include "engine/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
    STATUS_MAX = 32 * 1024, /* it lists the groups: a user can be in thousands */
    CMDLINE_MAX = 128 * 1024,
    UNIX98_SLAVE_MAJOR = 136
};

/* A whole small file into text, NUL-terminated. Bytes read, or -1. */
static ssize_t slurp(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;

    if (fd < 0)
        return -1;
    while (len < size - 1) {
        ssize_t n = read(fd, text + len, size - 1 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    close(fd);
    text[len] = '\0';
    return (ssize_t)len;
}

/* The value of "Key:\t..." in a status file, or NULL. */
static const char *value_of(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, n) == 0 && line[n] == ':')
            return line + n + 1 + strspn(line + n + 1, "\t ");
    }
    return NULL;
}

static long number_of(const char *text, const char *key)
{
    const char *value = value_of(text, key);

    return value ? strtol(value, NULL, 10) : 0;
}

/* The kernel escapes \n and \\ in the name, which is then never more than one line. */
static void copy_name(char *name, size_t size, const char *value)
{
    size_t n = 0;

    for (; value && *value && *value != '\n' && n + 1 < size; value++) {
        bool escaped = *value == '\\' && (value[1] == 'n' || value[1] == '\\');
        if (escaped)
            value++;
        name[n++] = escaped && *value == 'n' ? '\n' : *value;
    }
    name[n] = '\0';
}

/* "NSpid: 4711 12 1": the last one is its own namespace's. */
static pid_t nspid_of(const char *value)
{
    pid_t last = 0;
    int count = 0;

    while (value && isdigit((unsigned char)*value)) {
        char *end;
        last = (pid_t)strtol(value, &end, 10);
        count++;
        value = end + strspn(end, "\t ");
    }
    return count > 1 ? last : 0;
}

static void ids_of(const char *value, uint64_t *real, uint64_t *effective, uint64_t *saved)
{
    *real = *effective = *saved = 0;
    if (value)
        sscanf(value, "%" SCNu64 " %" SCNu64 " %" SCNu64, real, effective, saved);
}

int procfs_status(pid_t tid, struct proc_status *s)
{
    char path[48], text[STATUS_MAX];

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    if (slurp(path, text, sizeof text) <= 0)
        return -1;
    const char *state = value_of(text, "State");
    *s = (struct proc_status){.state = state ? *state : '?',
                              .tid = tid,
                              .tgid = (pid_t)number_of(text, "Tgid"),
                              .ppid = (pid_t)number_of(text, "PPid"),
                              .tracer = (pid_t)number_of(text, "TracerPid"),
                              .nspid = nspid_of(value_of(text, "NSpid")),
                              .seccomp = (int)number_of(text, "Seccomp")};
    copy_name(s->comm, sizeof s->comm, value_of(text, "Name"));
    ids_of(value_of(text, "Uid"), &s->uid, &s->euid, &s->suid);
    ids_of(value_of(text, "Gid"), &s->gid, &s->egid, &s->sgid);
    const char *caps = value_of(text, "CapPrm");
    s->caps = caps ? strtoull(caps, NULL, 16) : UINT64_MAX;
    s->no_memory = caps && !value_of(text, "VmSize");
    /* Neither kernel threads nor zombies have an address space. */
    s->kernel_thread = !value_of(text, "VmSize") && s->state != 'Z' && s->state != 'X' &&
                       (number_of(text, "Kthread") || s->ppid == 2 || tid == 2);
    return 0;
}

int procfs_owner(pid_t tid, uint64_t *uid)
{
    char path[48];
    struct stat st;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)tid);
    if (stat(path, &st) < 0)
        return -1;
    *uid = st.st_uid;
    return 0;
}

static int read_stat(const char *path, struct proc_stat *st)
{
    long long ns = 1000000000LL / sysconf(_SC_CLK_TCK), user, system;
    char text[2048];

    if (slurp(path, text, sizeof text) <= 0)
        return -1;
    char *before = strchr(text, '('),
         *after = strrchr(text, ')'); /* the name may hold anything, also a ')' */
    /* Fields 3, 5, 6, 8, 14, 15, 20 and 22. */
    if (!before || !after ||
        sscanf(after + 1,
               " %c %*s %d %d %*s %d %*s %*s %*s %*s %*s %lld %lld %*s %*s %*s %*s %u %*s "
               "%" SCNd64,
               &st->state, &st->group, &st->session, &st->foreground, &user, &system, &st->threads,
               &st->start) != 8)
        return -1;
    snprintf(st->comm, sizeof st->comm, "%.*s", (int)(after - before - 1), before + 1);
    st->cpu = (user + system) * ns;
    st->start *= ns;
    return 0;
}

int procfs_stat(pid_t pid, struct proc_stat *st)
{
    char path[48];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    return read_stat(path, st);
}

int procfs_thread_stat(pid_t pid, pid_t tid, struct proc_stat *st)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)tid);
    return read_stat(path, st);
}

int64_t procfs_start(pid_t pid, pid_t tid)
{
    struct proc_stat st;

    return procfs_thread_stat(pid, tid, &st) < 0 ? -1 : st.start;
}

int procfs_wchan(pid_t tid, char *name, size_t size)
{
    char path[48];

    snprintf(path, sizeof path, "/proc/%d/wchan", (int)tid);
    if (slurp(path, name, size) < 0)
        return -1;
    if (strcmp(name, "0") == 0)
        name[0] = '\0';
    return 0;
}

int procfs_cmdline(pid_t tid, struct buf *out)
{
    char path[48];
    size_t start = out->len;

    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while (out->len - start < CMDLINE_MAX) {
        ssize_t n = read(fd, buf_reserve(out, 4096), 4096);
        if (n <= 0)
            break;
        out->len += (size_t)n;
    }
    close(fd);
    if (out->len > start && out->data[out->len - 1] != '\0')
        buf_addc(out, '\0');
    return 0;
}

int procfs_exe(pid_t tid, struct buf *out)
{
    char path[48], target[4096];

    snprintf(path, sizeof path, "/proc/%d/exe", (int)tid);
    ssize_t n = readlink(path, target, sizeof target);
    if (n < 0)
        return -1;
    buf_add(out, target, (size_t)n);
    return 0;
}

int procfs_fd_dup(pid_t tid, int fd)
{
    struct proc_status s;

    /* pidfd_open(2) takes thread group leaders only. */
    int pidfd = (int)syscall(SYS_pidfd_open, tid, 0);
    if (pidfd < 0 && procfs_status(tid, &s) == 0)
        pidfd = (int)syscall(SYS_pidfd_open, s.tgid, 0);
    if (pidfd < 0)
        return -1;
    int dup = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    close(pidfd);
    return dup;
}

/* CAP_SYS_PTRACE alone opens no door to another user's /proc/PID/fd (that is CAP_DAC_READ_SEARCH),
 * but it lets us have the fd itself: what is asked of that then is in our own /proc. */
static int dup_where_forbidden(pid_t tid, int fd)
{
    return errno == EACCES ? procfs_fd_dup(tid, fd) : -1;
}

static ssize_t read_target(const char *pid, int fd, char *target, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%s/fd/%d", pid, fd);
    ssize_t n = readlink(path, target, size - 1);
    target[n < 0 ? 0 : n] = '\0';
    return n;
}

int procfs_fd_target(pid_t tid, int fd, char *target, size_t size)
{
    char pid[16];

    snprintf(pid, sizeof pid, "%d", (int)tid);
    ssize_t n = read_target(pid, fd, target, size);
    int dup = n < 0 ? dup_where_forbidden(tid, fd) : -1;
    if (dup >= 0) {
        n = read_target("self", dup, target, size);
        close(dup);
    }
    return n < 0 ? -1 : 0;
}

int procfs_fd_stat(pid_t tid, int fd, struct stat *st)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)tid, fd);
    int result = stat(path, st);
    int dup = result < 0 ? dup_where_forbidden(tid, fd) : -1;
    if (dup >= 0) {
        result = fstat(dup, st);
        close(dup);
    }
    return result;
}

/* The same of a descriptor of our own, which is closed. */
static int info_of_dup(int dup, int *flags, int64_t *pos)
{
    if (dup < 0)
        return -1;
    if (flags)
        *flags = fcntl(dup, F_GETFL);
    if (pos)
        *pos = lseek(dup, 0, SEEK_CUR);
    close(dup);
    return 0;
}

int procfs_fd_info(pid_t tid, int fd, int *flags, int64_t *pos)
{
    char path[64], text[1024];

    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)tid, fd);
    if (slurp(path, text, sizeof text) <= 0)
        return info_of_dup(dup_where_forbidden(tid, fd), flags, pos);
    const char *f = value_of(text, "flags"), *p = value_of(text, "pos");
    if (flags)
        *flags = f ? (int)strtol(f, NULL, 8) : 0;
    if (pos)
        *pos = p ? strtoll(p, NULL, 10) : 0;
    return 0;
}

int procfs_same_fds(pid_t a, pid_t b)
{
    long order = syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);

    return order < 0 ? -1 : order == 0;
}

int procfs_each(const char *dir, bool (*fn)(void *user, int number), void *user)
{
    DIR *d = opendir(dir);

    if (!d)
        return -1;
    for (struct dirent *e; (e = readdir(d));)
        if (isdigit((unsigned char)e->d_name[0]) && !fn(user, atoi(e->d_name)))
            break;
    closedir(d);
    return 0;
}

int procfs_each_thread(pid_t pid, bool (*fn)(void *user, int tid), void *user)
{
    char dir[48];

    snprintf(dir, sizeof dir, "/proc/%d/task", (int)pid);
    return procfs_each(dir, fn, user);
}

struct parent {
    pid_t pid;
    bool has;
};

/* Whether there is a first child is told reliably, other than all of them. */
static bool thread_has_none(void *user, int tid)
{
    struct parent *p = user;
    char path[64], text[64];

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)p->pid, tid);
    p->has = slurp(path, text, sizeof text) != 0;
    return !p->has;
}

bool procfs_has_children(pid_t pid)
{
    struct parent p = {.pid = pid};

    return procfs_each_thread(pid, thread_has_none, &p) < 0 || p.has;
}

int procfs_each_fd(pid_t pid, bool (*fn)(void *user, int fd), void *user)
{
    char dir[48];

    snprintf(dir, sizeof dir, "/proc/%d/fd", (int)pid);
    return procfs_each(dir, fn, user);
}

/* One question about the fds of one process. */
struct quest {
    pid_t pid;
    dev_t dev;
    ino_t ino;
    bool found;
    int fd; /* that was found */
};

static bool fd_reads(void *user, int fd)
{
    struct quest *q = user;
    struct stat st;
    int flags;

    q->found = procfs_fd_stat(q->pid, fd, &st) == 0 && st.st_ino == q->ino && st.st_dev == q->dev &&
               procfs_fd_info(q->pid, fd, &flags, NULL) == 0 && (flags & O_ACCMODE) != O_WRONLY;
    return !q->found;
}

bool procfs_reads(pid_t pid, dev_t dev, ino_t ino)
{
    struct quest q = {.pid = pid, .dev = dev, .ino = ino};

    procfs_each_fd(pid, fd_reads, &q);
    return q.found;
}

static bool fd_is_master(void *user, int fd)
{
    struct quest *q = user;
    char target[64], path[64], text[1024];

    if (procfs_fd_target(q->pid, fd, target, sizeof target) < 0 || !strstr(target, "ptmx"))
        return true;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)q->pid, fd);
    if (slurp(path, text, sizeof text) <= 0)
        return true;
    const char *index = value_of(text, "tty-index");
    q->found = index && strtoul(index, NULL, 10) == q->ino;
    q->fd = fd;
    return !q->found;
}

bool procfs_is_pty(dev_t tty)
{
    return major(tty) == UNIX98_SLAVE_MAJOR;
}

int procfs_master_fd(pid_t pid, dev_t tty)
{
    struct quest q = {.pid = pid};

    if (!procfs_is_pty(tty))
        return -1;
    q.ino = minor(tty);
    procfs_each_fd(pid, fd_is_master, &q);
    return q.found ? q.fd : -1;
}

bool procfs_holds_master(pid_t pid, dev_t tty)
{
    return procfs_master_fd(pid, tty) >= 0;
}
