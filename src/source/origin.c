/* Events come from the feed, go through `hide` if there is one, and are applied to the model, by
 * the player if there is one. */
#include "source/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "base/printable.h"
#include "base/xmalloc.h"
#include "event/hide.h"

#define APPLY_SLICE (256 * 1024)         /* bytes that are read between two checks of the time */
#define STATUS_TIME ((int64_t)300000000) /* ns to wait for the exit status after a stream's end */

static int64_t real_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void origin_init(struct origin *origin, const struct origin_options *o, origin_fn *fn, void *user)
{
    *origin = (struct origin){.options = o, .fn = fn, .user = user};
}

void origin_free(struct origin *origin)
{
    feed_free(origin->feed);
    player_free(origin->player);
    sink_free(origin->hide);
    free(origin->last_error);
}

/* ---- the clock of another machine ---- */

/* Asks for the time on the other machine. Its answer was given at some time between the question
 * and the arrival of the answer. take_clock() assumes the middle, with an error of half that
 * time. */
static void ask_clock(struct origin *origin)
{
    origin->ping_sent = real_now();
    origin->ping = origin_command(origin, "ping");
}

static void take_clock(struct origin *origin, int64_t time)
{
    int64_t now = real_now(), half = (now - origin->ping_sent) / 2;

    origin->ping = 0;
    if (half >= 0)
        model_source_clock(origin->model, origin->source, time - (origin->ping_sent + half), half);
}

/* ---- events ---- */

/* Applies an event. False: it was not applied, since the player's position is elsewhere. */
static bool apply_event(struct origin *origin, const struct event *ev, struct bytes wire)
{
    if (origin->player)
        return player_event(origin->player, ev, wire, feed_offset(origin->feed) - wire.len);
    model_apply(origin->model, origin->source, ev);
    return true;
}

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct origin *origin = user;
    bool first = ev->type == EVENT_HELLO && !origin->hello;

    origin->hello = origin->hello || first;
    if (ev->type == EVENT_TASK || ev->type == EVENT_ARMED || ev->type == EVENT_END ||
        origin->options->choose)
        origin->ready = origin->ready || origin->hello;
    if (apply_event(origin, ev, wire))
        origin->fn(origin->user, origin, ev, wire);
    if (first && origin->options->via)
        ask_clock(origin);
    if (ev->type == EVENT_REPLY && origin->ping && ev->reply.id == origin->ping)
        take_clock(origin, ev->time);
}

static void on_hidden_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    on_event((char *)sink - offsetof(struct origin, sink), ev, wire);
}

static void pass_to_hide(void *user, const struct event *ev, struct bytes wire)
{
    sink_event(((struct origin *)user)->hide, ev, wire);
}

/* ---- beginning ---- */

/* Opens the recording. "-" is standard input; then the terminal becomes the new standard input. */
static int open_path(const char *path)
{
    if (strcmp(path, "-") != 0)
        return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), tty = open("/dev/tty", O_RDWR);
    if (tty >= 0) {
        dup2(tty, STDIN_FILENO);
        close(tty);
    }
    return fd;
}

static int open_recording(struct origin *origin, struct regex *const *hide, size_t nhide)
{
    const char *path = origin->options->recording;
    int fd = open_path(path);

    if (fd < 0) {
        complain("pcat-tui", "%s: %s", path, strerror(errno));
        return -1;
    }
    origin->sink = (struct sink){.event = on_hidden_event};
    if (nhide)
        origin->hide = hide_new(hide, nhide, (struct gave_up_to){0}, &origin->sink);
    origin->feed = feed_open(fd, origin->hide ? pass_to_hide : on_event, origin);
    return 0;
}

int origin_start(struct origin *origin, struct regex *const *hide, size_t nhide)
{
    const struct origin_options *o = origin->options;
    char *cause;

    if (o->recording)
        return open_recording(origin, hide, nhide);
    origin->feed = o->via ? feed_start_via(o->via, o->args, on_event, origin, &cause)
                          : feed_start(o->args, on_event, origin, &cause);
    if (origin->feed)
        return 0;
    complain("pcat-tui", "%s", cause);
    free(cause);
    return -1;
}

void origin_join(struct origin *origin, struct model *m)
{
    const struct origin_options *o = origin->options;

    origin->model = m;
    origin->source = model_source_add(m, o->recording ? o->recording
                                         : o->via     ? o->via
                                                      : "this machine");
}

