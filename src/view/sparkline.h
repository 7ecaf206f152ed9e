/* Sparklines: amounts as a row of small bars, one cell each. */
#ifndef PCAT_VIEW_SPARKLINE_H
#define PCAT_VIEW_SPARKLINE_H

#include <stdint.h>

#include "model/tree.h"
#include "term/canvas.h"

#define SPARK_LEVELS 8

/* The height of a bar for a rate in bytes a second: 0 (none) to SPARK_LEVELS. Each level is five
 * times the one below: level 1 begins at 1 B/s, the highest at about 80 KB/s. */
int spark_rate(uint64_t bytes);
/* The height of a bar for `part` of `most`: by the square root, so that small amounts stay
 * visible. */
int spark_share(uint64_t part, uint64_t most);

/* Draws one bar. Level 0 leaves the cell unchanged. */
void spark_draw(struct area a, int row, int col, int level, struct style style);

/* Draws the output of a task (below: and of all its descendants) over the last seconds, one cell a
 * second, the second `last` at the right end of the area. */
void spark_task(struct area a, const struct task *t, bool below, int64_t last, struct style style);

#endif
