/* The pipe to the command is non-blocking. Bytes that did not fit stay in `out` for the next
 * shell_feed(). */
#include "source/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "source/child.h"

extern char **environ;

struct shell {
    struct child *child;
    int fd; /* the pipe to its standard input, -1: closed */
    shell_more_fn *more;
    void *user;
    struct buf out;
    size_t done; /* how many bytes of out were written */
};

static struct child *spawn(const char *command, int input, int *error)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawn_file_actions_t files;
    struct child_program program = {
        .file = "/bin/sh", .argv = argv, .environment = environ, .files = &files};

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    struct child *child = child_start(&program, error);
    posix_spawn_file_actions_destroy(&files);
    return child;
}

struct shell *shell_start(const char *command, shell_more_fn *more, void *user, char **cause)
{
    int ends[2], error;

    if (pipe2(ends, O_CLOEXEC) < 0) {
        *cause = xasprintf("a pipe can't be made: %s", strerror(errno));
        return NULL;
    }
    struct child *child = spawn(command, ends[0], &error);
    close(ends[0]);
    if (!child) {
        close(ends[1]);
        *cause = xasprintf("/bin/sh: %s", strerror(error));
        return NULL;
    }
    struct shell *sh = xcalloc(1, sizeof *sh);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    *sh = (struct shell){.child = child, .fd = ends[1], .more = more, .user = user};
    return sh;
}

static void close_input(struct shell *sh)
{
    if (sh->fd >= 0)
        close(sh->fd);
    sh->fd = -1;
}

void shell_free(struct shell *sh)
{
    if (!sh)
        return;
    close_input(sh);
    child_free(sh->child);
    buf_free(&sh->out);
    free(sh);
}

int shell_fd(const struct shell *sh)
{
    return sh->fd;
}

/* Gets more bytes if all of `out` was written. False: there is nothing more to write. */
static bool refill(struct shell *sh)
{
    if (sh->done < sh->out.len)
        return true;
    buf_clear(&sh->out);
    sh->done = 0;
    return sh->more(sh->user, &sh->out);
}

void shell_feed(struct shell *sh)
{
    while (sh->fd >= 0) {
        if (!refill(sh)) {
            close_input(sh);
            return;
        }
        ssize_t n = write(sh->fd, (char *)sh->out.data + sh->done, sh->out.len - sh->done);
        if (n > 0)
            sh->done += (size_t)n;
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR)
            close_input(sh); /* the command has closed its input: the rest is dropped */
    }
}

bool shell_is_gone(const struct shell *sh)
{
    int status;

    return child_ended(sh->child, &status);
}

int shell_end_fd(const struct shell *sh)
{
    return child_fd(sh->child);
}

bool shell_has_stopped(const struct shell *sh)
{
    return child_has_stopped(sh->child);
}
