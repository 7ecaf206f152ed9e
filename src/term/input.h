/* Bytes of the terminal to keys, mouse reports and pasted text. It reads no fd
 * and waits for nothing: the loop pushes bytes and keeps the deadline. */
#ifndef PCAT_TERM_INPUT_H
#define PCAT_TERM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long, in ms, a lone ESC waits for a rest before it is the Escape key. */
#define INPUT_WAIT 50

enum input_kind { INPUT_KEY, INPUT_MOUSE, INPUT_PASTE };
enum input_mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input_event {
    enum input_kind kind;
    char key[32];           /* "j", "<C-d>", "<PageUp>", "<M-/>": the names that action.def uses */
    int32_t cp;             /* the character that it types, 0: none */
    enum input_mouse mouse; /* and where, from 0 */
    int button, row, col;
    const char *paste; /* valid until the next call on the input */
    size_t paste_len;
};

struct input;

/* term is a name of terminfo. NULL with *cause (to be freed) when it is not known. */
struct input *input_new(const char *term, bool utf8, char **cause);
void input_free(struct input *in);

void input_push(struct input *in, const void *data, size_t n);

/* The next thing that happened; false when there is none yet. */
bool input_next(struct input *in, struct input_event *ev);

/* Bytes are held that may be the beginning of something: call input_expire() if
 * nothing more comes within INPUT_WAIT. */
bool input_pending(const struct input *in);
void input_expire(struct input *in);

#endif
