/* The table of fields: for each type of event which fields it has, under which
 * names, of which kind and where in struct event they are. The encoder, the
 * decoder and the JSON sink walk it; doc/pcat-stream.5 is checked against it.
 *
 * A field "says something" unless it holds what its absence means: zero, false or
 * nothing for most kinds. Only fields that say something are written. */
#ifndef PCAT_EVENT_FIELDS_H
#define PCAT_EVENT_FIELDS_H

#include <stddef.h>

#include "event/event.h"

enum field_kind {
    FIELD_UINT,     /* uint64_t */
    FIELD_NUMBER,   /* uint64_t where 0 is a number like any other: always written */
    FIELD_CODE,     /* int64_t whose absence means -1 */
    FIELD_TOTAL,    /* uint64_t whose absence means: as much as the event's `len` */
    FIELD_TIME,     /* int64_t, CLOCK_REALTIME ns */
    FIELD_DURATION, /* int64_t, ns */
    FIELD_BOOL,     /* bool */
    FIELD_ANSWER,   /* bool, written also when false */
    FIELD_TEXT,     /* struct bytes, meant for people, not always UTF-8 */
    FIELD_ARGV,     /* struct bytes: strings, each with its NUL byte; an array outside */
    FIELD_HOW,      /* enum event_how, by name */
    FIELD_STREAM,   /* enum event_stream, by name */
    FIELD_PAYLOAD   /* struct bytes of a tracee; always the last field of its event */
};

struct field {
    const char *name;
    unsigned char name_len;
    unsigned char kind; /* enum field_kind */
    unsigned short offset;
};

struct fields {
    const struct field *list;
    size_t count;
};

/* The most fields that any event has. */
#define FIELDS_MAX 32

/* Fields of a type in the order in which they are written. None for EVENT_UNKNOWN. */
struct fields fields_of(enum event_type type);

/* The process that an event is about, 0: none. Of hello it is the engine. */
uint64_t event_pid(const struct event *ev);

/* False when a reader would assume the same without it. */
bool field_says_something(const struct field *f, const struct event *ev);

/* The field in ev: const uint64_t *, const struct bytes *, ... as its kind tells. */
static inline const void *field_get(const struct field *f, const struct event *ev)
{
    return (const char *)ev + f->offset;
}

static inline void *field_at(const struct field *f, struct event *ev)
{
    return (char *)ev + f->offset;
}

#endif
