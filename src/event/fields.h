/* The table of fields. For each type of event it lists the fields: name, kind, and offset in struct
 * event. The encoder, the decoder and the JSON sink use it. A test checks doc/pcat-stream.5 against
 * it.
 *
 * Each kind has a default, which a reader assumes when the field is absent: zero, false or empty
 * for most kinds. A field "says something" if its value differs from the default. Only such fields
 * are written. */
#ifndef PCAT_EVENT_FIELDS_H
#define PCAT_EVENT_FIELDS_H

#include <stddef.h>

#include "event/event.h"

enum field_kind {
    FIELD_UINT,     /* uint64_t */
    FIELD_NUMBER,   /* uint64_t without a default: always written, also 0 */
    FIELD_CODE,     /* int64_t, default -1 */
    FIELD_TOTAL,    /* uint64_t, default: the event's `len` */
    FIELD_TIME,     /* int64_t, CLOCK_REALTIME ns */
    FIELD_DURATION, /* int64_t, ns */
    FIELD_BOOL,     /* bool */
    FIELD_ANSWER,   /* bool without a default: always written, also false */
    FIELD_TEXT,     /* struct bytes: text for people, not always valid UTF-8 */
    FIELD_ARGV,     /* struct bytes: strings that end with a NUL byte each; written as an array */
    FIELD_HOW,      /* enum event_how, written as its name */
    FIELD_STREAM,   /* enum event_stream, written as its name */
    FIELD_PAYLOAD   /* struct bytes: what a tracee wrote or read; always the last field */
};

struct field {
    const char *name;
    unsigned char name_len;
    unsigned char kind;    /* enum field_kind */
    unsigned short offset; /* in struct event */
};

struct fields {
    const struct field *list;
    size_t count;
};

/* No type of event has more fields than this. */
#define FIELDS_MAX 32

/* The fields of a type, in the order in which they are written. None for EVENT_UNKNOWN. */
struct fields fields_of(enum event_type type);

/* The pid that an event carries, 0: none. In a hello it is the engine's own. */
uint64_t event_pid(const struct event *ev);

/* Whether the value of f in ev differs from the default. Always true for kinds without one. */
bool field_says_something(const struct field *f, const struct event *ev);

/* A pointer to the value of f in ev. The kind of f tells its type: const uint64_t *,
 * const struct bytes *, ... */
static inline const void *field_get(const struct field *f, const struct event *ev)
{
    return (const char *)ev + f->offset;
}

/* The same, to change the value. */
static inline void *field_at(const struct field *f, struct event *ev)
{
    return (char *)ev + f->offset;
}

#endif
