/* The trace log: always compiled in, off by default. PCAT_LOG names the areas
 * (`PCAT_LOG=tracer,wait`, `PCAT_LOG=all`), PCAT_LOG_FILE the file (standard
 * error when unset). Each entry is one line; control bytes are made visible. */
#ifndef PCAT_BASE_LOG_H
#define PCAT_BASE_LOG_H

#include <stdbool.h>

enum log_area { LOG_TRACER, LOG_WAIT, LOG_CAPTURE, LOG_STREAM, LOG_MODEL, LOG_UI, LOG_AREAS };

/* Reads the environment. Call once, before any thread starts. An unknown area
 * or a file that can't be opened is reported on standard error and otherwise ignored. */
void log_init(void);

/* True when entries of this area are written. */
bool log_on(enum log_area area);

/* Writes one entry: time (CLOCK_MONOTONIC), tid, area, text. Does nothing when the area is off. */
void log_line(enum log_area area, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
