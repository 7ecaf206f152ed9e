/* What the user wants to be told of: a line that matches, the first line on standard error, a task
 * that failed, silence. A rule watches a scope from now on. Lines are matched when they are
 * finished, in the order in which they came, each once; a line that is no longer held when it is
 * come to is not looked at.
 *
 * No I/O, no clock: lines in portions, the rest when the time is told. */
#ifndef PCAT_MODEL_NOTICE_H
#define PCAT_MODEL_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/view.h"

#define NOTICES_MAX 128     /* not yet taken: more of a rule are counted with its last one */
#define NOTICE_RULES_MAX 64 /* of them there may be */
#define NOTICE_TEXT_MAX 1024

enum notice_kind {
    NOTICE_MATCH,
    NOTICE_STDERR,
    NOTICE_FAILED,
    NOTICE_SILENCE,
    NOTICE_GAVE_UP /* no rule: that of a match has come to a line on which its pattern gives up. It
                      tells of the first one; none of them counts as a match. The text is the
                      pattern
                    */
};

struct notice_rule {
    enum notice_kind kind;
    struct scope scope;
    const char *pattern; /* of a match */
    int64_t silence;     /* ns without a byte */
    bool all;            /* what is held already, too */
};

struct notice {
    uint64_t rule; /* as notices_watch() gave it */
    enum notice_kind kind;
    uint64_t task;              /* id; 0: nobody's */
    uint64_t fd;                /* of the line */
    int64_t time;               /* CLOCK_REALTIME ns; of silence: of the last byte */
    uint64_t count;             /* how often, since the notice of its rule before */
    char text[NOTICE_TEXT_MAX]; /* the line, plain and perhaps cut; "" when there is none */
};

struct notices;

struct notices *notices_new(struct model *m);
/* Before the model goes. NULL is fine. */
void notices_free(struct notices *n);

/* Begins to watch, now: CLOCK_MONOTONIC ns. Returns the rule's number, from 1; 0 with *cause (to be
 * freed). */
uint64_t notices_watch(struct notices *n, const struct notice_rule *rule, int64_t now,
                       char **cause);
/* Ends the rules for just that scope. Returns how many there were. */
size_t notices_unwatch(struct notices *n, struct scope scope);
/* Rules for just that scope. */
size_t notices_of(const struct notices *n, struct scope scope);

/* What is held by now is none of theirs: another instant of a recording is shown. */
void notices_skip(struct notices *n);

/* Looks at lines, for about `budget` bytes. True: there is more to do. */
bool notices_work(struct notices *n, size_t budget);

/* now: CLOCK_MONOTONIC ns, after what came was applied. */
void notices_tick(struct notices *n, int64_t now);

/* The oldest that was not taken yet. False: there is none. */
bool notices_take(struct notices *n, struct notice *out);

#endif
