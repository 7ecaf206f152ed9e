/* What /proc says about a task. Everything here may be gone a moment later; a
 * task that has vanished is -1 or "nothing", never an error message. Nothing here waits for a
 * process or for a file system, save procfs_cmdline(), which reads memory of the task. */
#ifndef PCAT_CAPTURE_PROCFS_H
#define PCAT_CAPTURE_PROCFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct proc_status {
    char comm[64];
    char state; /* R S D T t Z X ... */
    pid_t tid, tgid, ppid, tracer;
    pid_t nspid; /* in its own pid namespace, 0 when that is ours */
    uint64_t uid, euid, suid, gid, egid, sgid;
    uint64_t caps; /* permitted capabilities; all, when that can't be read */
    int seccomp;   /* 0 none, 1 strict, 2 filter */
    bool kernel_thread;
    bool no_memory; /* a kernel thread, or about to end */
};

/* Reads /proc/TID/status. 0 or -1. */
int procfs_status(pid_t tid, struct proc_status *s);

/* Who owns what is in /proc/TID: its effective user, or root when it is not dumpable. 0 or -1. */
int procfs_owner(pid_t tid, uint64_t *uid);

struct proc_stat {
    char comm[64];
    char state; /* as in proc_status */
    pid_t group, session;
    pid_t foreground; /* process group that its controlling terminal belongs to, -1: has none */
    unsigned threads;
    int64_t cpu;   /* ns that it has run, of a process with all its threads */
    int64_t start; /* boot clock, ns */
};

/* Reads /proc/PID/stat. 0 or -1. The kernel adds up all threads for it, each time. */
int procfs_stat(pid_t pid, struct proc_stat *st);

/* The same of one thread alone. */
int procfs_thread_stat(pid_t pid, pid_t tid, struct proc_stat *st);

/* When thread tid of pid started, CLOCK_MONOTONIC ns (the boot clock, strictly), or -1. */
int64_t procfs_start(pid_t pid, pid_t tid);

/* The name of the kernel function that it sleeps in; empty: it runs, or the kernel does not tell.
 * 0 or -1. */
int procfs_wchan(pid_t tid, char *name, size_t size);

/* Appends the arguments, each with its final NUL. 0 or -1. */
int procfs_cmdline(pid_t tid, struct buf *out);

/* Where the memory begins and ends that procfs_cmdline() reads (the arguments and the environment, as a program may
 * have made one text of both); 0: it can't be told. */
void procfs_args_at(pid_t tid, uint64_t *start, uint64_t *end);

/* Appends the path of the program. 0 or -1. */
int procfs_exe(pid_t tid, struct buf *out);

/* What an fd leads to, as readlink tells, NUL-terminated and cut to size. 0 or -1. */
int procfs_fd_target(pid_t tid, int fd, char *target, size_t size);

/* What an fd leads to: what the kernel knows of it without asking a file system. A file system may
 * be served by a process that we hold, or by nobody. */
struct fd_stat {
    dev_t dev;
    ino_t ino;
    mode_t type; /* for S_ISREG() and the like */
    dev_t rdev;  /* of a device */
    uint64_t mount;
};

/* Both are the same file, pipe, socket or terminal. */
bool fd_stat_same(const struct fd_stat *a, const struct fd_stat *b);

/* Where an fd of a thread leads, or one of our own. 0 or -1. */
int procfs_fd_stat(pid_t tid, int fd, struct fd_stat *st);
int procfs_own_fd_stat(int fd, struct fd_stat *st);

/* Whether an fd leads to that pipe or FIFO. What has no name is told by its link alone. */
bool procfs_fd_is_pipe(pid_t tid, int fd, const struct fd_stat *pipe);

/* The flags and the position of an open fd (fdinfo). 0 or -1; either pointer may be NULL. */
int procfs_fd_info(pid_t tid, int fd, int *flags, int64_t *pos);

/* Whether two tasks have one table of fds: 1 or 0, -1 when that can't be told. */
int procfs_same_fds(pid_t a, pid_t b);

/* A descriptor of our own on the same open file (pidfd_getfd), which the caller closes, or -1. st:
 * what procfs_fd_stat() said of it. Only of what waits for no process when it is used or closed: a
 * pipe, a socket, a terminal, a file on a local file system. */
int procfs_fd_dup(pid_t tid, int fd, const struct fd_stat *st);

/* Calls fn for each number in a directory of /proc: the processes ("/proc"), the threads of one
 * ("/proc/PID/task"), the fds ("/proc/PID/fd"), until fn returns false. -1 when it can't be read.
 */
int procfs_each(const char *dir, bool (*fn)(void *user, int number), void *user);
int procfs_each_thread(pid_t pid, bool (*fn)(void *user, int tid), void *user);
int procfs_each_fd(pid_t pid, bool (*fn)(void *user, int fd), void *user);

/* False when the process surely has no children; true also when that is not told (a kernel without
 * CONFIG_PROC_CHILDREN). */
bool procfs_has_children(pid_t pid);

/* Device numbers: a terminal of any kind; one that some program shows, by its master side. */
bool procfs_is_tty(dev_t device);
bool procfs_is_pty(dev_t device);

/* Of all fds of a process. until: CLOCK_MONOTONIC ns when to give up, 0: never. */

/* The fd by which pid has the master side of the tty open: then it displays what is printed there.
 * -1: it has not. tty: its device number. */
int procfs_master_fd(pid_t pid, dev_t tty, int64_t until);
bool procfs_holds_master(pid_t pid, dev_t tty, int64_t until);

/* True when pid can read what is written to this pipe or FIFO. */
bool procfs_reads(pid_t pid, const struct fd_stat *pipe, int64_t until);

#endif
