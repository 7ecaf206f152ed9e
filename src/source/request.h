/* Commands for the capture side, with what is to be done once they are answered. */
#ifndef PCAT_SOURCE_REQUEST_H
#define PCAT_SOURCE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct ui;
struct source;
struct requests;

/* text: why it was not done; value: as it was given. */
typedef void request_fn(struct ui *ui, uint64_t value, bool ok, const char *text);

struct requests *requests_new(void);
void requests_free(struct requests *e);

/* Sends a command to a source, as soon as not too many others wait for their answers. When nobody
 * listens, fn is called at once. */
void request_send(struct ui *ui, const struct source *source, request_fn *fn, uint64_t value,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Hands out the answers that have come. */
void requests_tick(struct ui *ui);

#endif
