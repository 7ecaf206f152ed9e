/* The control channel: one text command a line on the engine's standard input,
 * each answered by a `reply` event that carries its number. Whoever writes there may be less
 * privileged than we are, so it gets no more than the invoking user could do. */
#include "capture/control.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "base/signame.h"
#include "base/xmalloc.h"
#include "capture/doctor.h"
#include "capture/lister.h"
#include "capture/procfs.h"
#include "capture/session.h"

enum { LINE_MAX_BYTES = 4096 };

static pid_t parse_pid(const char *text)
{
    char *end;
    long pid = strtol(text, &end, 10);

    return *text >= '0' && *text <= '9' && !*end && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : -1;
}

/* Each command returns NULL when it was done, else why not; the answer is freed. */

/* What the kernel has against it is told first: --allow-attach does not lift that. */
static char *withhold(const struct session *session, const struct proc_status *s)
{
    char *withheld = session->restricted ? rights_withhold(&session->rights, s) : NULL,
         *cause = NULL;
    struct doctor_means means;

    if (withheld) {
        doctor_read_means(&means);
        cause = doctor_foresees(s, &means);
    }
    if (cause)
        free(withheld);
    return cause ? cause : withheld;
}

static char *do_attach(struct session *session, const char *arg)
{
    pid_t pid = parse_pid(arg);
    struct proc_status s;
    char *cause = NULL;

    if (pid < 0)
        return xasprintf("attach: '%s' is not a PID", arg);
    if (procfs_status(pid, &s) == 0 && (cause = withhold(session, &s)))
        return cause;
    return session->kind->attach(session->engine, pid, false, &cause) < 0 ? cause : NULL;
}

static char *do_detach(struct session *session, const char *arg)
{
    struct proc *proc = tasks_find_proc(&session->tasks, parse_pid(arg));

    if (!proc)
        return xasprintf("detach: %s is not traced", arg);
    if (proc->filtered)
        return xasprintf(
            "detach: %s was started by pcat and can't do without it (--no-seccomp starts "
            "commands that can)",
            arg);
    session->kind->detach(session->engine, proc);
    return NULL;
}

/* Then there is nothing to be shown of it: what has come in its place, by an exec, is asked about
 * itself. */
static bool is_gone(const struct task *task)
{
    return tgkill(task->proc->pid, task->tid, 0) < 0 && errno == ESRCH;
}

void control_judge(struct session *session, struct task *task, const struct proc_status *s)
{
    struct proc *proc = task->proc;
    char *cause;

    if (!session->restricted || proc->withheld || (proc->asked_for && proc->descent_sure) ||
        (!s && is_gone(task)))
        return;
    cause = s ? rights_withhold(&session->rights, s)
              : xasprintf("%d (%s): what rights it has can't be read", (int)proc->pid, task->comm);
    if (!cause)
        return;
    /* Of what it was until now: where its fds lead later is not told. */
    fd_table_tell_counts(proc->fds);
    emit_note(session->emitter, proc->pid, "not captured: %s", cause);
    free(cause);
    proc->withheld = true;
    if (!proc->filtered)
        session->kind->detach(session->engine, proc);
}

static char *do_fds(struct session *session, const char *arg)
{
    struct fdset numbers;
    struct session_command command;

    if (fdset_parse(&numbers, arg) < 0)
        return xasprintf("fds: '%s' is neither a list of numbers nor all", arg);
    session->kind->command(session->engine, &command);
    if (fdset_has(&numbers, STDIN_FILENO) && command.filtered &&
        !fdset_has(&session->options->fds.numbers, STDIN_FILENO))
        emit_note(session->emitter, command.pid,
                  "what the command reads is not captured: its filter was made without --fd 0");
    fd_rules_set_numbers(session->rules, &numbers);
    for (struct proc *p = session->tasks.by_pid; p; p = p->hh.next)
        fd_table_forget(p->fds, 0, FDSET_MAX);
    return NULL;
}

/* The kernel checks whether we may; what it can't know is who is behind us. He gets no further than
 * to what runs for him, the command, and to what he could trace himself. A line when this task is
 * not to be signalled.
 *
 * Its tid is its own as long as we are its tracer and don't wait for it; when it executes something
 * with other rights, it stops before the first instruction of that. So nobody else can be hit if it
 * is signalled right behind this. */
static char *spare(const struct session *session, const struct task *task)
{
    struct proc_status s;
    int tid = (int)task->tid;

    if (procfs_status(task->tid, &s) < 0 || s.tracer != session->self)
        return xasprintf("%d is not traced any more", tid);
    char *cause = session->restricted && !task->proc->of_command
                      ? rights_withhold(&session->rights, &s)
                      : NULL;
    free(cause);
    return cause ? xasprintf("%d does not belong to the user who started pcat", tid) : NULL;
}

/* To the thread, or when it is the leader to the process. 0 or -1. */
static int send_signal(const struct task *task, int sig)
{
    return task->tid == task->proc->pid ? kill(task->tid, sig)
                                        : tgkill(task->proc->pid, task->tid, sig);
}

/* "TID NAME". */
static char *do_signal(struct session *session, const char *arg)
{
    char *text = xstrdup(arg), *name = text + strcspn(text, " "), *cause = NULL, *spared = NULL;

    if (*name)
        *name++ = '\0';
    struct task *task = tasks_find(&session->tasks, parse_pid(text));
    int sig = signame_number(name);
    if (!task)
        cause = xasprintf("signal: %s is not traced", text);
    else if (sig <= 0)
        cause = xasprintf("signal: there is no signal '%s'", name);
    else if ((spared = spare(session, task)))
        cause = xasprintf("signal: %s", spared);
    else if (send_signal(task, sig) < 0)
        cause = xasprintf("signal: %s: %s", text, strerror(errno));
    free(spared);
    free(text);
    return cause;
}

