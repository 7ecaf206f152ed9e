/* The state of a task, and the clock of a source, as short text. */
#ifndef PCAT_VIEW_STATE_TEXT_H
#define PCAT_VIEW_STATE_TEXT_H

#include <stdbool.h>

#include "base/format.h"
#include "model/model.h"

/* The offset of the clock of the source's machine from ours: "+3.2 s". False: it is not known, or
 * not more than the error of the measurement or a tenth of a second. */
bool format_clock_offset(char out[FORMAT_MAX], const struct source *source);

/* The state of a task: "exit 1", "SIGKILL", "gone", "stopped", "let go"; "" while it runs, and when
 * it still ran at the end of the capture. Returns out. */
const char *format_state(char out[FORMAT_MAX], const struct task *t);

#endif
