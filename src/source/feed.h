/* Where events come from: a capture child of ours, or a file. It holds a stream
 * fd, a control fd and the child's standard error, and knows nothing of what the
 * events mean. */
#ifndef PCAT_SOURCE_FEED_H
#define PCAT_SOURCE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "event/reader.h"

struct feed;

/* Starts `pcat ARGS...` (args ends with NULL, without the program's name) with its stream,
 * control and standard error connected to us, in a process group of its own so that ^Z of
 * ours does not stop it. NULL with *cause (to be freed). */
struct feed *feed_start(char *const args[], reader_fn *fn, void *user, char **cause);

/* The same far away: `exec VIA pcat ARGS...` by the shell. What comes before the stream (a message
 * of the day) is skipped, 64 KiB of it at the most. When VIA has a word ssh, the arguments are
 * quoted once more, for the shell at the far end. */
struct feed *feed_start_via(const char *via, char *const args[], reader_fn *fn, void *user,
                            char **cause);

/* Reads a recording; fd becomes the feed's. The end of a file that a pcat is writing is not the
 * end. */
struct feed *feed_open(int fd, reader_fn *fn, void *user);

/* A recording in a file: another fd for its bytes, which are not compressed. -1: it is none. */
int feed_file(const struct feed *f);

/* How much of a file has been read, in percent; 100 for what is none, and at its end. */
int feed_progress(const struct feed *f);

/* It reads a file, compressed or not. */
bool feed_is_file(const struct feed *f);

/* Bytes of the stream up to the end of the event that is being handed on. */
uint64_t feed_offset(const struct feed *f);

/* Closes all ends: a child of ours then leaves by itself. */
void feed_free(struct feed *f);

/* At the end of a file that still grows: poll does not tell when, so feed_read() is to be called
 * now and then. */
bool feed_waits(const struct feed *f);

/* Fds to poll for reading, -1 when they have ended, or are of no use for that. */
int feed_fd(const struct feed *f);
int feed_errors_fd(const struct feed *f);

/* Reads what is there, `budget` bytes at the most, without waiting. Returns the bytes read;
 * the end closes the fd. */
size_t feed_read(struct feed *f, size_t budget);

/* The same for the child's standard error. */
void feed_read_errors(struct feed *f);

/* The next whole line of it (at the end of the stream also a part of one), or NULL. To be freed. */
char *feed_error_line(struct feed *f);

/* The stream has ended, well or not. */
bool feed_ended(const struct feed *f);

/* Why it can't be read on (damage, a cut), or NULL. */
const char *feed_trouble(const struct feed *f);

/* One line on the control channel. False when there is none or nobody listens. */
bool feed_command(struct feed *f, const char *line);

/* The child's pid, 0: there is none, or it is known to be gone. */
pid_t feed_child(const struct feed *f);

/* To poll for reading: it is gone then. -1: that is known, or there is none. */
int feed_child_fd(const struct feed *f);

/* Whether it is gone; *status gets what the shell would call its exit status (128 + n for signal
 * n). */
bool feed_child_gone(const struct feed *f, int *status);

#endif
