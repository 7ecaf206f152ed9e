/* The terminal, by way of ncurses. At most one may be open at a time.
 *
 * Besides ncurses, only term.c writes to the terminal: mouse and paste modes, text for the
 * clipboard and the string that restores the terminal. */
#ifndef PCAT_TERM_TERM_H
#define PCAT_TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "term/canvas.h"

#define TERM_MIN_ROWS 5
#define TERM_MIN_COLS 20
/* Bytes; as Base64 with the escape sequence around it at most 100,000, the limit of xterm. */
#define TERM_COPY_MAX 74994

struct terminal;

/* Checks whether a terminal can be opened: fds 0 and 1 are terminals, the type in TERM is known and
 * can move its cursor, the window is large enough. Returns 0, or -1 with a line for the user in
 * *cause that the caller frees. Writes nothing. */
int terminal_check(char **cause);

/* Opens the terminal: alternate screen, raw mode, mouse and paste reports. The caller has blocked
 * SIGINT, SIGTERM, SIGTSTP and SIGWINCH, because the handlers of ncurses are removed. A fatal
 * signal restores the terminal before it ends the process. Returns NULL with a message in *cause
 * that the caller frees. */
struct terminal *terminal_open(char **cause);

/* Restores the terminal and frees t, which may be NULL. */
void terminal_close(struct terminal *t);

/* Asks the kernel for the size of the window and passes it on to ncurses. */
void terminal_size(struct terminal *t, int *rows, int *cols);

/* Restores the terminal while another program uses it, and opens it again afterwards. */
void terminal_suspend(struct terminal *t);
void terminal_resume(struct terminal *t);

/* Makes the next terminal_blit() draw every cell. */
void terminal_redraw(struct terminal *t);

/* Draws the canvas: only the cells that differ from those on the screen. A canvas of another size
 * than the terminal is ignored. */
void terminal_blit(struct terminal *t, const struct canvas *c);

/* Restores the terminal without freeing anything. It may be called at any time, even from a signal
 * handler. */
void terminal_emergency(void);

/* Whether the locale uses UTF-8. The program has called setlocale() before. */
bool terminal_utf8(void);

/* The number of colours; 0 when the terminal has none or NO_COLOR is set. */
int terminal_colours(const struct terminal *t);

/* Sends at most TERM_COPY_MAX bytes to the terminal's clipboard (OSC 52, as Base64). Some terminals
 * ignore it, and nothing is sent to a terminal type without a mouse. */
void terminal_copy(struct terminal *t, const void *data, size_t n);

/* Rings the terminal's bell, or flashes the screen where there is no bell. */
void terminal_bell(struct terminal *t);

/* Turns mouse reports on or off. */
void terminal_mouse(struct terminal *t, bool on);

#endif
