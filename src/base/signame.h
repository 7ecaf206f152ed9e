/* Names of Linux signals, whatever the libc. */
#ifndef PCAT_BASE_SIGNAME_H
#define PCAT_BASE_SIGNAME_H

#include <stddef.h>
#include <stdint.h>

/* Enough for any name that signame_of writes. */
#define SIGNAME_MAX 32

/* "SIGTERM", "SIGRTMIN+3", "signal 99" for what has no name. Writes it to out and returns out. */
const char *signame_of(uint64_t signal, char out[SIGNAME_MAX]);

/* The number of "SIGTERM", "TERM", "term" or "15"; -1 when there is no such signal. */
int signame_number(const char *name);

#endif
