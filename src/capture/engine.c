/* The calling thread is the writer: it starts the tracer thread, waits until the targets are
 * attached or the command runs, then takes events out of the backlog and passes them to the sink,
 * until the tracer closes the backlog. The tracer thread runs the loop of an engine_kind. */
#include "capture/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/self-stop.h"
#include "base/xmalloc.h"
#include "capture/pack.h"
#include "capture/privilege.h"
#include "event/reader.h"
#include "capture/lister.h"
#include "capture/names.h"
#include "capture/session.h"

enum { BACKLOG_TOTAL = 64 * 1024 * 1024 };

/* What the tracer and the writer share. */
struct engine {
    struct session session;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool started;  /* the targets are attached, or the command runs */
    bool finished; /* the tracer thread is about to end */
    bool asked;    /* the writer has asked the tracer to end the capture */
    int status;    /* if it never started: the exit status, ... */
    char *cause;   /* ... and why, a line for the user */
};

/* --- the tracer thread --- */

static void set_flag(struct engine *e, bool *flag)
{
    pthread_mutex_lock(&e->lock);
    *flag = true;
    pthread_cond_broadcast(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static void on_started(void *user)
{
    struct engine *e = user;

    set_flag(e, &e->started);
}

static void read_boot_id(char *id, size_t size)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, id, size - 1);

    if (fd >= 0)
        close(fd);
    id[n < 0 ? 0 : n] = '\0';
    id[strcspn(id, "\n")] = '\0';
}

static void tell_hello(struct engine *e)
{
    const struct engine_options *o = e->session.options;
    struct event ev = {.type = EVENT_HELLO};
    struct utsname host;
    char boot_id[64];

    read_boot_id(boot_id, sizeof boot_id);
    uname(&host);
    ev.hello = (struct ev_hello){.magic = bytes_of(EVENT_MAGIC),
                                 .version = EVENT_VERSION,
                                 .program = bytes_of(o->program),
                                 .host = bytes_of(host.nodename),
                                 .boot_id = bytes_of(boot_id),
                                 .pid = (uint64_t)getpid(),
                                 .fds = o->fds_text,
                                 .argv = o->argv,
                                 .monotonic = monotonic_now(),
                                 .ring = o->ring_mode};
    emit_control(e->session.emitter, &ev);
}

static bool begin(struct engine *e)
{
    struct session *s = &e->session;
    const struct engine_options *o = s->options;

    if (o->command) {
        e->status = s->kind->spawn(s->engine, &e->cause);
        return e->status == 0;
    }
    privilege_raise();
    for (size_t i = 0; i < o->npids; i++)
        if (s->kind->attach(s->engine, o->pids[i], true, &e->cause) < 0) {
            e->status = 1;
            return false;
        }
    for (size_t i = 0; i < o->nnames; i++)
        if (names_attach(s, o->names[i], &e->cause) < 0) {
            e->status = 1;
            return false;
        }
    on_started(e);
    return true;
}

static void run(struct session *s)
{
    while (!s->leave_reason)
        s->kind->turn(s->engine);
    log_line(LOG_TRACER, "leaving: %s", s->leave_reason);
    redraw_end(&s->redraw);
    s->kind->leave(s->engine);
    log_line(LOG_TRACER, "all tracees are released");
}

/* The kernel detaches the tracees that still sleep when this thread ends. */
static void *run_tracer(void *user)
{
    struct engine *e = user;

    e->session.self = (pid_t)syscall(SYS_gettid);
    tell_hello(e);
    if (begin(e))
        run(&e->session);
    atomic_store(&e->session.options->signals->tracer_finished, true);
    backlog_close(e->session.backlog);
    set_flag(e, &e->finished);
    return NULL;
}

/* --- the writer --- */

static void wake_tracer(struct engine *e)
{
    uint64_t one = 1;

    if (write(e->session.wake_fd, &one, sizeof one) < 0)
        log_line(LOG_TRACER, "wake: %s", strerror(errno)); /* it is full: the tracer is awake */
}

static void ask_if_enough(struct engine *e)
{
    const struct engine_options *o = e->session.options;
    const char *why = o->enough && !e->asked ? o->enough(o->user) : NULL;

    if (!why)
        return;
    e->asked = true;
    atomic_store(&e->session.asked, why);
    wake_tracer(e);
}

static void give_up_output(struct engine *e)
{
    backlog_discard(e->session.backlog);
    atomic_store(&e->session.output_failed, true);
    wake_tracer(e);
}

static void write_event(struct sink *sink, const struct buf *wire, struct buf *scratch)
{
    struct bytes bytes = {wire->data, wire->len};
    struct event ev;

    if (reader_decode(bytes, &ev, scratch) == 0)
        sink_event(sink, &ev, bytes);
}

static void write_piece(struct sink *sink, const struct buf *piece, const struct buf *large)
{
    struct bytes bytes = {piece->data, piece->len}, payload = {large->data, large->len};
    size_t head = pack_size(bytes);
    struct event ev;

    if (!large->len)
        payload = (struct bytes){piece->data + head, piece->len - head};
    unpack(bytes, payload, &ev);
    sink_event(sink, &ev, (struct bytes){0});
}

/* Takes events until the tracer has closed the backlog. Returns 0, or the errno of the output. */
static int write_events(struct engine *e, struct sink *sink)
{
    struct buf wire = {0}, scratch = {0}, large = {0};
    enum backlog_result result;
    int error = 0;

    while ((result = backlog_take(e->session.backlog, &wire, &large)) != BACKLOG_END) {
        if (result != BACKLOG_EMPTY) {
            if (result == BACKLOG_PIECE)
                write_piece(sink, &wire, &large);
            else
                write_event(sink, &wire, &scratch);
            ask_if_enough(e);
            continue;
        }
        if (sink_flush(sink) < 0 && !error) {
            error = errno;
            give_up_output(e);
        }
        backlog_wait(e->session.backlog);
    }
    if (sink_flush(sink) < 0 && !error)
        error = errno;
    buf_free(&wire);
    buf_free(&large);
    buf_free(&scratch);
    return error;
}

