/* A shell command on our terminal that gets bytes on its standard input. It belongs
 * to our process group, so that the keys of the terminal reach it. */
#ifndef PCAT_SOURCE_SHELL_H
#define PCAT_SOURCE_SHELL_H

#include <stdbool.h>

#include "base/buf.h"

struct shell;

/* Appends more bytes to an empty buffer. False: there are no more. */
typedef bool shell_more_fn(void *user, struct buf *out);

/* Starts it. NULL with *cause (to be freed). */
struct shell *shell_start(const char *command, shell_more_fn *more, void *user, char **cause);
/* Closes its input; the command itself goes on. */
void shell_free(struct shell *sh);

/* To poll for writing; -1: nothing more is to be written. */
int shell_fd(const struct shell *sh);
/* Writes as much as it takes now, without waiting. */
void shell_feed(struct shell *sh);
bool shell_is_gone(const struct shell *sh);
/* Whether it has been stopped since this was asked last. */
bool shell_has_stopped(const struct shell *sh);
/* To poll for reading: it is gone then. */
int shell_end_fd(const struct shell *sh);

#endif
