/* The clock that never goes back: for durations and deadlines, not for the time of day. */
#ifndef PCAT_BASE_MONOTONIC_H
#define PCAT_BASE_MONOTONIC_H

#include <stdint.h>

/* The time of CLOCK_MONOTONIC in ns. */
int64_t monotonic_now(void);

#endif
