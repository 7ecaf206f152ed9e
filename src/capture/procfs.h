/* Reads what /proc says about a task. The task may end at any moment: then a function returns -1,
 * or "nothing", and prints no error. No function waits for a process or for a file system, except
 * procfs_cmdline(), which reads memory of the task (remote_cmdline() does so safely). */
#ifndef PCAT_CAPTURE_PROCFS_H
#define PCAT_CAPTURE_PROCFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct proc_status {
    char comm[64]; /* the task's name */
    char state;    /* R S D T t Z X ... */
    pid_t tid, tgid, ppid;
    pid_t tracer; /* tid of its tracer, 0: none */
    pid_t nspid;  /* its tid in its own pid namespace, 0 when that is ours */
    uint64_t uid, euid, suid, gid, egid, sgid;
    uint64_t caps; /* permitted capabilities; all, if they can't be read */
    int seccomp;   /* 0 none, 1 strict, 2 filter */
    bool kernel_thread;
    bool no_memory; /* it has no address space: a kernel thread, or a thread about to end */
};

/* Reads /proc/TID/status. 0 or -1. */
int procfs_status(pid_t tid, struct proc_status *s);

/* The owner of the files in /proc/TID: the task's effective uid, or root if it is not dumpable. 0
 * or -1. */
int procfs_owner(pid_t tid, uint64_t *uid);

/* The signals that are pending for a thread and will have their default action: it neither blocks,
 * ignores nor handles them. Bit n - 1 is signal n; 0 when there is no such thread. */
uint64_t procfs_due_signals(pid_t tid);

struct proc_stat {
    char comm[64];
    char state;           /* as in proc_status */
    pid_t group, session; /* process group and session */
    pid_t foreground; /* foreground process group of its controlling terminal, -1: it has none */
    unsigned threads;
    int64_t cpu;   /* ns of CPU time; of a process, with all its threads */
    int64_t start; /* CLOCK_BOOTTIME ns */
};

/* Reads /proc/PID/stat. 0 or -1. Slow for a process with many threads: the kernel sums up all of
 * them each time. */
int procfs_stat(pid_t pid, struct proc_stat *st);

/* The same for one thread alone. */
int procfs_thread_stat(pid_t pid, pid_t tid, struct proc_stat *st);

/* When thread tid of process pid started, CLOCK_BOOTTIME ns, or -1. */
int64_t procfs_start(pid_t pid, pid_t tid);

/* Reads the name of the kernel function that the thread sleeps in; empty: it does not sleep, or the
 * kernel does not tell. 0 or -1. */
int procfs_wchan(pid_t tid, char *name, size_t size);

/* Appends the command line: the arguments, each with its final NUL. 0 or -1. */
int procfs_cmdline(pid_t tid, struct buf *out);

/* The bounds of the memory that procfs_cmdline() reads: the arguments and the environment, because
 * a program may have overwritten both with one text. Both 0 if they are not known. */
void procfs_args_at(pid_t tid, uint64_t *start, uint64_t *end);

/* Appends the path of the program file, without a final NUL. 0 or -1. */
int procfs_exe(pid_t tid, struct buf *out);

/* The link text of /proc/TID/fd/N ("/dev/null", "pipe:[4711]"), NUL-terminated and cut to size
 * bytes. 0 or -1. */
int procfs_fd_target(pid_t tid, int fd, char *target, size_t size);

/* What the kernel knows about the file behind an fd without asking its file system: that may be
 * served by a process that we hold in a stop, or by a server that is gone. */
struct fd_stat {
    dev_t dev;
    ino_t ino;
    mode_t type;    /* for S_ISREG() and the like */
    dev_t rdev;     /* the device number of a device */
    uint64_t mount; /* id of the mount, 0: not known */
};

/* True when both are the same file, pipe, socket or terminal. */
bool fd_stat_same(const struct fd_stat *a, const struct fd_stat *b);

/* Reads it for an fd of a thread, or for an fd of our own. 0 or -1. */
int procfs_fd_stat(pid_t tid, int fd, struct fd_stat *st);
int procfs_own_fd_stat(int fd, struct fd_stat *st);

/* Whether an fd leads to that pipe or FIFO. */
bool procfs_fd_is_pipe(pid_t tid, int fd, const struct fd_stat *pipe);

/* Reads the flags (O_*) and the file position of an fd. Either pointer may be NULL. 0 or -1. */
int procfs_fd_info(pid_t tid, int fd, int *flags, int64_t *pos);

/* Whether two tasks share one fd table: 1 or 0; -1 if that can't be found out. */
int procfs_same_fds(pid_t a, pid_t b);

/* Duplicates an fd of a thread into this process (pidfd_getfd(2)). Returns the new fd, which the
 * caller closes, or -1. st: from procfs_fd_stat(). Refuses all files of which use or close might
 * wait for a process: allowed are pipes, sockets, terminals, and files on local file systems. */
int procfs_fd_dup(pid_t tid, int fd, const struct fd_stat *st);

/* Calls fn for each entry of a directory whose name is a number, until fn returns false: the
 * processes in "/proc", the threads of a process ("/proc/PID/task"), its fds ("/proc/PID/fd"). 0,
 * or -1 if the directory can't be read. */
int procfs_each(const char *dir, bool (*fn)(void *user, int number), void *user);
int procfs_each_thread(pid_t pid, bool (*fn)(void *user, int tid), void *user);
int procfs_each_fd(pid_t pid, bool (*fn)(void *user, int fd), void *user);

/* False when the process certainly has no children; true also when that is not known (a kernel
 * without CONFIG_PROC_CHILDREN). */
bool procfs_has_children(pid_t pid);

/* Whether a device number is that of a terminal of any kind, or of a pseudo-terminal. */
bool procfs_is_tty(dev_t device);
bool procfs_is_pty(dev_t device);

/* The next functions search all fds of a process. until: when to give up, CLOCK_MONOTONIC ns; 0:
 * never. */

/* The fd by which pid has the master side of a pseudo-terminal open (so it displays what is printed
 * there), or -1. tty: device number of the terminal. */
int procfs_master_fd(pid_t pid, dev_t tty, int64_t until);
bool procfs_holds_master(pid_t pid, dev_t tty, int64_t until);

/* True when pid can read what is written to this pipe or FIFO. */
bool procfs_reads(pid_t pid, const struct fd_stat *pipe, int64_t until);

#endif
