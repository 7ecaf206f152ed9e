/* Sends commands to the capture children, and calls a function when the reply comes. */
#ifndef PCAT_SOURCE_REQUEST_H
#define PCAT_SOURCE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct source;
struct requests;

/* Sends a command to the capture child of a source. Returns the command's number, 0: it can't be
 * sent. */
typedef uint64_t request_sender(void *user, const struct source *source, const char *command);

/* Called with the reply. ok: the command was carried out; text: the text of the reply, the reason
 * if it was not; value: the argument of request_send(). */
typedef void request_fn(void *user, uint64_t value, bool ok, const char *text);

/* Commands are sent by send(sender, ...), NULL: none can be sent. user is passed to each
 * request_fn. */
struct requests *requests_new(request_sender *send, void *sender, void *user);
void requests_free(struct requests *r);

/* Sends a command, or queues it while many others wait for their replies. If it can't be sent, fn
 * is called with ok false, maybe before this returns. fn may send further commands. */
void request_send(struct requests *r, const struct source *source, request_fn *fn, uint64_t value,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Calls the functions of the commands whose reply has come, or whose source has ended. Then sends
 * queued commands. */
void requests_tick(struct requests *r);

#endif
