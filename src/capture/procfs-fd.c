/* One fd of a task: where it leads, and how to duplicate it.
 *
 * A file system may be served by a process that we hold in a stop. So nothing here may wait for a
 * file system: statx(2) gets AT_STATX_DONT_SYNC, and an fd is duplicated only if to use and close
 * it can't wait. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "capture/aside.h"
#include "capture/filesystem.h"
#include "capture/procfs-text.h"
#include "capture/procfs.h"

enum { PIDFD_OF_THREAD = O_EXCL }; /* PIDFD_THREAD, since Linux 6.9 */

bool fd_stat_same(const struct fd_stat *a, const struct fd_stat *b)
{
    return a->ino == b->ino && a->dev == b->dev;
}

/* --- where an fd leads --- */

/* statx(2) without a request to the file system. FUSE tells only the device to users other than the
 * one who has mounted it (EACCES for the rest): such a file counts as a regular file with inode 0.
 */
static int statx_cached(int at, const char *path, int flags, struct fd_stat *st)
{
    struct statx x;

    flags |= AT_STATX_DONT_SYNC;
    bool all = statx(at, path, flags, STATX_TYPE | STATX_INO | STATX_MNT_ID, &x) == 0;
    if (!all && (errno != EACCES || statx(at, path, flags, 0, &x) < 0))
        return -1;
    *st = (struct fd_stat){.dev = makedev(x.stx_dev_major, x.stx_dev_minor),
                           .type = S_IFREG,
                           .mount = x.stx_mask & STATX_MNT_ID ? x.stx_mnt_id : 0};
    if (all) {
        st->ino = x.stx_ino;
        st->type = x.stx_mode & S_IFMT;
        st->rdev = makedev(x.stx_rdev_major, x.stx_rdev_minor);
    }
    return 0;
}

static int read_info(pid_t tid, int fd, char *text, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)tid, fd);
    return procfs_slurp(path, text, size) > 0 ? 0 : -1;
}

/* A number from fdinfo, 0 if it is missing. */
static uint64_t info_number(pid_t tid, int fd, const char *key)
{
    char text[1024];
    const char *value = read_info(tid, fd, text, sizeof text) < 0 ? NULL : procfs_value(text, key);

    return value ? strtoull(value, NULL, 10) : 0;
}

/* Sets the inode from fdinfo if statx(2) did not tell it. */
static int complete(pid_t tid, int fd, struct fd_stat *st)
{
    if (!st->ino)
        st->ino = info_number(tid, fd, "ino");
    return st->ino ? 0 : -1;
}

int procfs_own_fd_stat(int fd, struct fd_stat *st)
{
    return statx_cached(fd, "", AT_EMPTY_PATH, st) < 0 ? -1 : complete(getpid(), fd, st);
}

/* --- duplicates --- */

/* Before Linux 6.9 a pidfd can name only a process, not any of its threads. */
static int open_pidfd(pid_t tid)
{
    struct proc_status s;
    int pidfd = (int)syscall(SYS_pidfd_open, tid, PIDFD_OF_THREAD);

    if (pidfd < 0 && errno == EINVAL && procfs_status(tid, &s) == 0)
        pidfd = (int)syscall(SYS_pidfd_open, s.tgid, 0);
    return pidfd;
}

/* Duplicates the fd. The result may be another file than the one that was looked at before: the fd
 * may have changed, or (before Linux 6.9) the thread may not share the fd table of its process. */
static int dup_fd(pid_t tid, int fd)
{
    int pidfd = open_pidfd(tid);

    if (pidfd < 0)
        return -1;
    int dup = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    close(pidfd);
    return dup;
}

/* True for the file system of memfd_create(2), which is mounted nowhere. */
static bool is_memory(dev_t dev)
{
    struct fd_stat st;
    int fd = memfd_create("", MFD_CLOEXEC);
    bool same = fd >= 0 && procfs_own_fd_stat(fd, &st) == 0 && st.dev == dev;

    if (fd >= 0)
        close(fd);
    return same;
}

static bool is_local(pid_t tid, const struct fd_stat *st)
{
    struct filesystem fs;

    return filesystem_find(tid, st->mount, st->dev, &fs) == 0 ? fs.local : is_memory(st->dev);
}

/* True when to use and close the file can't wait for a process or for another machine. */
static bool never_waits(pid_t tid, const struct fd_stat *st)
{
    switch (st->type) {
    case S_IFIFO:
    case S_IFSOCK:
        return true;
    case S_IFCHR:
        return procfs_is_tty(st->rdev); /* other devices may be served by a process (CUSE) */
    case S_IFREG:
        return is_local(tid, st);
    default:
        return false;
    }
}

int procfs_fd_dup(pid_t tid, int fd, const struct fd_stat *st)
{
    struct fd_stat now;
    int dup = never_waits(tid, st) ? dup_fd(tid, fd) : -1;

    if (dup < 0 || (procfs_own_fd_stat(dup, &now) == 0 && fd_stat_same(&now, st)))
        return dup;
    aside_close(dup);
    return -1;
}

