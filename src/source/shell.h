/* Runs a shell command on the viewer's terminal and writes bytes to its standard input. The command
 * is in the viewer's process group, so the terminal's keys (Ctrl-C, Ctrl-Z) reach it. */
#ifndef PCAT_SOURCE_SHELL_H
#define PCAT_SOURCE_SHELL_H

#include <stdbool.h>

#include "base/buf.h"

struct shell;

/* Appends the next bytes for the command to out, which is empty. False: there are no more. */
typedef bool shell_more_fn(void *user, struct buf *out);

/* Starts the command; more() provides its input. Returns NULL on failure, with the reason in
 * *cause, which the caller frees. */
struct shell *shell_start(const char *command, shell_more_fn *more, void *user, char **cause);
/* Closes the command's input and frees sh. A command that still runs is left running. */
void shell_free(struct shell *sh);

/* An fd to poll for writing: shell_feed() can write when it is ready. -1: all was written. */
int shell_fd(const struct shell *sh);
/* Writes as many bytes as the pipe takes, without waiting. */
void shell_feed(struct shell *sh);

/* Whether the command has ended. */
bool shell_is_gone(const struct shell *sh);
/* Whether the command was stopped since the last call, by Ctrl-Z for example. */
bool shell_has_stopped(const struct shell *sh);
/* An fd to poll for reading: it is readable when the command has ended. -1: shell_is_gone() has
 * returned true. */
int shell_end_fd(const struct shell *sh);

#endif
