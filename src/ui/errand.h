/* Commands for the capture side, with what is to be done once they are answered. */
#ifndef PCAT_UI_ERRAND_H
#define PCAT_UI_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

struct ui;
struct source;
struct errands;

/* text: why it was not done; value: as it was given. */
typedef void errand_fn(struct ui *ui, uint64_t value, bool ok, const char *text);

struct errands *errands_new(void);
void errands_free(struct errands *e);

/* Sends a command to a source, as soon as not too many others wait for their answers. When nobody
 * listens, fn is called at once. */
void errand_send(struct ui *ui, const struct source *source, errand_fn *fn, uint64_t value,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Hands out the answers that have come. */
void errands_tick(struct ui *ui);

#endif
