/* Job control: pcat and the command that it has started are one job of a shell.
 *
 * At Ctrl-Z the terminal sends SIGTSTP to the whole process group, so to pcat and to the command.
 * pcat does not stop at once: the command needs its tracer while it handles the signal. pcat stops
 * itself when the command is in a group-stop, so that the shell, which knows only pcat, sees the
 * job stop. SIGCONT, which the shell sends to the group, continues both. */
#ifndef PCAT_PTRACE_JOB_H
#define PCAT_PTRACE_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct signalfd_siginfo;
struct task;
struct tracer;

/* Part of struct tracer; all zero at the start. Times are CLOCK_MONOTONIC ns, 0: never. */
struct job {
    int64_t since;    /* the last group-stop of the command, or the last stop signal to pcat */
    int64_t look_at;  /* when to check whether the command stands still, 0: no need to */
    int64_t asked_at; /* the last stop signal to pcat */
    int64_t took_at;  /* the last stop signal of a process (not the terminal) to the command */
    int stop_signal;  /* the signal of the command's last group-stop, 0: none since it continued */
    int pass_on;      /* a signal of a process to pcat that the command is to get, 0: none */
    bool alone;       /* a process has stopped the command, but not pcat */
    bool told;        /* the note that pcat goes on was emitted */
    bool background;  /* the job is not the terminal's foreground process group */
    int moments;      /* how often pcat has stopped for a moment, see job.c */
};

/* pcat has got one of JOB_SIGNALS. */
void job_hear(struct tracer *t, const struct signalfd_siginfo *info);

/* At a signal-delivery-stop: the task is about to get sig. */
void job_takes(struct tracer *t, const struct task *task, int sig);

/* The task has entered a group-stop by signal sig; has left it. */
void job_stopped(struct tracer *t, const struct task *task, int sig);
void job_continued(struct tracer *t, const struct task *task);

/* No stop is waiting to be served: passes j->pass_on on to the command, unless the command has got
 * the signal by itself. */
void job_pass_on(struct tracer *t);

/* At look_at: checks whether the command and the other tracees stand still, and stops pcat if so.
 */
void job_look(struct tracer *t);

#endif
