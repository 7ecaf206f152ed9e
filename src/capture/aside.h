/* Work that might never end, done by a thread that is left behind then: nobody waits for it longer
 * than he wants to. */
#ifndef PCAT_CAPTURE_ASIDE_H
#define PCAT_CAPTURE_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs work in a thread of its own, on a copy of job, and waits for its end for at most ns. True:
 * it has ended, and job is what it made of the copy. False: it goes on alone, or could not begin.
 */
bool aside_run(void (*work)(void *job), void *job, size_t size, int64_t ns);

/* Closes a descriptor; the file system that it leads to may take its time for that. */
void aside_close(int fd);

#endif
