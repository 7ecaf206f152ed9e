/* A feed reads an event stream from a capture child (a pcat that the viewer has started) or from a
 * file. It hands each event to a function and does not look at it. For a capture child it also has
 * the control channel and the child's standard error. */
#ifndef PCAT_SOURCE_FEED_H
#define PCAT_SOURCE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "event/reader.h"

struct feed;

/* Starts `pcat ARGS...` as a capture child. args ends with NULL and lacks the program's name. The
 * child gets a process group of its own, so that a Ctrl-Z for the viewer does not stop it. Returns
 * NULL on failure, with the reason in *cause, which the caller frees. */
struct feed *feed_start(char *const args[], reader_fn *fn, void *user, char **cause);

/* The same on another machine: the shell runs `exec VIA pcat ARGS...`. Bytes before the stream (a
 * message of the day) are skipped, 64 KiB at most. If VIA contains the word ssh, the arguments are
 * quoted twice: the shell on the other machine removes the second quoting. */
struct feed *feed_start_via(const char *via, char *const args[], reader_fn *fn, void *user,
                            char **cause);

/* Reads a recording from fd, which becomes the feed's. While a pcat still writes the file, its end
 * is not the end of the stream. */
struct feed *feed_open(int fd, reader_fn *fn, void *user);

/* A new fd of the recording, if it is a regular file that is not compressed. Else -1. */
int feed_file(const struct feed *f);

/* How much of the file has been read, in percent. 100 at its end, and if the feed reads no file. */
int feed_progress(const struct feed *f);

/* Whether it reads a regular file, compressed or not. */
bool feed_is_file(const struct feed *f);

/* The offset in the stream, after decompression, where the event that is being handed out ends. */
uint64_t feed_offset(const struct feed *f);

/* Closes all fds and frees the feed. A capture child ends by itself when its fds are closed. */
void feed_free(struct feed *f);

/* Whether it stands at the end of a file that still grows. poll(2) can't tell when it has grown, so
 * call feed_read() from time to time. */
bool feed_waits(const struct feed *f);

/* The fds of the stream and of the child's standard error, to poll for reading. -1: it has ended,
 * or polling does not help (see feed_waits()). */
int feed_fd(const struct feed *f);
int feed_errors_fd(const struct feed *f);

/* Reads what is there, `budget` bytes at most, without waiting. Returns the number of bytes read.
 * Closes the fd at the end of the stream. */
size_t feed_read(struct feed *f, size_t budget);

/* Reads what is there of the child's standard error, without waiting. */
void feed_read_errors(struct feed *f);

/* The next whole line of the child's standard error; after its end also a part of a line. NULL:
 * there is none. The caller frees it. */
char *feed_error_line(struct feed *f);

/* Whether the stream has ended, with an error or without. */
bool feed_ended(const struct feed *f);

/* Why the stream can't be read any further (it is damaged or cut), NULL: no error. */
const char *feed_trouble(const struct feed *f);

/* Sends one line on the control channel. False: there is no channel, or it can't be written to. */
bool feed_command(struct feed *f, const char *line);

/* The child's pid. 0: there is no child, or feed_child_gone() has returned true. */
pid_t feed_child(const struct feed *f);

/* An fd to poll for reading: it is readable when the child has ended. -1: there is no child, or
 * feed_child_gone() has returned true. */
int feed_child_fd(const struct feed *f);

/* Whether the child has ended. *status gets its exit status as a shell tells it: 128 + n if signal
 * n killed it. False if there is no child. */
bool feed_child_gone(const struct feed *f, int *status);

#endif
