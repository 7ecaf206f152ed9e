/* The terminal: the only module that knows curses. One may be open at a time.
 *
 * Besides what ncurses writes, only the fixed strings at the top of term.c are ever
 * written to the terminal (mouse and paste modes, the clipboard, the restore string). */
#ifndef PCAT_TERM_TERM_H
#define PCAT_TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "term/canvas.h"

#define TERM_MIN_ROWS 5
#define TERM_MIN_COLS 20
#define TERM_COPY_MAX 74994 /* what xterm takes: 100,000 bytes with all around it */

struct terminal;

/* Whether a terminal can be opened: tty on 0 and 1, TERM known and able, size. 0, or -1
 * with one line for the user in *cause (to be freed). Writes nothing. */
int terminal_check(char **cause);

/* Takes the terminal: alternate screen, raw keys, mouse and paste reports. Signals must be
 * blocked by then (the loop reads them): ncurses' own handlers are taken away again. Fatal
 * signals of this process put the terminal right before they kill. NULL with *cause. */
struct terminal *terminal_open(char **cause);

/* Puts everything back as it was. Takes NULL. */
void terminal_close(struct terminal *t);

/* What the kernel says now; also tells ncurses. */
void terminal_size(struct terminal *t, int *rows, int *cols);

/* Gives the terminal back for a while, and takes it again. */
void terminal_suspend(struct terminal *t);
void terminal_resume(struct terminal *t);

/* Everything is drawn anew at the next blit. */
void terminal_redraw(struct terminal *t);

/* Shows the canvas. */
void terminal_blit(struct terminal *t, const struct canvas *c);

/* Puts the terminal right in the middle of anything; nothing is freed. */
void terminal_emergency(void);

/* Does the locale speak UTF-8? After setlocale(). */
bool terminal_utf8(void);

/* Colours to choose a theme by: 0 when there are none or NO_COLOR is set. */
int terminal_colours(const struct terminal *t);

/* Hands text to the terminal's clipboard, if it has one and lets us (OSC 52); Base64 goes out,
 * whatever the bytes are. At most TERM_COPY_MAX bytes. */
void terminal_copy(struct terminal *t, const void *data, size_t n);

/* Rings the bell, or flashes, as the terminal is set. */
void terminal_bell(struct terminal *t);

/* Turns mouse reports on or off. */
void terminal_mouse(struct terminal *t, bool on);

#endif
