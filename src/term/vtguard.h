/* Stands before libvterm: takes bytes that nobody vouches for, in any split, and hands on what it
 * can bear (0.1 goes round for ever, or astray, over some).
 *
 * Handed on are valid UTF-8, control characters and whole sequences. A control sequence is held
 * until it is whole, and dropped when it is too long; large numbers in it are cut. REP (CSI b)
 * becomes the characters that it stands for. Strings (OSC, DCS and the like) are dropped; but what
 * OSC 0 and 2 call the window is kept. A newline becomes CR LF unless the terminal is raw. */
#ifndef PCAT_TERM_VTGUARD_H
#define PCAT_TERM_VTGUARD_H

#include <stdbool.h>
#include <stddef.h>

#define VTGUARD_TITLE_MAX 256
#define VTGUARD_SEQUENCE_MAX 128 /* bytes of a control sequence */
#define VTGUARD_REPEAT_MAX 1000  /* characters that REP makes at the most */

enum vtguard_state {
    VTGUARD_GROUND,
    VTGUARD_ESCAPE,
    VTGUARD_CONTROL,   /* behind CSI */
    VTGUARD_STRING,    /* behind OSC and the like */
    VTGUARD_STRING_ESC /* and an ESC in it */
};

struct vtguard {
    void (*put)(void *user, const char *bytes, size_t len);
    void *user;
    bool raw;
    char title[VTGUARD_TITLE_MAX]; /* "" for none; any byte but NUL may be in it */
    /* Of vtguard.c alone. */
    enum vtguard_state state;
    char held[VTGUARD_SEQUENCE_MAX + VTGUARD_TITLE_MAX]; /* of the sequence, or the string */
    size_t nheld;
    bool too_long, osc;
    char begun[4]; /* of a character */
    size_t nbegun;
    char last[4]; /* the last character that was handed on */
    size_t nlast;
};

/* A zeroed struct with put and user set is ready. */
void vtguard_feed(struct vtguard *g, const char *bytes, size_t len);

/* Bytes are missing: what was begun is dropped. */
void vtguard_gap(struct vtguard *g);

#endif
