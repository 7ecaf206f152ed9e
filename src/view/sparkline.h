/* Amounts as small bars: a row of cells that says where much was and where little. */
#ifndef PCAT_VIEW_SPARKLINE_H
#define PCAT_VIEW_SPARKLINE_H

#include <stdint.h>

#include "model/tree.h"
#include "term/canvas.h"

#define SPARK_LEVELS 8

/* Bytes a second as a level, 0 (none) to SPARK_LEVELS: each step is five times as much, from
 * 1 B/s to 80 KB/s. */
int spark_rate(uint64_t bytes);
/* A part of the most there is, as a level: by the square root, so that little is still seen. */
int spark_share(uint64_t part, uint64_t most);

/* Level 0 leaves the cell as it is. */
void spark_draw(struct area a, int row, int col, int level, struct style style);

/* The output of a task, with all below it if `below`, in the seconds up to `last`; the newest at
 * the right of the area, a cell a second. */
void spark_task(struct area a, const struct task *t, bool below, int64_t last, struct style style);

#endif
