#include "base/signame.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* SIGRTMIN is 34 here, as programs see it: glibc keeps the kernel's 32 and 33 for itself. */
enum { RT_LIBC_FIRST = 34, RT_LAST = 64 };

static const char *const names[] = {
    [SIGHUP] = "HUP",   [SIGINT] = "INT",       [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
    [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT",     [SIGBUS] = "BUS",   [SIGFPE] = "FPE",
    [SIGKILL] = "KILL", [SIGUSR1] = "USR1",     [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
    [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM",     [SIGTERM] = "TERM", [SIGSTKFLT] = "STKFLT",
    [SIGCHLD] = "CHLD", [SIGCONT] = "CONT",     [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
    [SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU",     [SIGURG] = "URG",   [SIGXCPU] = "XCPU",
    [SIGXFSZ] = "XFSZ", [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
    [SIGIO] = "IO",     [SIGPWR] = "PWR",       [SIGSYS] = "SYS",
};

enum { NAMES = sizeof names / sizeof *names };

const char *signame_of(uint64_t signal, char out[SIGNAME_MAX])
{
    if (signal < NAMES && names[signal])
        snprintf(out, SIGNAME_MAX, "SIG%s", names[signal]);
    else if (signal == RT_LIBC_FIRST)
        snprintf(out, SIGNAME_MAX, "SIGRTMIN");
    else if (signal > RT_LIBC_FIRST && signal <= RT_LAST)
        snprintf(out, SIGNAME_MAX, "SIGRTMIN+%d", (int)signal - RT_LIBC_FIRST);
    else
        snprintf(out, SIGNAME_MAX, "signal %" PRIu64, signal);
    return out;
}

/* Parses a decimal number from low to high; -1 for any other text. */
static int number_in(const char *text, long low, long high)
{
    char *end;
    long n = strtol(text, &end, 10);

    return *text >= '0' && *text <= '9' && *end == 0 && n >= low && n <= high ? (int)n : -1;
}

/* The number of "RTMIN" or "RTMIN+N", or -1. */
static int realtime_number(const char *name)
{
    if (strncasecmp(name, "RTMIN", 5) != 0)
        return -1;
    if (name[5] == 0)
        return RT_LIBC_FIRST;
    int n = name[5] == '+' ? number_in(name + 6, 0, RT_LAST - RT_LIBC_FIRST) : -1;
    return n < 0 ? -1 : RT_LIBC_FIRST + n;
}

int signame_number(const char *name)
{
    if (*name >= '0' && *name <= '9')
        return number_in(name, 1, RT_LAST);
    if (strncasecmp(name, "SIG", 3) == 0)
        name += 3;
    for (int i = 1; i < NAMES; i++)
        if (names[i] && strcasecmp(name, names[i]) == 0)
            return i;
    return realtime_number(name);
}
