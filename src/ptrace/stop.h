/* Classifies a wait status, and says what the tracer must do with a tracee in such a stop. A pure
 * function: see ptrace(2), "Stopped states". The ptrace options are those that ptrace_seize() sets
 * (PTRACE_O_TRACESYSGOOD and the events that are followed). */
#ifndef PCAT_PTRACE_STOP_H
#define PCAT_PTRACE_STOP_H

#include <stdbool.h>

enum stop {
    STOP_EXITED,  /* ended, status WEXITSTATUS; forget it */
    STOP_KILLED,  /* killed by WTERMSIG; forget it */
    STOP_SYSCALL, /* entry or exit of a syscall; resume */
    STOP_SECCOMP, /* a seccomp filter returned TRACE at the entry of a syscall; resume */
    STOP_SIGNAL,  /* about to get the signal WSTOPSIG; resume with that signal */
    STOP_GROUP,   /* group-stop by the signal WSTOPSIG; PTRACE_LISTEN, never resume */
    STOP_TRAP, /* the first stop of a new task, the answer to PTRACE_INTERRUPT, or woken by SIGCONT;
                  resume */
    STOP_EXEC, /* exec has succeeded; the event message is the former tid; resume */
    STOP_FORK, /* made a process; the event message is its pid; resume */
    STOP_VFORK,      /* the same, and sleeps until the child lets go of its memory; resume */
    STOP_VFORK_DONE, /* that child has let go of it; resume */
    STOP_CLONE,      /* made a thread, or a process with another exit signal; resume */
    STOP_EXIT,       /* dying, its registers can still be read; resume at once */
    STOP_OTHER       /* a state that ptrace(2) does not describe; resume */
};

/* status: from waitpid(2). */
enum stop stop_classify(int status);

/* The name of a stop for the log: "syscall", "group-stop". */
const char *stop_name(enum stop stop);

#endif
