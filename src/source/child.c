/* The kernel does not reuse the pid of a child before the child has been waited for. Only this file
 * waits for children, for each one by its pidfd. So a pid is certain to be the child's until
 * child_ended() returns true. After that the pid is not used any more. */
#include "source/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xmalloc.h"

struct child {
    pid_t pid;
    int fd;     /* pidfd, -1: the child has ended */
    int status; /* its exit status, once it has ended */
};

static void make_attributes(posix_spawnattr_t *attr, bool own_group)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(attr);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setsigdefault(attr, &all);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                           (own_group ? POSIX_SPAWN_SETPGROUP : 0)));
}

struct child *child_start(const struct child_program *program, int *error)
{
    posix_spawnattr_t attr;
    pid_t pid;

    signal(SIGCHLD, SIG_DFL); /* if our parent left it ignored, the exit status would be lost */
    make_attributes(&attr, program->own_group);
    *error = posix_spawnp(&pid, program->file, program->files, &attr, program->argv,
                          program->environment);
    posix_spawnattr_destroy(&attr);
    if (*error)
        return NULL;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        *error = errno;
        kill(pid, SIGKILL);
        return NULL;
    }
    struct child *c = xcalloc(1, sizeof *c);
    *c = (struct child){.pid = pid, .fd = fd};
    return c;
}

void child_free(struct child *c)
{
    if (c && c->fd >= 0)
        close(c->fd);
    free(c);
}

pid_t child_pid(const struct child *c)
{
    return c && c->fd >= 0 ? c->pid : 0;
}

int child_fd(const struct child *c)
{
    return c ? c->fd : -1;
}

bool child_ended(struct child *c, int *status)
{
    siginfo_t info = {0};

    if (c->fd >= 0) {
        if (waitid(P_PIDFD, (id_t)c->fd, &info, WEXITED | WNOHANG) == 0 && info.si_pid == 0)
            return false;
        close(c->fd);
        c->fd = -1;
        bool killed = info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
        c->status = (killed ? 128 : 0) + info.si_status;
    }
    *status = c->status;
    return true;
}

bool child_has_stopped(const struct child *c)
{
    siginfo_t info = {0};

    return c->fd >= 0 && waitid(P_PIDFD, (id_t)c->fd, &info, WSTOPPED | WNOHANG) == 0 &&
           info.si_pid != 0;
}
