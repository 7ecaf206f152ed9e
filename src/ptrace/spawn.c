#include "ptrace/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/engine.h"
#include "ptrace/filter.h"

enum { PIPE_SIZE = 1024 * 1024 };

/* --- searches for the command as execvp(3) does --- */

/* 0, or an errno: why the file can't be executed. */

static int check_file(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    return access(path, X_OK) < 0 ? errno : 0;
}

/* The same for a name that is searched for in PATH. */
static int check_path(const char *command)
{
    const char *path = getenv("PATH");
    int worst = ENOENT;

    for (const char *dir = path ? path : "/bin:/usr/bin"; dir;) {
        size_t n = strcspn(dir, ":");
        char *file = n ? xasprintf("%.*s/%s", (int)n, dir, command) : xstrdup(command);
        int err = check_file(file);
        free(file);
        if (err == 0)
            return 0;
        if (err == EACCES)
            worst = err;
        dir = dir[n] ? dir + n + 1 : NULL;
    }
    return worst;
}

int spawn_check(const char *command, char **cause)
{
    int err = strchr(command, '/') ? check_file(command) : *command ? check_path(command) : ENOENT;

    if (err == 0)
        return 0;
    *cause =
        xasprintf("%s: %s", command,
                  err == ENOENT && !strchr(command, '/') ? "command not found" : strerror(err));
    return err == ENOENT || err == ENOTDIR ? 127 : 126;
}

/* --- the child, between fork and exec: only async-signal-safe calls --- */

static void reset_signals(const struct spawn_options *o)
{
    static const int ours[] = {SPAWN_SIGNALS};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        signal(ours[i], sigismember(&o->ignored, ours[i]) ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &o->mask, NULL);
}

static void run_child(const struct spawn_options *o, const struct sock_fprog *filter, int go_fd,
                      int error_fd, const int outputs[2])
{
    char byte;
    int err = 0;

    /* End of file without a byte: the tracer is gone, so the child ends, too. */
    if (read(go_fd, &byte, 1) != 1)
        _exit(127);
    if (o->stdin_null) {
        int null = open("/dev/null", O_RDONLY);
        if (null < 0 || (null != 0 && (dup2(null, 0) < 0 || close(null) < 0)))
            err = errno;
    }
    for (int i = 0; i < 2 && outputs[i] >= 0; i++)
        if (dup2(outputs[i], i + 1) < 0)
            err = errno;
    reset_signals(o);
    if (filter->len && filter_install(filter) < 0)
        err = errno;
    if (!err) {
        execvp(o->command[0], o->command);
        err = errno;
    }
    if (write(error_fd, &err, sizeof err) < 0)
        _exit(126);
    _exit(err == ENOENT ? 127 : 126);
}

/* --- the parent --- */

/* A pipe whose fds are not 0, 1 or 2: those may be closed, and are what the command gets. */
static int make_pipe(int fds[2])
{
    if (pipe2(fds, O_CLOEXEC) < 0)
        return -1;
    for (int i = 0; i < 2; i++)
        if (fds[i] <= STDERR_FILENO) {
            int high = fcntl(fds[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
            if (high < 0)
                return -1;
            close(fds[i]);
            fds[i] = high;
        }
    return 0;
}

static int make_outputs(struct spawn *s, int write_ends[2])
{
    for (int i = 0; i < 2; i++) {
        int fds[2];
        if (make_pipe(fds) < 0)
            return -1;
        fcntl(fds[0], F_SETFL, O_NONBLOCK);
        fcntl(fds[1], F_SETPIPE_SZ, PIPE_SIZE);
        s->output_fds[i] = fds[0];
        write_ends[i] = fds[1];
    }
    return 0;
}

int spawn_start(struct spawn *s, const struct spawn_options *o)
{
    struct sock_fprog filter = {0};
    int go[2], error[2], write_ends[2] = {-1, -1};

    *s = (struct spawn){.output_fds = {-1, -1}};
    if (make_pipe(go) < 0 || make_pipe(error) < 0 || (o->pipes && make_outputs(s, write_ends) < 0))
        return -1;
    s->filtered =
        o->use_filter && filter_build(&filter, o->input) == 0 && filter_can_install(&filter);
    if (!s->filtered)
        filter_free(&filter);
    s->pid = fork();
    if (s->pid == 0) {
        close(go[1]);
        run_child(o, &filter, go[0], error[1], write_ends);
    }
    close(go[0]);
    close(error[1]);
    for (int i = 0; i < 2; i++)
        if (write_ends[i] >= 0)
            close(write_ends[i]);
    filter_free(&filter);
    s->go_fd = go[1];
    s->error_fd = error[0];
    return s->pid < 0 ? -1 : 0;
}

int spawn_pin(const struct spawn *s)
{
    cpu_set_t one;
    int cpu = sched_getcpu();

    if (cpu < 0)
        return -1;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    return sched_setaffinity(s->pid, sizeof one, &one) < 0 ? -1
                                                           : sched_setaffinity(0, sizeof one, &one);
}

void spawn_go(struct spawn *s)
{
    if (write(s->go_fd, "g", 1) == 1)
        close(s->go_fd);
}

int spawn_error(struct spawn *s)
{
    int err = 0;

    if (read(s->error_fd, &err, sizeof err) != sizeof err)
        err = 0;
    close(s->error_fd);
    return err;
}
