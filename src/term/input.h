/* Turns bytes from the terminal into key presses, mouse reports and pasted text. This module reads
 * no fd and never waits: the main loop pushes the bytes and keeps the timeout. */
#ifndef PCAT_TERM_INPUT_H
#define PCAT_TERM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Time in ms. When no byte follows an ESC for this long, it is the Escape key. */
#define INPUT_WAIT 50

enum input_kind { INPUT_KEY, INPUT_MOUSE, INPUT_PASTE };
enum input_mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input_event {
    enum input_kind kind;
    char key[32]; /* "j", "<C-d>", "<PageUp>", "<M-/>": the names that action.def uses */
    int32_t cp;   /* the character that the key types, 0: none */
    enum input_mouse mouse;
    int button, row, col; /* of the mouse; row and column count from 0 */
    const char *paste;    /* valid until the next call on the input */
    size_t paste_len;
};

struct input;

/* term: a terminal type of terminfo. utf8: the terminal sends UTF-8. Returns NULL when the type is
 * not known, with a message in *cause that the caller frees. */
struct input *input_new(const char *term, bool utf8, char **cause);
void input_free(struct input *in);

/* Adds bytes that were read from the terminal. */
void input_push(struct input *in, const void *data, size_t n);

/* Takes the next event. False: no event is complete yet. */
bool input_next(struct input *in, struct input_event *ev);

/* True while the bytes so far may be the beginning of a longer sequence. The caller calls
 * input_expire() when no byte follows within INPUT_WAIT ms: the bytes are then taken as they are,
 * or dropped. */
bool input_pending(const struct input *in);
void input_expire(struct input *in);

#endif
