/* Finds processes by name and attaches to them, for --name. */
#ifndef PCAT_CAPTURE_NAMES_H
#define PCAT_CAPTURE_NAMES_H

#include "base/regex.h"

struct session;

/* Attaches the engine to the processes whose name (comm, which the kernel cuts at 15 bytes)
 * matches. If there are none: to those whose command line matches, its arguments joined by blanks.
 * Never to this process or its ancestors (their command lines may contain the pattern), and not to
 * kernel threads. If the pattern gives up on a process, that counts as no match. A note tells which
 * can't be traced. 0, or -1 with a line in *cause, which the caller frees, if there was none that
 * can. */
int names_attach(struct session *s, struct regex *name, char **cause);

#endif
