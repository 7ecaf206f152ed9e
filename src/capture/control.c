/* Each command has a function do_*() and a row in `commands`. The reply carries the number of the
 * command line, counted from 1. The process that writes the commands may have fewer privileges than
 * we have, so it gets no more than the user who started pcat could do without us. */
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

/* Each do_*() function returns NULL when the command was carried out, else why not; the caller
 * frees the text. */

/* Why the user may not attach to the process of *s; NULL: allowed. A reason of the kernel comes
 * first, because --allow-attach does not lift that. */
static char *refuse_attach(const struct session *session, const struct proc_status *s)
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
    if (procfs_status(pid, &s) == 0 && (cause = refuse_attach(session, &s)))
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

/* True when no such thread exists any more. There is nothing to show of it; if an exec has replaced
 * it, the thread that remains is judged at the stop of that exec. */
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
    /* These counts are from the time before; where its fds lead from now on is not reported. */
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

    if (fdset_parse(&numbers, arg) < 0)
        return xasprintf("fds: '%s' is neither a list of numbers nor all", arg);
    if (fdset_has(&numbers, STDIN_FILENO) && session->command.filtered &&
        !fdset_has(&session->options->fds.numbers, STDIN_FILENO))
        emit_note(session->emitter, session->command.pid,
                  "what the command reads is not captured: its filter was made without --fd 0");
    fd_rules_set_numbers(session->rules, &numbers);
    for (struct proc *p = session->tasks.by_pid; p; p = p->hh.next)
        fd_table_forget(p->fds, 0, FDSET_MAX);
    return NULL;
}

/* Why the user may not send a signal to this task; NULL: allowed. The kernel checks our rights, but
 * does not know those of the user who steers us. That user may signal the command and its
 * descendants, and what the user could trace.
 *
 * While we trace a task and don't wait for it, its tid can't be reused; and a program that it
 * executes with other rights stops for us before its first instruction. So a signal that is sent
 * right after this check can't reach another process. */
static char *refuse_signal(const struct session *session, const struct task *task)
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

/* Signals the thread; for the thread-group leader, the process. 0, or -1 with errno. */
static int send_signal(const struct task *task, int sig)
{
    return task->tid == task->proc->pid ? kill(task->tid, sig)
                                        : tgkill(task->proc->pid, task->tid, sig);
}

/* arg: "TID NAME". */
static char *do_signal(struct session *session, const char *arg)
{
    char *text = xstrdup(arg), *name = text + strcspn(text, " "), *cause = NULL, *refused = NULL;

    if (*name)
        *name++ = '\0';
    struct task *task = tasks_find(&session->tasks, parse_pid(text));
    int sig = signame_number(name);
    if (!task)
        cause = xasprintf("signal: %s is not traced", text);
    else if (sig <= 0)
        cause = xasprintf("signal: there is no signal '%s'", name);
    else if ((refused = refuse_signal(session, task)))
        cause = xasprintf("signal: %s", refused);
    else if (send_signal(task, sig) < 0)
        cause = xasprintf("signal: %s: %s", text, strerror(errno));
    free(refused);
    free(text);
    return cause;
}

/* Sends SIGWINCH to all traced processes of a process group; if there are none, to `otherwise`.
 * 0, or -1 with errno. */
static int signal_group(const struct session *session, pid_t group, const struct task *otherwise)
{
    bool any = false;

    for (const struct proc *p = session->tasks.by_pid; p; p = p->hh.next) {
        const struct task *leader =
            group && getpgid(p->pid) == group ? tasks_find(&session->tasks, p->pid) : NULL;
        char *refused = leader ? refuse_signal(session, leader) : NULL;
        any |= leader && !refused && send_signal(leader, SIGWINCH) == 0;
        free(refused);
    }
    return any ? 0 : send_signal(otherwise, SIGWINCH);
}

/* arg: "PID" or "PID resize". */
static char *do_redraw(struct session *session, const char *arg)
{
    char *text = xstrdup(arg), *how = text + strcspn(text, " "), *cause = NULL, *refused = NULL;

    if (*how)
        *how++ = '\0';
    pid_t pid = parse_pid(text), group;
    struct proc *proc = tasks_find_proc(&session->tasks, pid);
    const struct task *task = proc ? tasks_find(&session->tasks, pid) : NULL;
    if (!task)
        cause = xasprintf("redraw: %s is not traced", text);
    else if (*how && strcmp(how, "resize") != 0)
        cause = xasprintf("redraw: '%s' is no way to do it", how);
    else if ((refused = refuse_signal(session, task)))
        cause = xasprintf("redraw: %s", refused);
    else if (*how)
        redraw_by_size(&session->redraw, pid, monotonic_now(), &cause);
    else if (redraw_foreground(pid, &group, &cause) == 0 && signal_group(session, group, task) < 0)
        cause = xasprintf("redraw: %s: %s", text, strerror(errno));
    free(refused);
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
        return xstrdup("list: the previous list is not finished");
    session->listing = session->commands;
    return NULL;
}

/* Does nothing: the time of the reply is what the viewer asks for. */
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
        session->leave_reason = "asked to quit";
    return NULL;
}

static const struct command {
    const char *name;
    char *(*run)(struct session *session, const char *arg);
    bool replies_later; /* when the work that it has started is done */
} commands[] = {
    {"attach", do_attach, false}, {"detach", do_detach, false}, {"fds", do_fds, false},
    {"list", do_list, true},      {"ping", do_ping, false},     {"quit", do_quit, false},
    {"redraw", do_redraw, false}, {"signal", do_signal, false},
};

/* Carries out one line. Returns NULL or why it failed; *answered: the reply is due now. */
static char *run_line(struct session *session, char *line, bool *answered)
{
    char *arg = line + strcspn(line, " ");

    *answered = true;
    if (*arg)
        *arg++ = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(line, commands[i].name) == 0) {
            char *cause = commands[i].run(session, arg);
            *answered = cause || !commands[i].replies_later;
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
        free(do_quit(session, "")); /* the viewer is gone */
    }
}
