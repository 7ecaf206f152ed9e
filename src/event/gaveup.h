/* What is told when a pattern came to its limit (regex.h), so that nobody knows whether it matches.
 * Whoever asked the pattern has decided by then, and says how. */
#ifndef PCAT_EVENT_GAVEUP_H
#define PCAT_EVENT_GAVEUP_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/regex.h"

enum { NO_FD = -1 };

struct gave_up {
    const struct regex *re;
    const char *option;  /* that gave it: "include" */
    const char *outcome; /* "the line is shown" */
    uint64_t pid;        /* whose text it is, 0: nobody's */
    int64_t fd;          /* on which it came; NO_FD: it is a name, or a command line */
    struct bytes text;   /* the line, valid during the call only; data is NULL where that is not to
                            be shown */
};

/* Who is told, in the thread that asked. fn may be NULL: nobody is. */
struct gave_up_to {
    void (*fn)(void *user, const struct gave_up *what);
    void *user;
};

static inline void tell_gave_up(struct gave_up_to to, const struct gave_up *what)
{
    if (to.fn)
        to.fn(to.user, what);
}

#endif
