/* The viewer waits only here: for signals, streams, the capture children and their standard error,
 * and the keyboard. */
#include "tui/app.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/xmalloc.h"

bool app_next_signal(struct app *app, struct signalfd_siginfo *info)
{
    return read(app->signals, info, sizeof *info) == (ssize_t)sizeof *info;
}

/* Notes which capture children have ended, so that their fds, which stay readable, are not polled
 * any more. */
static void note_ended_children(struct app *app)
{
    int status;

    for (size_t i = 0; i < app->norigins; i++)
        if (app->origins[i].feed)
            feed_child_gone(app->origins[i].feed, &status);
}

void app_wait_for(struct app *app, const struct pollfd *also, size_t nalso, int timeout)
{
    struct pollfd *fds = xcalloc(1 + nalso + 3 * app->norigins, sizeof *fds);
    nfds_t n = 0;

    fds[n++] = (struct pollfd){.fd = app->signals, .events = POLLIN};
    for (size_t i = 0; i < nalso; i++)
        fds[n++] = also[i];
    for (size_t i = 0; i < app->norigins; i++) {
        const struct feed *feed = app->origins[i].feed;
        if (!feed)
            continue;
        fds[n++] = (struct pollfd){.fd = feed_fd(feed), .events = POLLIN};
        fds[n++] = (struct pollfd){.fd = feed_errors_fd(feed), .events = POLLIN};
        fds[n++] = (struct pollfd){.fd = feed_child_fd(feed), .events = POLLIN};
    }
    poll(fds, n, timeout);
    free(fds);
    note_ended_children(app);
}

void app_wait(struct app *app, int timeout)
{
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};

    app_wait_for(app, &keys, app->term ? 1 : 0, timeout);
}
