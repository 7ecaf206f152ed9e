/* The state of a task, and the clock of a source, as short text. */
#ifndef PCAT_VIEW_STATE_TEXT_H
#define PCAT_VIEW_STATE_TEXT_H

#include <stdbool.h>

#include "base/format.h"
#include "model/model.h"

/* By how much the clock of its machine is before or behind ours, "+3.2 s". False: by no more than
 * was measured, or a tenth of a second. */
bool format_clock_offset(char out[FORMAT_MAX], const struct source *source);

/* How a task ended or stands: "exit 1", "SIGKILL", "stopped", "let go"; "" while it runs, and
 * when it ran as the capture ended. */
const char *format_state(char out[FORMAT_MAX], const struct task *t);

#endif
