/* What a user says for an instant:
 *
 *   12:03  12:03:04.5           local time of the day of `newest`; of the day before when that
 * would be after it 2026-11-26 12:03:04         with T in place of the blank, too -30s  +1.5s
 * -1m30s  +20ms  from `here` on; units are ms, s (also without), m, h and d start  end `oldest`,
 * `newest` */
#ifndef PCAT_UI_TIME_PARSE_H
#define PCAT_UI_TIME_PARSE_H

#include <stdbool.h>
#include <stdint.h>

struct when {
    int64_t oldest, newest, here; /* CLOCK_REALTIME ns */
};

/* False: it is no time. */
bool when_parse(const char *text, const struct when *w, int64_t *out);

/* A span alone: "30", "1.5s", "5m"; never below 0. False: it is none. */
bool when_span(const char *text, int64_t *out);

#endif
