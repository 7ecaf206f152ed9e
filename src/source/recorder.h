/* A recording made by the viewer: what it still holds, and then what comes. */
#ifndef PCAT_SOURCE_RECORDER_H
#define PCAT_SOURCE_RECORDER_H

#include <stdint.h>

#include "base/bytes.h"
#include "model/model.h"
#include "source/save.h"

struct recorder;

/* Begins: writes what the model holds of the source. Compressed when the name ends in .zst.
 * SAVE_DONE: *r is it. Else *said, if it was set, is a line for the user, to be freed. */
enum save_result recorder_new(struct recorder **r, struct model *m, struct source *source,
                              const char *path, bool overwrite, char **said);

/* Adds an event, as its bytes on the wire. 0, or -1 when the file can't be written any more. */
int recorder_event(struct recorder *r, const struct event *ev, struct bytes wire);

/* What it has so far goes to the file, so that others can read it. 0 or -1. */
int recorder_flush(struct recorder *r);

const char *recorder_name(const struct recorder *r); /* of the file, without directories */
uint64_t recorder_bytes(const struct recorder *r);   /* of events, before they are compressed */

/* Ends it and frees r. Returns a line for the user, to be freed; *failed: it tells of a failure. */
char *recorder_end(struct recorder *r, bool *failed);

#endif
