/* A filter in front of libvterm. It takes untrusted bytes, in pieces of any size, and passes on
 * only input that libvterm 0.1 handles safely: some other input makes it loop for ever or
 * misbehave.
 *
 * Valid UTF-8, control characters and complete escape sequences pass. A control sequence is held
 * back until it is complete, and dropped when it is too long; of a long number only the first
 * digits pass. REP (CSI b) becomes the characters that it repeats. Strings (OSC, DCS and the like)
 * are dropped, but the window title of OSC 0 and OSC 2 is kept. A newline becomes CR LF unless the
 * terminal is raw. */
#ifndef PCAT_TERM_VTGUARD_H
#define PCAT_TERM_VTGUARD_H

#include <stdbool.h>
#include <stddef.h>

#define VTGUARD_TITLE_MAX 256
#define VTGUARD_SEQUENCE_MAX 128 /* bytes of a control sequence */
#define VTGUARD_REPEAT_MAX 1000  /* how often REP repeats at most */

enum vtguard_state {
    VTGUARD_GROUND,
    VTGUARD_ESCAPE,
    VTGUARD_CONTROL,   /* after CSI */
    VTGUARD_STRING,    /* after OSC, DCS and the like */
    VTGUARD_STRING_ESC /* after an ESC in a string */
};

struct vtguard {
    void (*put)(void *user, const char *bytes, size_t len); /* takes the bytes that pass */
    void *user;
    bool raw;                      /* a newline stays a newline */
    char title[VTGUARD_TITLE_MAX]; /* the window title, "" for none; any bytes except NUL */
    /* Private to vtguard.c. */
    enum vtguard_state state;
    char held[VTGUARD_SEQUENCE_MAX + VTGUARD_TITLE_MAX]; /* of a sequence or string */
    size_t nheld;
    bool too_long;   /* held is full: a sequence is dropped, a title cut */
    bool osc;        /* the string is an OSC */
    char partial[4]; /* the first bytes of an incomplete character */
    size_t npartial;
    char last[4]; /* the last character that passed, for REP */
    size_t nlast;
};

/* Filters bytes. g is a zeroed struct with put and user set. */
void vtguard_feed(struct vtguard *g, const char *bytes, size_t len);

/* Bytes are missing here: an incomplete character, sequence or string is dropped. */
void vtguard_gap(struct vtguard *g);

#endif
