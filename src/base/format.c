#include "base/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000

/* Writes n in the smallest unit (powers of 1024) that needs at most three digits, with one decimal
 * place below 10. */
static void scale(char *out, uint64_t n, const char *space, const char *unit_end)
{
    static const char units[] = "KMGTPE";
    double x = (double)n;
    int unit = -1;

    while (x >= 999.5) {
        x /= 1024;
        unit++;
    }
    if (unit < 0)
        snprintf(out, FORMAT_MAX, "%" PRIu64 "%s%s", n, space, unit_end);
    else
        snprintf(out, FORMAT_MAX, "%.*f%s%c%s", x < 9.95 ? 1 : 0, x, space, units[unit], unit_end);
}

const char *format_bytes(char out[FORMAT_MAX], uint64_t n)
{
    scale(out, n, " ", "B");
    return out;
}

const char *format_short(char out[FORMAT_MAX], uint64_t n)
{
    scale(out, n, "", "");
    return out;
}

const char *format_count(char out[FORMAT_MAX], uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *format_clock(char out[FORMAT_MAX], int64_t time)
{
    time_t seconds = (time_t)(time / SECOND);
    struct tm tm;

    if (!localtime_r(&seconds, &tm))
        memset(&tm, 0, sizeof tm);
    strftime(out, FORMAT_MAX, "%H:%M:%S", &tm);
    return out;
}

const char *format_clock_ms(char out[FORMAT_MAX], int64_t time)
{
    format_clock(out, time);
    size_t len = strlen(out);
    snprintf(out + len, FORMAT_MAX - len, ".%03d", (int)(time % SECOND / 1000000));
    return out;
}

const char *format_clock_us(char out[FORMAT_MAX], int64_t time)
{
    format_clock(out, time);
    size_t len = strlen(out);
    snprintf(out + len, FORMAT_MAX - len, ".%06d", (int)(time % SECOND / 1000));
    return out;
}

const char *format_delta(char out[FORMAT_MAX], int64_t span)
{
    char sign = span < 0 ? '-' : '+';
    uint64_t us = (span < 0 ? -(uint64_t)span : (uint64_t)span) / 1000, s = us / 1000000;

    us %= 1000000;
    if (s < 3600)
        snprintf(out, FORMAT_MAX, "%c%" PRIu64 ".%06" PRIu64 " s", sign, s, us);
    else
        snprintf(out, FORMAT_MAX, "%c%" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%06" PRIu64, sign,
                 s / 3600, s / 60 % 60, s % 60, us);
    return out;
}

const char *format_span(char out[FORMAT_MAX], int64_t span)
{
    int64_t ms = span / 1000000;

    if (ms < 0)
        ms = 0;
    if (ms < 3600 * 1000)
        snprintf(out, FORMAT_MAX, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
    else
        snprintf(out, FORMAT_MAX, "%" PRId64 ":%02d:%02d", ms / 3600000, (int)(ms / 60000 % 60),
                 (int)(ms / 1000 % 60));
    return out;
}

const char *format_took(char out[FORMAT_MAX], int64_t span)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    double x = (double)(span > 0 ? span : 0);
    int unit = 0;

    for (; x >= 999.5 && unit < 3; unit++)
        x /= 1000;
    snprintf(out, FORMAT_MAX, "%.*f %s", unit > 0 && x < 9.95 ? 1 : 0, x, units[unit]);
    return out;
}

const char *format_age(char out[FORMAT_MAX], int64_t span)
{
    int64_t tenths = span > 0 ? span / (SECOND / 10) : 0, seconds = tenths / 10;

    if (seconds < 1)
        snprintf(out, FORMAT_MAX, "%d ms", span > 0 ? (int)(span / 1000000) : 0);
    else if (seconds < FORMAT_TENTHS)
        snprintf(out, FORMAT_MAX, "%" PRId64 ".%d s", seconds, (int)(tenths % 10));
    else if (seconds < 120)
        snprintf(out, FORMAT_MAX, "%" PRId64 " s", seconds);
    else if (seconds < 7200)
        snprintf(out, FORMAT_MAX, "%" PRId64 " min", seconds / 60);
    else
        snprintf(out, FORMAT_MAX, "%" PRId64 " h %d min", seconds / 3600, (int)(seconds / 60 % 60));
    return out;
}
