/* One line of input at the bottom of the screen, with history. It holds UTF-8
 * and edits by character. */
#ifndef PCAT_VIEW_PROMPT_H
#define PCAT_VIEW_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "term/canvas.h"

struct prompt;

struct prompt *prompt_new(void);
void prompt_free(struct prompt *p);

/* Opens it. kind chooses the history ('/', '&', ':', 's'): lines of one kind never turn
 * up in another. label is drawn before the text. */
void prompt_open(struct prompt *p, char kind, const char *label, const char *text);
void prompt_close(struct prompt *p);
bool prompt_is_open(const struct prompt *p);

char prompt_kind(const struct prompt *p);
const char *prompt_text(const struct prompt *p);

/* Puts the text into the history of its kind. */
void prompt_remember(struct prompt *p);

/* A message under the prompt, and where in the text it points (bytes, -1: nowhere). It goes
 * with the next edit. NULL takes it away. */
void prompt_complain(struct prompt *p, const char *message, int at);
/* What stands there while there is no complaint; NULL: nothing, and the prompt is one row high. It
 * goes with the next edit. */
void prompt_set_note(struct prompt *p, const char *note, bool bad);
bool prompt_complains(const struct prompt *p);

/* Editing. */
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
void prompt_history(struct prompt *p, int dir); /* < 0: older */
void prompt_set(struct prompt *p, const char *text);

/* Rows it wants: 1, or 2 with a message or a note. */
int prompt_rows(const struct prompt *p);

void prompt_draw(const struct prompt *p, struct area a);

#endif
