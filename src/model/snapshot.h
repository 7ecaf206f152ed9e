/* The model's state as events again: what a recording begins with that is made from a viewer that
 * runs already. Applied to another model they give what is still known here. */
#ifndef PCAT_MODEL_SNAPSHOT_H
#define PCAT_MODEL_SNAPSHOT_H

#include "model/model.h"

/* Calls fn for each event, in order of time, with seq from 1: what is known of the source, its
 * tasks and fds, and all output that is held. Lines are told by the write that began them. What an
 * event points to is valid during the call. No hello came from the source yet: nothing is told. */
void model_snapshot(struct model *m, struct source *source,
                    void (*fn)(void *user, const struct event *ev), void *user);

#endif
