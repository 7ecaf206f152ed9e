/* Numbers and times as short text. Each function writes to out, NUL-terminated, and returns it. */
#ifndef PCAT_BASE_FORMAT_H
#define PCAT_BASE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Room enough for each of the functions here. */
#define FORMAT_MAX 48

/* "999 B", "1.2 KB", "34 MB". */
const char *format_bytes(char out[FORMAT_MAX], uint64_t n);
/* "999", "1.2K", "34M": at most 4 characters. */
const char *format_short(char out[FORMAT_MAX], uint64_t n);
/* 1234567 as "1,234,567". */
const char *format_count(char out[FORMAT_MAX], uint64_t n);

/* Local time of day. time: CLOCK_REALTIME ns. "12:03:04"; with ms "12:03:04.567". */
const char *format_clock(char out[FORMAT_MAX], int64_t time);
const char *format_clock_ms(char out[FORMAT_MAX], int64_t time);
/* The same with microseconds: "12:03:04.123456". */
const char *format_clock_us(char out[FORMAT_MAX], int64_t time);
/* A span of ns with its sign and all its microseconds: "+1.234567 s", "-1:02:03.000004". */
const char *format_delta(char out[FORMAT_MAX], int64_t span);
/* A span of ns as seconds, or from an hour on as h:mm:ss: "0.004", "12.345", "1:02:03". A negative
 * span counts as 0. */
const char *format_span(char out[FORMAT_MAX], int64_t span);

/* The duration of a call, span in ns: "850 ns", "3.2 us", "12 ms", "4.0 s". */
const char *format_took(char out[FORMAT_MAX], int64_t span);

/* The age of something, span in ns: "120 ms", "3.2 s", "59 s", "12 min", "3 h 20 min". From 1 to
 * FORMAT_TENTHS seconds with one decimal place. */
#define FORMAT_TENTHS 10
const char *format_age(char out[FORMAT_MAX], int64_t span);

#endif
