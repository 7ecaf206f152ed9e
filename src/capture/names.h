/* Finds processes by name, for --name. */
#ifndef PCAT_CAPTURE_NAMES_H
#define PCAT_CAPTURE_NAMES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/regex.h"

/* The processes whose name (comm, which the kernel cuts at 15 bytes) matches. If there are none:
 * those whose command line matches, its arguments joined by blanks. Never this process or its
 * ancestors (their command lines may contain the pattern), and no kernel threads. If the pattern
 * gives up on a process, that counts as no match. */
struct names_found {
    pid_t *pids; /* the caller frees them */
    size_t count;
    size_t gave_up;      /* on how many processes the pattern gave up */
    pid_t first_gave_up; /* the first of these */
};

struct names_found names_find(struct regex *name);

#endif
