/* Records from the viewer to a file: first what the model still holds, then all further events. */
#ifndef PCAT_SOURCE_RECORDER_H
#define PCAT_SOURCE_RECORDER_H

#include <stdint.h>

#include "base/bytes.h"
#include "model/model.h"
#include "source/save.h"

struct recorder;

/* Opens the file (see save_open()) and writes what the model holds of the source. It is compressed
 * if path ends in ".zst". SAVE_DONE: *r is the recorder. SAVE_FAILED: *said is a line for the user,
 * which the caller frees. */
enum save_result recorder_new(struct recorder **r, struct model *m, struct source *source,
                              const char *path, bool overwrite, char **said);

/* Adds an event; wire is its encoding. Returns 0, or -1 if the file can't be written any more. */
int recorder_event(struct recorder *r, const struct event *ev, struct bytes wire);

/* Writes all events so far to the file, so that other programs can read them. Returns 0 or -1. */
int recorder_flush(struct recorder *r);

const char *recorder_name(const struct recorder *r); /* of the file, without directories */
uint64_t recorder_bytes(const struct recorder *r);   /* of events, before compression */

/* Ends the recording and frees r. Returns a line for the user, which the caller frees. *failed:
 * whether that line reports a failure. */
char *recorder_end(struct recorder *r, bool *failed);

#endif
