/* Commands for the capture side, with what is to be done once they are answered. */
#ifndef PCAT_SOURCE_REQUEST_H
#define PCAT_SOURCE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct source;
struct requests;

/* Sends a command to a source. Returns its number, 0: nobody listens. */
typedef uint64_t request_sender(void *user, const struct source *source, const char *command);

/* text: why it was not done; value: as it was given. */
typedef void request_fn(void *user, uint64_t value, bool ok, const char *text);

/* Commands go by send, with sender; answers are given with user. send is NULL: nobody listens. */
struct requests *requests_new(request_sender *send, void *sender, void *user);
void requests_free(struct requests *e);

/* Sends a command to a source, as soon as not too many others wait for their answers. When nobody
 * listens, fn is called at once. */
void request_send(struct requests *e, const struct source *source, request_fn *fn, uint64_t value,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Hands out the answers that have come. */
void requests_tick(struct requests *e);

#endif
