/* The report that a pattern gave up: it reached its limit (regex.h) before it was known whether it
 * matches. The code that used the pattern has decided what to do with the text, and the report says
 * what it decided. */
#ifndef PCAT_EVENT_GAVEUP_H
#define PCAT_EVENT_GAVEUP_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/regex.h"

enum { NO_FD = -1 };

struct gave_up {
    const struct regex *re;
    const char *option;  /* the option that the pattern comes from: "include" */
    const char *outcome; /* what was decided: "the line is shown" */
    uint64_t pid;        /* the process that the text comes from, 0: none */
    int64_t fd;          /* the fd that the text came through; NO_FD: a name or command line */
    struct bytes text;   /* the line, valid during the call only; data is NULL if the line must not
                            be shown */
};

/* The receiver of such reports. fn runs in the thread that used the pattern. fn NULL: reports are
 * dropped. */
struct gave_up_to {
    void (*fn)(void *user, const struct gave_up *what);
    void *user;
};

/* Hands the report to the receiver. */
static inline void tell_gave_up(struct gave_up_to to, const struct gave_up *what)
{
    if (to.fn)
        to.fn(to.user, what);
}

#endif
