/* Parses times as the user types them:
 *
 * - "12:03", "12:03:04.5": local time, on the day of `newest`; on the day before when it would
 *   otherwise be later than `newest`
 * - "2026-11-26 12:03:04": a date, too; T may stand in place of the blank
 * - "-30s", "+1.5s", "-1m30s", "+20ms": relative to `here`; units are ms, s (the default), m, h, d
 * - "start", "end": `oldest`, `newest` */
#ifndef PCAT_UI_TIME_PARSE_H
#define PCAT_UI_TIME_PARSE_H

#include <stdbool.h>
#include <stdint.h>

struct when {
    int64_t oldest, newest; /* the range of all events, CLOCK_REALTIME ns */
    int64_t here;           /* the instant that is shown */
};

/* Parses an instant, CLOCK_REALTIME ns. False: the text is not a time. */
bool when_parse(const char *text, const struct when *w, int64_t *out);

/* Parses a duration into ns: "30", "1.5s", "5m"; never negative. False: the text is not a duration.
 */
bool when_span(const char *text, int64_t *out);

#endif
