/* What a wait status means, and what the tracer owes the tracee for it.
 * A pure function: see ptrace(2), "Stopped states". Options in force are always
 * those that ptrace_seize() sets (TRACESYSGOOD and every event). */
#ifndef PCAT_PTRACE_STOP_H
#define PCAT_PTRACE_STOP_H

#include <stdbool.h>

enum stop {
    STOP_EXITED,  /* gone, WEXITSTATUS tells; forget it */
    STOP_KILLED,  /* gone by WTERMSIG; forget it */
    STOP_SYSCALL, /* entry or exit of a syscall; restart */
    STOP_SECCOMP, /* a filter said TRACE at the entry of a syscall; restart */
    STOP_SIGNAL,  /* about to get WSTOPSIG; restart with that very signal */
    STOP_GROUP,   /* stopped by job control (WSTOPSIG); PTRACE_LISTEN, never restart */
    STOP_TRAP,    /* first stop of a new task, answer to INTERRUPT, or woken by SIGCONT; restart */
    STOP_EXEC,    /* exec done; the message is the former tid; restart */
    STOP_FORK,    /* made a process; the message is its pid; restart */
    STOP_VFORK,   /* made a process and waits for it; serve the child first; restart */
    STOP_VFORK_DONE, /* the vfork child let go; restart */
    STOP_CLONE,      /* made a thread, or a process with another exit signal; restart */
    STOP_EXIT,       /* dying, registers still there; restart at once */
    STOP_OTHER       /* a state that no one described; restart */
};

/* Classifies a status from waitpid(2). */
enum stop stop_classify(int status);

const char *stop_name(enum stop stop);

#endif