/* --- where /proc/PID/fd is forbidden --- */

/* To read another user's /proc/PID/fd takes CAP_DAC_READ_SEARCH; CAP_SYS_PTRACE is not enough. But
 * that allows to duplicate the fd, and the duplicate is in our own /proc/self/fd. */

/* True when dup_fd() uses the fd table of this very thread. */
static bool is_table_of_thread(pid_t tid)
{
    struct proc_status s;
    int pidfd = (int)syscall(SYS_pidfd_open, tid, PIDFD_OF_THREAD);

    if (pidfd >= 0)
        close(pidfd);
    return pidfd >= 0 ||
           (procfs_status(tid, &s) == 0 && (s.tgid == tid || procfs_same_fds(tid, s.tgid) == 1));
}

/* True when the fd leads to a file system that is not local, so that it must not be duplicated.
 * Then *st has the mount and the device. fdinfo, which tells the mount, can be read without more
 * rights. */
static bool is_not_local(pid_t tid, int fd, struct fd_stat *st)
{
    struct filesystem fs;

    *st = (struct fd_stat){.type = S_IFREG, .mount = info_number(tid, fd, "mnt_id")};
    if (!st->mount || filesystem_find(tid, st->mount, 0, &fs) < 0 || fs.local)
        return false;
    st->dev = fs.dev;
    return true;
}

/* Closes a duplicate; in a thread of its own if that might wait. */
static void close_dup(pid_t tid, int dup, const struct fd_stat *st)
{
    if ((S_ISREG(st->type) || S_ISDIR(st->type)) && !is_local(tid, st))
        aside_close(dup);
    else
        close(dup);
}

/* Duplicates the fd and reads where it leads; close_dup() closes the duplicate. -1: there is none;
 * if st->dev is set, *st is valid nevertheless. */
static int borrow(pid_t tid, int fd, struct fd_stat *st)
{
    if (is_not_local(tid, fd, st))
        return -1;
    int dup = is_table_of_thread(tid) ? dup_fd(tid, fd) : -1;
    if (dup < 0 || procfs_own_fd_stat(dup, st) < 0)
        *st = (struct fd_stat){.type = S_IFREG};
    return dup;
}

static int stat_where_forbidden(pid_t tid, int fd, struct fd_stat *st)
{
    int dup = borrow(tid, fd, st);

    if (dup >= 0)
        close_dup(tid, dup, st);
    return st->dev ? complete(tid, fd, st) : -1;
}

int procfs_fd_stat(pid_t tid, int fd, struct fd_stat *st)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)tid, fd);
    if (statx_cached(AT_FDCWD, path, 0, st) == 0)
        return complete(tid, fd, st);
    return errno == EACCES ? stat_where_forbidden(tid, fd, st) : -1;
}

static ssize_t read_target(pid_t pid, int fd, char *target, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
    ssize_t n = readlink(path, target, size - 1);
    target[n < 0 ? 0 : n] = '\0';
    return n;
}

int procfs_fd_target(pid_t tid, int fd, char *target, size_t size)
{
    struct fd_stat st;
    ssize_t n = read_target(tid, fd, target, size);
    int dup = n < 0 && errno == EACCES ? borrow(tid, fd, &st) : -1;

    if (dup >= 0) {
        n = read_target(getpid(), dup, target, size);
        close_dup(tid, dup, &st);
    }
    return n < 0 ? -1 : 0;
}

static int info_where_forbidden(pid_t tid, int fd, int *flags, int64_t *pos)
{
    struct fd_stat st;
    int dup = borrow(tid, fd, &st);

    if (dup < 0)
        return -1;
    if (flags)
        *flags = fcntl(dup, F_GETFL);
    if (pos)
        *pos = lseek(dup, 0, SEEK_CUR);
    close_dup(tid, dup, &st);
    return 0;
}

int procfs_fd_info(pid_t tid, int fd, int *flags, int64_t *pos)
{
    char text[1024];

    if (read_info(tid, fd, text, sizeof text) < 0)
        return errno == EACCES ? info_where_forbidden(tid, fd, flags, pos) : -1;
    const char *f = procfs_value(text, "flags"), *p = procfs_value(text, "pos");
    if (flags)
        *flags = f ? (int)strtol(f, NULL, 8) : 0;
    if (pos)
        *pos = p ? strtoll(p, NULL, 10) : 0;
    return 0;
}

bool procfs_fd_is_pipe(pid_t tid, int fd, const struct fd_stat *pipe)
{
    char target[64], nameless[40];
    struct fd_stat st;

    snprintf(nameless, sizeof nameless, "pipe:[%llu]", (unsigned long long)pipe->ino);
    if (procfs_fd_target(tid, fd, target, sizeof target) < 0 ||
        (*target != '/' && strcmp(target, nameless) != 0))
        return false;
    return procfs_fd_stat(tid, fd, &st) == 0 && fd_stat_same(&st, pipe);
}

int procfs_same_fds(pid_t a, pid_t b)
{
    long order = syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);

    return order < 0 ? -1 : order == 0;
}
