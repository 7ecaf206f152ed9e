/* Processes by name, for --name. */
#ifndef PCAT_CAPTURE_NAMES_H
#define PCAT_CAPTURE_NAMES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/regex.h"

/* The processes whose name (comm, which the kernel cuts at 15 bytes) matches; when there is none,
 * those whose command line does, its arguments joined by blanks. Never this process, those above it
 * (their command line may hold the pattern), or kernel threads. One on which the pattern gives up
 * does not match. */
struct names_found {
    pid_t *pids; /* the caller frees them */
    size_t count;
    size_t gave_up;      /* on so many others */
    pid_t first_gave_up; /* the first of those */
};
struct names_found names_find(struct regex *name);

#endif
