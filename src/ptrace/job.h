/* The command and pcat as one job of a shell.
 *
 * The terminal sends its stop signals to the whole process group, so to both. pcat does not stop by
 * them: the command could not do what it does about them, as it needs its tracer. pcat stops
 * once the command has, so that the shell, which knows only pcat, is told. SIGCONT, which the shell
 * sends to the group, lets both go on. */
#ifndef PCAT_PTRACE_JOB_H
#define PCAT_PTRACE_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct signalfd_siginfo;
struct task;
struct tracer;

/* Part of a tracer; all zero when it starts. Times are CLOCK_MONOTONIC ns. */
struct job {
    int64_t since;    /* when the command was last known to stop, or was asked to by the terminal */
    int64_t look_at;  /* when to look whether it stands still, 0: no reason to */
    int64_t asked_at; /* when we got a stop signal */
    int64_t took_at;  /* when the command got one that a process sent, and we did not */
    int stop_signal;  /* the one that it stopped by */
    int pass_on;      /* a signal that a process sent to us, 0: none */
    bool alone;       /* somebody else has stopped the command, and not us */
    bool told;        /* the note that we go on */
    bool background;  /* the terminal is the shell's */
    int moments;      /* how often we have stopped for a moment */
};

/* One of JOB_SIGNALS has come to us. */
void job_hear(struct tracer *t, const struct signalfd_siginfo *info);

/* A task is about to get a stop signal. */
void job_takes(struct tracer *t, const struct task *task, int sig);

/* A task is in a group-stop by sig; has come out of it. */
void job_stopped(struct tracer *t, const struct task *task, int sig);
void job_continued(struct tracer *t, const struct task *task);

/* All stops that had come are served. */
void job_pass_on(struct tracer *t);

/* It is time to look: struct job's look_at. */
void job_look(struct tracer *t);

#endif
