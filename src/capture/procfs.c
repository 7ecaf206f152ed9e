#include "capture/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/procfs-text.h"

enum {
    STATUS_MAX = 32 * 1024, /* lists the groups: a user can be in thousands */
    CMDLINE_MAX = 128 * 1024
};

ssize_t procfs_slurp(const char *path, char *text, size_t size)
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

const char *procfs_value(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, n) == 0 && line[n] == ':')
            return line + n + 1 + (line[n + 1] == '\t'); /* further blanks are the value's */
    }
    return NULL;
}

static long number_of(const char *text, const char *key)
{
    const char *value = procfs_value(text, key);

    return value ? strtol(value, NULL, 10) : 0;
}

/* Copies the name of a task. The kernel escapes "\n" and "\\" in it, so that it is one line. */
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

/* "NSpid: 4711 12 1": the last pid is the one in the task's own namespace. */
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

static uint64_t mask_of(const char *text, const char *key)
{
    const char *value = procfs_value(text, key);

    return value ? strtoull(value, NULL, 16) : 0;
}

uint64_t procfs_due_signals(pid_t tid)
{
    char path[48], text[STATUS_MAX];

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    if (procfs_slurp(path, text, sizeof text) <= 0)
        return 0;
    return (mask_of(text, "SigPnd") | mask_of(text, "ShdPnd")) &
           ~(mask_of(text, "SigBlk") | mask_of(text, "SigIgn") | mask_of(text, "SigCgt"));
}

int procfs_status(pid_t tid, struct proc_status *s)
{
    char path[48], text[STATUS_MAX];

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    if (procfs_slurp(path, text, sizeof text) <= 0)
        return -1;
    const char *state = procfs_value(text, "State");
    *s = (struct proc_status){.state = state ? *state : '?',
                              .tid = tid,
                              .tgid = (pid_t)number_of(text, "Tgid"),
                              .ppid = (pid_t)number_of(text, "PPid"),
                              .tracer = (pid_t)number_of(text, "TracerPid"),
                              .nspid = nspid_of(procfs_value(text, "NSpid")),
                              .seccomp = (int)number_of(text, "Seccomp")};
    copy_name(s->comm, sizeof s->comm, procfs_value(text, "Name"));
    ids_of(procfs_value(text, "Uid"), &s->uid, &s->euid, &s->suid);
    ids_of(procfs_value(text, "Gid"), &s->gid, &s->egid, &s->sgid);
    const char *caps = procfs_value(text, "CapPrm");
    s->caps = caps ? strtoull(caps, NULL, 16) : UINT64_MAX;
    s->no_memory = caps && !procfs_value(text, "VmSize");
    /* Neither kernel threads nor zombies have an address space. */
    s->kernel_thread = !procfs_value(text, "VmSize") && s->state != 'Z' && s->state != 'X' &&
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

    if (procfs_slurp(path, text, sizeof text) <= 0)
        return -1;
    char *before = strchr(text, '('),
         *after = strrchr(text, ')'); /* the name may contain any character, also ')' */
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
    if (procfs_slurp(path, name, size) < 0)
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

void procfs_args_at(pid_t tid, uint64_t *start, uint64_t *end)
{
    char path[48], text[2048];
    uint64_t at[4] = {0}; /* arg_start, arg_end, env_start, env_end: fields 48 to 51 */

    snprintf(path, sizeof path, "/proc/%d/stat", (int)tid);
    const char *p = procfs_slurp(path, text, sizeof text) > 0 ? strrchr(text, ')') : NULL;
    for (int field = 2; p && field < 48; field++)
        if ((p = strchr(p, ' ')))
            p++;
    if (p)
        sscanf(p, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &at[0], &at[1], &at[2], &at[3]);
    *start = at[0];
    *end = at[3] > at[1] ? at[3] : at[1];
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
    bool has; /* a child, or perhaps one */
};

/* Whether the file is empty is reliable; whether it lists all children is not. */
static bool thread_has_none(void *user, int tid)
{
    struct parent *p = user;
    char path[64], text[64];

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)p->pid, tid);
    p->has = procfs_slurp(path, text, sizeof text) != 0;
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
