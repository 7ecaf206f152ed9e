/* Parses instants and durations. Durations are limited, so that no sum overflows. */
#include "ui/time-parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND ((int64_t)1000000000)
#define SPAN_MAX ((int64_t)1 << 60)

/* Takes a decimal number from the text: its whole part, and its fraction in billionths. False:
 * there is no digit. */
static bool take_number(const char **text, int64_t *whole, int64_t *billionths)
{
    const char *s = *text;
    int64_t scale = SECOND / 10;

    *whole = *billionths = 0;
    for (; *s >= '0' && *s <= '9' && *whole < SPAN_MAX / 100000; s++)
        *whole = *whole * 10 + (*s - '0');
    bool digits = s > *text;
    if (*s == '.') {
        for (s++; *s >= '0' && *s <= '9'; s++, scale /= 10)
            *billionths += (*s - '0') * scale;
        digits = digits || scale < SECOND / 10;
    }
    *text = s;
    return digits;
}

/* Takes a unit from the text. Returns its ns; 0: it is not a unit. */
static int64_t take_unit(const char **text)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ms", SECOND / 1000},
                 {"s", SECOND},
                 {"m", 60 * SECOND},
                 {"h", 3600 * SECOND},
                 {"d", 86400 * SECOND}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t len = strlen(units[i].name);
        if (strncmp(*text, units[i].name, len) == 0) {
            *text += len;
            return units[i].ns;
        }
    }
    return **text ? 0 : SECOND;
}

bool when_span(const char *text, int64_t *out)
{
    int64_t whole, part;

    *out = 0;
    do {
        if (!take_number(&text, &whole, &part))
            return false;
        int64_t unit = take_unit(&text);
        if (unit == 0 || whole > (SPAN_MAX - *out) / unit - 1)
            return false;
        *out += whole * unit + (int64_t)((double)part / (double)SECOND * (double)unit);
    } while (*text);
    return true;
}

/* Parses "12:03" or "12:03:04.5" into *tm and *ns. */
static bool take_clock(const char *text, struct tm *tm, int64_t *ns)
{
    int hour, minute, second = 0, end = 0;
    int64_t whole;

    *ns = 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &end) != 2)
        return false;
    text += end;
    if (*text == ':') {
        if (sscanf(text, ":%2d%n", &second, &end) != 1)
            return false;
        text += end;
        if (*text == '.' && !take_number(&text, &whole, ns))
            return false;
    }
    if (*text || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    tm->tm_hour = hour;
    tm->tm_min = minute;
    tm->tm_sec = second;
    tm->tm_isdst = -1;
    return true;
}

static bool take_date(const char **text, struct tm *tm)
{
    int year, month, day, end = 0;

    if (sscanf(*text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || !end)
        return false;
    char blank = (*text)[end];
    if ((blank != ' ' && blank != 'T') || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *text += end + 1;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return true;
}

static bool take_time_of_day(const char *text, const struct when *w, int64_t *out)
{
    time_t newest = (time_t)(w->newest / SECOND);
    struct tm tm;
    int64_t ns;

    if (!localtime_r(&newest, &tm))
        return false;
    bool dated = take_date(&text, &tm);
    if (!take_clock(text, &tm, &ns))
        return false;
    time_t t = mktime(&tm);
    if (!dated && t > newest) {
        tm.tm_mday--;
        tm.tm_isdst = -1;
        t = mktime(&tm);
    }
    *out = (int64_t)t * SECOND + ns;
    return true;
}

bool when_parse(const char *text, const struct when *w, int64_t *out)
{
    int64_t span;

    if (strcmp(text, "start") == 0 || strcmp(text, "end") == 0) {
        *out = *text == 's' ? w->oldest : w->newest;
        return true;
    }
    if (*text != '-' && *text != '+')
        return take_time_of_day(text, w, out);
    if (!when_span(text + 1, &span))
        return false;
    *out = *text == '-' ? w->here - span : w->here + span;
    return true;
}
