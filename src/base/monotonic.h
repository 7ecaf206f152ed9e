/* The clock that never goes back. */
#ifndef PCAT_BASE_MONOTONIC_H
#define PCAT_BASE_MONOTONIC_H

#include <stdint.h>

/* CLOCK_MONOTONIC, ns. */
int64_t monotonic_now(void);

#endif
