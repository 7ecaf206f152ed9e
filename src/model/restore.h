/* Brings a model back to an earlier state: first the tree, by the events that shaped it, then the
 * end of each stream's output, then the counters. chapters.c does this from its index.
 *
 * Public: other rooms call model_clear() and model_restored(). The rest is for the model's own
 * files. */
#ifndef PCAT_MODEL_RESTORE_H
#define PCAT_MODEL_RESTORE_H

#include "model/model.h"
#include "model/store.h"

/* The counters of a stream. The fields are those of struct stream. */
struct stream_sum {
    uint64_t end, end_line, writes, lost_writes, lost_bytes, unavailable_bytes;
    int64_t duration;
    struct moment last;
    uint32_t times[STREAM_TIMES];
    enum line_kind tail;
    bool open;
};

/* The counters of a source, and the order of the model's last event. */
struct source_sum {
    uint64_t order, events, last_seq, bytes, writes, lost_bytes, lost_writes;
    int64_t first_time, last_time;
};

/* A model that counts bytes and lines but keeps no output. Free it with model_free(). */
struct model *model_new_counter(void);

/* The present counters. */
struct stream_sum stream_sum(const struct stream *s);
struct source_sum source_sum(const struct model *m, const struct source *source);

/* Empties the model, as if no event had come. Sources and views stay. Ids start at 1 again. Views
 * remember what they showed, and show it again after model_restored(). */
void model_clear(struct model *m);

/* From now on model_timeline(m) is the timeline of `from`, which must live longer than m. */
void model_borrow_timeline(struct model *m, const struct model *from);

/* Applies what an event means for the tree alone. Of output, only the task, its name and the stream
 * are made. order: number of the event, from 1. */
void model_shape(struct model *m, struct source *source, const struct event *e, uint64_t order);

/* Adds the bytes or the mark of an event (write, read or lost) to a stream, without counting them.
 * stream: its id. order: number of the event. */
void model_restore_output(struct model *m, uint64_t stream, const struct event *e, uint64_t order);
/* Sets the counters of a stream, after its output was restored. The bytes and lines that it holds
 * become the last ones of that many. It becomes the most recently active stream. */
void model_restore_stream(struct model *m, uint64_t stream, const struct stream_sum *sum);
/* Sets the counters of a source. */
void model_restore_source(struct model *m, struct source *source, const struct source_sum *sum);

/* Call it when the state is complete: views are built anew. */
void model_restored(struct model *m);

#endif