void origin_make_player(struct origin *origin)
{
    if (feed_is_file(origin->feed))
        origin->player =
            player_new(origin->model, origin->source, origin->hide ? -1 : feed_file(origin->feed));
}

void origin_read(struct origin *origin, int64_t time)
{
    int64_t start = monotonic_now();
    size_t got = 1;

    while (got > 0 && monotonic_now() - start < time)
        got = feed_read(origin->feed, APPLY_SLICE);
    if (origin->player)
        player_set_read(origin->player, feed_progress(origin->feed));
}

uint64_t origin_command(struct origin *origin, const char *command)
{
    if (feed_ended(origin->feed) || !feed_command(origin->feed, command))
        return 0;
    return ++origin->commands;
}

/* ---- the end ---- */

/* Why the stream has ended, in words. Used if it had no end event. The caller frees it. */
static char *end_reason(const struct origin *origin, bool gone, int status)
{
    const struct origin_options *o = origin->options;
    const char *trouble = feed_trouble(origin->feed), *error = origin->last_error;

    if (o->recording)
        return xasprintf("%s", trouble ? trouble : "the recording is cut");
    if (o->via)
        return xasprintf("'%s' has ended%s%s, what came is kept", o->via, error ? ": " : "",
                         error ? error : "");
    if (gone && status > 128)
        return xasprintf("pcat was killed (SIG%s), what it saw is kept",
                         sigabbrev_np(status - 128) ? sigabbrev_np(status - 128) : "?");
    if (gone && status && error)
        return xstrdup(error);
    if (gone)
        return xasprintf("pcat is gone (status %d), what it saw is kept", status);
    return xasprintf("%s", trouble ? trouble : "the stream has ended, what came is kept");
}

bool origin_end(struct origin *origin)
{
    int status = 0;
    bool gone = feed_child_gone(origin->feed, &status);

    if (origin->told_end || !feed_ended(origin->feed))
        return false;
    if (origin->end_seen == 0)
        origin->end_seen = monotonic_now();
    if (!origin->options->recording && !gone && monotonic_now() - origin->end_seen < STATUS_TIME)
        return true;
    origin->told_end = true;
    char *why = end_reason(origin, gone, status);
    if (origin->player)
        player_cut(origin->player, why);
    else
        model_source_end(origin->model, origin->source, why);
    free(why);
    return false;
}

/* ---- failed starts ---- */

/* Whether a line on standard error says that there is no pcat. Such a line comes from a shell, ssh
 * or the like. Lines of pcat itself begin with "pcat: " and are not meant. */
static bool is_missing_pcat(const char *line)
{
    if (strstr(line, "pcat: not found") || strstr(line, "pcat: command not found"))
        return true;
    return strncmp(line, "pcat: ", 6) != 0 && strstr(line, "pcat") &&
           (strstr(line, "not found") || strstr(line, "No such file"));
}

static void print_error(const struct origin *origin, const char *line, bool several)
{
    const char *via = origin->options->via;

    if (via && is_missing_pcat(line))
        complain("pcat-tui", "--via '%s': no pcat is there, or not in its PATH (%s)", via, line);
    else if (several)
        complain("pcat-tui", "%s%s%s: %s", via ? "--via '" : "--local", via ? via : "",
                 via ? "'" : "", line);
    else
        complain_line(line);
}

/* Prints what the child has said on standard error; of a --via only the first line. False: it has
 * said nothing. */
static bool print_errors(struct origin *origin, bool several)
{
    const char *via = origin->options->via;
    bool any = false;
    char *line;

    feed_read_errors(origin->feed);
    while (!(via && any) && (line = feed_error_line(origin->feed))) {
        print_error(origin, line, several);
        any = true;
        free(line);
    }
    return any;
}

int origin_failed(struct origin *origin, bool several)
{
    const char *trouble = feed_trouble(origin->feed), *via = origin->options->via;
    int status = 0;
    bool gone = feed_child_gone(origin->feed, &status);
    char *how = gone ? xasprintf("status %d", status) : xstrdup("it still runs");

    if (origin->options->recording)
        complain("pcat-tui", "%s: %s", origin->options->recording,
                 trouble ? trouble : "not a pcat stream");
    else if (print_errors(origin, several))
        ;
    else if (via)
        complain("pcat-tui", "--via '%s': %s (%s)", via, trouble ? trouble : "it ended", how);
    else
        complain("pcat-tui", "the capture program said nothing (%s)", how);
    free(how);
    return status ? status : 1;
}
