/* A model that is brought to a state again which events led to before (chapters.h): the
 * tree by the events that shaped it, the output by its counters. */
#ifndef PCAT_MODEL_RESTORE_H
#define PCAT_MODEL_RESTORE_H

#include "model/model.h"
#include "model/store.h"

/* All that a stream has counted. */
struct stream_sum {
    uint64_t end, end_line, writes, lost_writes, lost_bytes, unavailable_bytes;
    int64_t duration;
    struct moment last;
    uint32_t times[STREAM_TIMES];
    enum line_kind tail;
    bool open;
};

/* And its source, with the order of the latest event. */
struct source_sum {
    uint64_t order, events, last_seq, bytes, writes, lost_bytes, lost_writes;
    int64_t first_time, last_time;
};

/* A model that counts bytes and lines and keeps none. */
struct model *model_new_counter(void);

struct stream_sum stream_sum(const struct stream *s);
struct source_sum source_sum(const struct model *m, const struct source *source);

/* Nothing has come yet. Sources stay, and views, which look at the same again as soon as it is
 * there: see model_restored(). Ids begin anew. */
void model_clear(struct model *m);

/* model_timeline() is that of the other from now on, which lives longer. */
void model_borrow_timeline(struct model *m, const struct model *from);

/* What an event means for the tree alone: of output no more than that there is some. order: its
 * number. */
void model_shape(struct model *m, struct source *source, const struct event *e, uint64_t order);

/* Bytes or marks of the end of a stream, before its counters. */
void model_restore_output(struct model *m, uint64_t stream, const struct event *e, uint64_t order);
/* Its counters; what it holds is the end of that. It becomes the most recently active. */
void model_restore_stream(struct model *m, uint64_t stream, const struct stream_sum *sum);
void model_restore_source(struct model *m, struct source *source, const struct source_sum *sum);

/* The state is complete: views begin anew. */
void model_restored(struct model *m);

#endif