enum {
    LOOK_MS = 200
}; /* while the writer waits for its fd, it checks this often whether it must read signals */

bool engine_wait_writable(void *user, int fd)
{
    struct engine_signals *signals = user;
    struct signalfd_siginfo info;

    for (;;) {
        bool ours = atomic_load(&signals->tracer_finished);
        struct pollfd p[2] = {{.fd = fd, .events = POLLOUT},
                              {.fd = ours ? signals->fd : -1, .events = POLLIN}};
        int n = poll(p, 2, ours ? -1 : LOOK_MS);
        if (n < 0 && errno != EINTR)
            return true;
        if (n > 0 && p[0].revents)
            return true;
        while (n > 0 && p[1].revents && read(signals->fd, &info, sizeof info) == sizeof info)
            if (is_stop_signal((int)info.ssi_signo))
                self_stop((int)info.ssi_signo);
            else if (info.ssi_signo != SIGCHLD && info.ssi_signo != SIGCONT)
                return false;
    }
}

void engine_signals_init(struct engine_signals *s)
{
    static const int blocked[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, JOB_SIGNALS};
    static const int ours[] = {SPAWN_SIGNALS};
    struct sigaction old;
    sigset_t set;

    sigemptyset(&set);
    sigemptyset(&s->ignored);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++)
        sigaddset(&set, blocked[i]);
    pthread_sigmask(SIG_BLOCK, &set, &s->mask);
    /* If SIGCHLD were ignored, the kernel would reap our children before we wait for them. SIGPIPE
     * and SIGXFSZ are ignored, so that write(2) fails instead. */
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        void (*how)(int) = ours[i] == SIGCHLD ? SIG_DFL : SIG_IGN;
        sigaction(ours[i], &(struct sigaction){.sa_handler = how}, &old);
        if (old.sa_handler == SIG_IGN)
            sigaddset(&s->ignored, ours[i]);
    }
    s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    atomic_init(&s->tracer_finished, false);
}

/* --- start and end --- */

/* Waits until the capture has started (true), or has failed to (false). */
static bool wait_for_start(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    while (!e->started && !e->finished)
        pthread_cond_wait(&e->changed, &e->lock);
    bool started = e->started;
    pthread_mutex_unlock(&e->lock);
    return started;
}

/* Sets status and cause when the command never ran: its exec failed, or it ended before that. */
static void explain_spawn(struct engine *e)
{
    const char *name = e->session.options->command[0];
    const struct session *s = &e->session;
    int err = e->status ? 0 : s->kind->spawn_error(s->engine);

    if (err) {
        e->status = err == ENOENT ? 127 : 126;
        e->cause = xasprintf("%s: %s", name, strerror(err));
    } else if (!e->cause) {
        e->status = 1;
        e->cause = xasprintf("%s: %s before it could be run", name,
                             e->session.leave_reason ? e->session.leave_reason : "ended");
    }
}

/* Each tracee may need fds here, so the soft limit of fds becomes the hard limit. */
static void raise_limits(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void fill_result(const struct engine *e, struct engine_result *result, int error)
{
    const struct session_command *command = &e->session.command;
    uint64_t writes;

    result->ran = command->pid != 0 && command->gone;
    result->status = command->status;
    result->why = e->session.leave_reason;
    result->output_error = error;
    result->timed_out = e->session.timed_out;
    backlog_lost(e->session.backlog, &writes, &result->lost_bytes);
}

static void engine_init(struct engine *e, const struct engine_options *o)
{
    struct session *s = &e->session;
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->changed, NULL);
    s->options = o;
    s->wake_fd = wake_fd;
    s->backlog = backlog_new(o->ring_size, BACKLOG_TOTAL, o->ring_mode, wake_fd);
    s->tasks.backlog = s->backlog;
    s->emitter = emitter_new(s->backlog);
    s->rules = fd_rules_new(&o->fds, s->emitter);
    s->control_open = o->control_fd >= 0;
    rights_look(&s->rights);
    s->restricted = s->control_open && !o->allow_attach && s->rights.lent;
    s->started = on_started;
    s->user = e;
    loop_init(s);
    s->kind = o->kind;
    s->engine = s->kind->start(s);
}

static void engine_free(struct engine *e)
{
    struct session *s = &e->session;

    close(s->wake_fd);
    tasks_clear(&s->tasks);
    s->kind->end(s->engine);
    lister_free(s->lister);
    buf_free(&s->control);
    fd_rules_free(s->rules);
    emitter_free(s->emitter);
    backlog_free(s->backlog);
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
}

int engine_run(const struct engine_options *options, struct sink *sink,
               struct engine_result *result, char **cause)
{
    struct engine e = {0};
    pthread_t thread;
    int error = 0;

    if ((*cause = options->kind->probe(options)))
        return 1;
    raise_limits();
    engine_init(&e, options);
    int failed = pthread_create(&thread, NULL, run_tracer, &e);
    if (failed) {
        e.status = 1;
        e.cause = xasprintf("can't start a thread: %s", strerror(failed));
    } else {
        bool started = wait_for_start(&e);
        if (started)
            error = write_events(&e, sink);
        pthread_join(thread, NULL);
        if (!started && options->command)
            explain_spawn(&e);
    }
    fill_result(&e, result, error);
    *cause = e.cause;
    engine_free(&e);
    return e.status;
}