/* SIGWINCH to the processes of a group that are traced, or when none is, to this one. 0 or -1. */
static int signal_group(const struct session *session, pid_t group, const struct task *otherwise)
{
    bool any = false;

    for (const struct proc *p = session->tasks.by_pid; p; p = p->hh.next) {
        const struct task *leader =
            group && getpgid(p->pid) == group ? tasks_find(&session->tasks, p->pid) : NULL;
        char *spared = leader ? spare(session, leader) : NULL;
        any |= leader && !spared && send_signal(leader, SIGWINCH) == 0;
        free(spared);
    }
    return any ? 0 : send_signal(otherwise, SIGWINCH);
}

/* "PID" or "PID resize". */
static char *do_redraw(struct session *session, const char *arg)
{
    char *text = xstrdup(arg), *how = text + strcspn(text, " "), *cause = NULL, *spared = NULL;

    if (*how)
        *how++ = '\0';
    pid_t pid = parse_pid(text), group;
    struct proc *proc = tasks_find_proc(&session->tasks, pid);
    const struct task *task = proc ? tasks_find(&session->tasks, pid) : NULL;
    if (!task)
        cause = xasprintf("redraw: %s is not traced", text);
    else if (*how && strcmp(how, "resize") != 0)
        cause = xasprintf("redraw: '%s' is no way to do it", how);
    else if ((spared = spare(session, task)))
        cause = xasprintf("redraw: %s", spared);
    else if (*how)
        redraw_by_size(&session->redraw, pid, monotonic_now(), &cause);
    else if (redraw_foreground(pid, &group, &cause) == 0 && signal_group(session, group, task) < 0)
        cause = xasprintf("redraw: %s: %s", text, strerror(errno));
    free(spared);
    free(text);
    return cause;
}

static char *do_list(struct session *session, const char *arg)
{
    const struct engine_options *o = session->options;
    struct list_options lo = {.boot = list_boot_time(),
                              .tracer = session->self,
                              .descendants = o->follow == FOLLOW_ALL,
                              .force = o->force,
                              .allow_attach = o->allow_attach};

    (void)arg;
    if (!session->lister)
        session->lister = lister_new(&lo, session->wake_fd);
    if (!lister_start(session->lister))
        return xstrdup("list: the one before is not finished");
    session->listing = session->commands;
    return NULL;
}

/* The answer tells our time. */
static char *do_ping(struct session *session, const char *arg)
{
    (void)session, (void)arg;
    return NULL;
}

static char *do_quit(struct session *session, const char *arg)
{
    (void)arg;
    session->control_open = false;
    if (!session_has_command(session))
        session->why = "asked to quit";
    return NULL;
}

static const struct command {
    const char *name;
    char *(*run)(struct session *session, const char *arg);
    bool goes_on; /* what it began ends with its reply */
} commands[] = {
    {"attach", do_attach, false}, {"detach", do_detach, false}, {"fds", do_fds, false},
    {"list", do_list, true},      {"ping", do_ping, false},     {"quit", do_quit, false},
    {"redraw", do_redraw, false}, {"signal", do_signal, false},
};

/* *answered: the reply is due now. */
static char *run_line(struct session *session, char *line, bool *answered)
{
    char *arg = line + strcspn(line, " ");

    *answered = true;
    if (*arg)
        *arg++ = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(line, commands[i].name) == 0) {
            char *cause = commands[i].run(session, arg);
            *answered = cause || !commands[i].goes_on;
            return cause;
        }
    return xasprintf("no command '%.64s'", line);
}

static void reply(struct session *session, uint64_t id, const char *cause)
{
    struct event ev = {.type = EVENT_REPLY};

    ev.reply = (struct ev_reply){.id = id, .ok = !cause, .text = bytes_of(cause ? cause : "")};
    emit_control(session->emitter, &ev);
}

static void take_line(struct session *session, char *line)
{
    bool answered;

    session->commands++;
    char *cause = run_line(session, line, &answered);
    if (answered)
        reply(session, session->commands, cause);
    free(cause);
}

static void tell_process(void *user, struct event *ev)
{
    struct session *session = user;

    ev->process.id = session->listing;
    emit_control(session->emitter, ev);
}

void control_tell_list(struct session *session)
{
    if (session->lister && lister_take(session->lister, tell_process, session))
        reply(session, session->listing, NULL);
}

static void take_lines(struct session *session)
{
    char *end;

    while (session->control.len &&
           (end = memchr(session->control.data, '\n', session->control.len))) {
        *end = '\0';
        take_line(session, (char *)session->control.data);
        buf_consume(&session->control, (size_t)(end + 1 - (char *)session->control.data));
    }
    if (session->control.len >= LINE_MAX_BYTES) {
        char too_long[] = "(a line of over 4096 bytes)";
        take_line(session, too_long);
        buf_clear(&session->control);
    }
}

void control_read(struct session *session)
{
    ssize_t n = read(session->options->control_fd, buf_reserve(&session->control, LINE_MAX_BYTES),
                     LINE_MAX_BYTES);

    if (n > 0) {
        session->control.len += (size_t)n;
        take_lines(session);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        free(do_quit(session, "")); /* whoever steered us is gone */
    }
}
