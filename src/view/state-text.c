#include "view/state-text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND 1000000000

bool format_clock_offset(char out[FORMAT_MAX], const struct source *source)
{
    int64_t offset = source->clock_offset, size = offset < 0 ? -offset : offset;

    if (!source->clock_known || size <= source->clock_error || size < SECOND / 10)
        return false;
    if (size < 100 * (int64_t)SECOND)
        snprintf(out, FORMAT_MAX, "%+.1f s", (double)offset / SECOND);
    else if (size < 6000 * (int64_t)SECOND)
        snprintf(out, FORMAT_MAX, "%+.0f min", (double)offset / SECOND / 60);
    else
        snprintf(out, FORMAT_MAX, "%+.0f h", (double)offset / SECOND / 3600);
    return true;
}

static const char *format_end(char out[FORMAT_MAX], const struct task *t)
{
    const char *name = t->signal ? sigabbrev_np((int)t->signal) : NULL;

    if (!t->status_known)
        snprintf(out, FORMAT_MAX, "gone");
    else if (name)
        snprintf(out, FORMAT_MAX, "SIG%s%s", name, t->core ? " core" : "");
    else if (t->signal)
        snprintf(out, FORMAT_MAX, "signal %" PRIu64, t->signal);
    else
        snprintf(out, FORMAT_MAX, "exit %" PRId64, t->code);
    return out;
}

const char *format_state(char out[FORMAT_MAX], const struct task *t)
{
    switch (t->state) {
    case TASK_DEAD:
        return format_end(out, t);
    case TASK_STOPPED:
        snprintf(out, FORMAT_MAX, "stopped");
        break;
    case TASK_DETACHED:
        snprintf(out, FORMAT_MAX, t->source->ended ? "" : "let go");
        break;
    default:
        *out = '\0';
    }
    return out;
}
