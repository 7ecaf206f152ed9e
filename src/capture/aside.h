/* Runs work that might never end (a close(2) on a dead NFS mount) in a thread of its own, so that
 * the caller can wait with a time limit. A thread that does not end in time is left behind. */
#ifndef PCAT_CAPTURE_ASIDE_H
#define PCAT_CAPTURE_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs work in a new thread, on a copy of the size bytes at job, and waits at most ns for its end.
 * True: work has ended, and job is now the copy as work left it. False: work still runs, or could
 * not be started; job is unchanged. */
bool aside_run(void (*work)(void *job), void *job, size_t size, int64_t ns);

/* Closes fd without waiting for the file system behind it. If no thread can be started, fd stays
 * open. */
void aside_close(int fd);

#endif
