/* The prompt: one line of input at the bottom of the screen, with history. Its text is UTF-8;
 * editing goes by characters. */
#ifndef PCAT_VIEW_PROMPT_H
#define PCAT_VIEW_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "term/canvas.h"

struct prompt;

struct prompt *prompt_new(void);
void prompt_free(struct prompt *p);

/* Opens it. kind: the history to use ('/', '&', ':', 's'); each kind has a history of its own.
 * label: drawn before the text. text: to begin with, NULL: empty. The strings are copied. */
void prompt_open(struct prompt *p, char kind, const char *label, const char *text);
void prompt_close(struct prompt *p);
bool prompt_is_open(const struct prompt *p);

/* The kind that it was opened with. */
char prompt_kind(const struct prompt *p);
/* The text; the prompt's own, valid until the next edit. */
const char *prompt_text(const struct prompt *p);

/* Adds the text to the history of its kind; an empty text is not added. */
void prompt_remember(struct prompt *p);

/* Shows an error message under the prompt until the next edit. at: the byte of the text that it
 * points to, -1: none. NULL removes the message. */
void prompt_complain(struct prompt *p, const char *message, int at);
/* Shows a note under the prompt until the next edit; an error message hides it. bad: drawn as an
 * error. NULL removes the note. */
void prompt_set_note(struct prompt *p, const char *note, bool bad);
/* Whether it shows an error message. */
bool prompt_complains(const struct prompt *p);

/* Editing at the cursor. Control characters become blanks or are ignored. dir: < 0 goes left. */
void prompt_insert(struct prompt *p, const char *text, size_t n);
void prompt_insert_char(struct prompt *p, int32_t cp);
void prompt_move(struct prompt *p, int chars);
void prompt_home(struct prompt *p);
void prompt_end(struct prompt *p);
void prompt_move_word(struct prompt *p, int dir);
void prompt_erase(struct prompt *p, int chars); /* < 0: before the cursor */
void prompt_erase_word(struct prompt *p);
void prompt_erase_to_start(struct prompt *p);
void prompt_erase_to_end(struct prompt *p);
void prompt_history(struct prompt *p, int dir);      /* < 0: older */
void prompt_set(struct prompt *p, const char *text); /* replaces the text */

/* Its height: 1 row, or 2 with a message or a note. */
int prompt_rows(const struct prompt *p);

/* Draws it and sets the cursor of the screen. */
void prompt_draw(const struct prompt *p, struct area a);

#endif
