/* Notices: what the user asked to be told about. A rule watches a scope for lines that match, for
 * the first line of each task on standard error, for processes that fail, or for silence. It
 * watches from the moment at which it is made. A line is matched once, when it is finished, in the
 * order of arrival. A line that has been evicted before it was looked at is not matched.
 *
 * This does no I/O and reads no clock. notices_work() matches lines in portions. notices_tick()
 * does everything else; it is given the time.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_NOTICE_H
#define PCAT_MODEL_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/view.h"

#define NOTICES_MAX 128      /* notices that wait to be taken */
#define NOTICE_RULES_MAX 64  /* rules at one time */
#define NOTICE_TEXT_MAX 1024 /* bytes, with the final NUL */

enum notice_kind {
    NOTICE_MATCH,   /* a line matches the pattern */
    NOTICE_STDERR,  /* the first line of a task on standard error */
    NOTICE_FAILED,  /* a process failed */
    NOTICE_SILENCE, /* nothing was printed for some time, and a task is alive */
    NOTICE_GAVE_UP  /* not a rule: the regex of a NOTICE_MATCH rule gave up on a line (regex.h). It
                       is told for the first such line of a rule. Such lines don't count as matches.
                       `text` is the pattern */
};

struct notice_rule {
    enum notice_kind kind;
    struct scope scope;
    const char *pattern; /* NOTICE_MATCH */
    int64_t silence;     /* NOTICE_SILENCE: for how long, ns */
    bool all;            /* look at what is held already, too */
};

struct notice {
    uint64_t rule; /* its number, see notices_watch() */
    enum notice_kind kind;
    uint64_t task;  /* id of the node; 0: none */
    uint64_t fd;    /* of the line */
    int64_t time;   /* CLOCK_REALTIME ns; NOTICE_SILENCE: of the last byte */
    uint64_t count; /* how many notices of its rule this one stands for: more than 1 only when too
                       many were waiting to be taken */
    char text[NOTICE_TEXT_MAX]; /* the plain text of the line, cut when too long; "" when none */
};

struct notices;

struct notices *notices_new(struct model *m);
/* Free it before the model. NULL is fine. */
void notices_free(struct notices *n);

/* Adds a rule. now: CLOCK_MONOTONIC ns. Returns the rule's number, from 1. 0: it can't be added,
 * and *cause tells why (the caller frees). */
uint64_t notices_watch(struct notices *n, const struct notice_rule *rule, int64_t now,
                       char **cause);
/* Removes the rules whose scope is equal to `scope`. Returns how many there were. */
size_t notices_unwatch(struct notices *n, struct scope scope);
/* How many rules have a scope that is equal to `scope`. */
size_t notices_rules(const struct notices *n, struct scope scope);

/* Drops all notices and passes over everything that the model holds now. For when the model shows
 * another instant of a recording. */
void notices_skip(struct notices *n);

/* Matches new lines, for about `budget` bytes. True: there is more to do. */
bool notices_work(struct notices *n, size_t budget);

/* Checks the rules that match no lines. now: CLOCK_MONOTONIC ns. Call it after the events that have
 * come were applied. */
void notices_tick(struct notices *n, int64_t now);

/* Takes the oldest notice. False: there is none. */
bool notices_take(struct notices *n, struct notice *out);

#endif
