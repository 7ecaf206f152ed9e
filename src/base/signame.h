/* Names of Linux signals. The numbers are the kernel's, whatever libc pcat is built with. */
#ifndef PCAT_BASE_SIGNAME_H
#define PCAT_BASE_SIGNAME_H

#include <stddef.h>
#include <stdint.h>

/* Enough for any name that signame_of writes. */
#define SIGNAME_MAX 32

/* Writes the name of a signal to out and returns out: "SIGTERM", "SIGRTMIN+3", or "signal 99" when
 * the number has no name. */
const char *signame_of(uint64_t signal, char out[SIGNAME_MAX]);

/* The number of a signal given as "SIGTERM", "TERM", "term", "RTMIN+3" or "15"; -1 if there is
 * none. */
int signame_number(const char *name);

#endif
