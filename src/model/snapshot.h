/* Turns the state of the model into events again. A recording that starts while the viewer is
 * running begins with them. Applied to another model, they give the state that is still known here.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_SNAPSHOT_H
#define PCAT_MODEL_SNAPSHOT_H

#include "model/model.h"

/* Calls fn for each event, in order of time, with seq from 1. The events tell what is known of the
 * source, its tasks and their fds, and all output that is held. The lines that one write began
 * become one write again. What an event points to is valid during the call. Calls nothing when no
 * `hello` event has come from the source. */
void model_snapshot(struct model *m, struct source *source,
                    void (*fn)(void *user, const struct event *ev), void *user);

#endif
