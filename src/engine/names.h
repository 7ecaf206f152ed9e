/* Processes by name, for --name. */
#ifndef PCAT_ENGINE_NAMES_H
#define PCAT_ENGINE_NAMES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/regex.h"

/* The processes whose name (comm, which the kernel cuts at 15 bytes) matches; when there is none,
 * those whose command line does, its arguments joined by blanks. Never this process, those above it
 * (their command line may hold the pattern), or kernel threads. Returns how many; the caller
 * frees *pids. */
size_t names_find(struct regex *name, pid_t **pids);

#endif
