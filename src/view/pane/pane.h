/* A pane: shows the lines of a view, at a position and in a form that the user chooses. It follows
 * the newest line until the user scrolls up, and follows again once the user is back at the end. In
 * between, lines that arrive or are dropped do not move what is visible.
 *
 * Words: the current line is the one that commands work on. With a selection it is the end that
 * moves; else the match of a search, if that is visible; else the newest visible line while the
 * pane follows or is locked; else the line at the top. A preview shows what a search or filter
 * would do while the user still types it.
 *
 * All that depends on a size uses that of the last drawing. */
#ifndef PCAT_VIEW_PANE_PANE_H
#define PCAT_VIEW_PANE_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/instant.h"
#include "model/view.h"
#include "term/canvas.h"
#include "view/gutter.h"

struct pane;

/* Lines as text, with control characters made visible, as a hex dump. */
enum form { FORM_TEXT, FORM_ESCAPED, FORM_HEX, FORMS };

/* Identifies a line, whatever view shows it. */
struct place {
    uint64_t stream; /* id */
    uint64_t line;   /* its number in the stream */
    uint64_t order;  /* of struct line */
};

struct place place_of(const struct entry *e);

/* A pane that follows. kinds: see view_new(). */
struct pane *pane_new(struct model *m, struct scope scope, unsigned kinds);
/* A new pane with the same scope, filter and look, which follows. */
struct pane *pane_copy(const struct pane *p);
void pane_free(struct pane *p); /* NULL is fine */

/* The pane's own view. */
struct view *pane_view(const struct pane *p);

/* The stream that it was made for, else the first of those that it shows. NULL: none (yet, or any
 * more). */
struct stream *pane_stream(const struct pane *p);
/* Whether the stream is in the pane's scope. */
bool pane_covers(const struct pane *p, const struct stream *s);
/* Time of the last event of its streams, 0: none. */
int64_t pane_last_time(const struct pane *p);
/* Whether no task whose output it shows is alive any more. */
bool pane_is_over(const struct pane *p);

/* Does a portion of the work: takes in new lines, continues a search, plays a program's screen.
 * budget: as for view_work(). True: there is more to do. */
bool pane_work(struct pane *p, size_t budget);

/* Scrolls by rows of the screen, half screens or columns; < 0: up or left. */
void pane_scroll(struct pane *p, int rows);
void pane_scroll_page(struct pane *p, int halves);
void pane_scroll_side(struct pane *p, int cols);
void pane_to_top(struct pane *p);
/* Goes to the end and follows. */
void pane_follow(struct pane *p);
bool pane_follows(const struct pane *p);
/* A frozen pane does not move by itself. */
void pane_freeze(struct pane *p, bool frozen);

/* Locks the pane to an instant: it shows the lines that had come by then, the last one at the
 * bottom, and no later ones. Moving in a locked pane moves the instant. */
void pane_lock(struct pane *p, const struct instant *at);
/* stay: the pane stays where it is; else it goes back to where it was before the lock. */
void pane_unlock(struct pane *p, bool stay);
bool pane_locked(const struct pane *p);
/* True: the user has moved in the locked pane since the last call, to the instant *at. */
bool pane_moved(struct pane *p, struct instant *at);
/* The instant of a pane: that of the match when it is visible, else of the last visible line; of a
 * locked pane, that of its last line. False: there is no line. */
bool pane_instant(struct pane *p, struct instant *at);

/* How it looks. */
struct pane_look {
    bool wrap, numbers;
    enum stamps stamps;
};
void pane_set_look(struct pane *p, const struct pane_look *look);
bool pane_toggle_wrap(struct pane *p);
enum stamps pane_next_stamps(struct pane *p);
/* Shows or hides the numbers of the lines in their stream. True: they are shown from now on. */
bool pane_toggle_numbers(struct pane *p);
/* Switches to the next form and returns it. Searches and filters use the text in every form. */
enum form pane_next_form(struct pane *p);
enum form pane_form(const struct pane *p);

/* Shows the screen of the program in place of its lines (replica.h), or the lines again. False:
 * there is no output yet. */
bool pane_set_screen(struct pane *p, bool on);
bool pane_is_screen(const struct pane *p);
struct replica;
const struct replica *pane_replica(const struct pane *p); /* NULL: it shows lines */
/* The stream whose screen it shows. NULL: it shows lines, or a terminal, to which several tasks may
 * write. */
const struct stream *pane_screen_stream(const struct pane *p);
/* Whether it shows lines that look like the output of a full-screen program. */
bool pane_offers_screen(const struct pane *p);

/* The process that last wrote to one of its streams; NULL: none. */
const struct task *pane_writer(const struct pane *p);

/* The program was asked to redraw its screen. due: the time by which it should have, in the clock
 * of pane_redraw(). */
void pane_expect_redraw(struct pane *p, int64_t due);
/* Whether it did. PANE_REDRAWN and PANE_REDRAW_MISSED are returned once. In a pane that shows lines
 * any output counts as a redraw. */
enum pane_redraw { PANE_REDRAW_NONE, PANE_REDRAW_WAITS, PANE_REDRAWN, PANE_REDRAW_MISSED };
enum pane_redraw pane_redraw(struct pane *p, int64_t now);

/* Makes the scope one step wider or narrower, see scope_wider(). False: it can't. */
bool pane_wider(struct pane *p);
bool pane_narrower(struct pane *p);

/* Adds the rule "re" (lines that match) or "!re" (lines that do not) to the filter; "" removes the
 * filter. False: the pattern is wrong and nothing changed; *cause says why (the caller frees it),
 * *at is the byte of text with the error. */
bool pane_filter(struct pane *p, const char *text, char **cause, size_t *at);
/* Removes the newest rule. False: there was none. */
bool pane_unfilter(struct pane *p);

/* Shows lines around those that pass the filter; see view_set_context(). */
void pane_set_context(struct pane *p, unsigned before, unsigned after);

/* Starts a search for a pattern from the visible lines on; pane_work() does it. An empty pattern
 * repeats the previous one. False: as for pane_filter(). */
bool pane_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at);
/* Starts a search for the next match, in the direction of the search (same) or the other one.
 * False: there is no pattern. */
bool pane_search_next(struct pane *p, bool same);
/* Ends the search that runs; pattern and match stay. */
void pane_search_cancel(struct pane *p);

enum pane_search { PANE_SEARCH_NONE, PANE_SEARCH_RUNS, PANE_SEARCH_FOUND, PANE_SEARCH_NOT_FOUND };
enum pane_search pane_search_state(const struct pane *p);
/* Lines on which the pattern gave up (base/regex.h): it may match there. */
uint64_t pane_search_gave_up(const struct pane *p);
/* Whether the search passed the end, or the beginning, before it found the match. */
bool pane_search_wrapped(const struct pane *p);
const char *pane_search_pattern(const struct pane *p); /* NULL: none */
/* Ends the search and removes its pattern, and with it all highlights. */
void pane_search_forget(struct pane *p);

/* Previews. pane_try() begins; it may be called once more to begin anew. Each of the two tries then
 * starts from the state of that moment; an empty text shows just that state. False: as for
 * pane_filter(). pane_decide() ends the preview: with keep the last try stays, else the state of
 * before comes back. */
void pane_try(struct pane *p);
bool pane_try_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at);
bool pane_try_filter(struct pane *p, const char *text, char **cause, size_t *at);
void pane_decide(struct pane *p, bool keep);

/* How far a search, a filter or a merge of streams has come: *done of *total lines. PANE_IDLE: no
 * work is left, or only little. */
enum pane_busy { PANE_IDLE, PANE_SEARCHES, PANE_FILTERS, PANE_MERGES };
enum pane_busy pane_progress(const struct pane *p, uint64_t *done, uint64_t *total);

/* Shows that line and its match, as a search for the pattern would. False: the line is not in the
 * pane's view, and nothing has changed. */
bool pane_show_match(struct pane *p, const struct place *place, const char *pattern);

/* Sets the mark `letter` (a to z, A to Z) at the line at the top. False: it is no such letter. */
bool pane_mark(struct pane *p, char letter);
/* Jumps to a mark; the mark ' is the place before the last jump. PANE_JUMP_NEAR: a filter hides the
 * line, so the next visible one is shown. PANE_JUMP_UNSET: there is no such mark. PANE_JUMP_GONE:
 * the pane is empty. */
enum pane_jump { PANE_JUMPED, PANE_JUMP_NEAR, PANE_JUMP_UNSET, PANE_JUMP_GONE };
enum pane_jump pane_jump(struct pane *p, char letter);

/* Measures what lies between two marks, or with `to` 0 between a mark and the line of
 * pane_instant(). Lines are those that the pane shows; bytes are all that came on its streams.
 * False: the mark *unset is not set; *unset 0: the pane is empty. */
struct pane_between {
    int64_t time; /* ns, < 0: `to` is earlier than `from` */
    uint64_t lines, bytes;
};
bool pane_between(struct pane *p, char from, char to, struct pane_between *out, char *unset);

/* The time that the last pane_jump() leapt over. *span: ns to its target from the mark that was set
 * or jumped to before, or from the place where the jump began. *from: the letter of that mark, 0:
 * it is that place. False: there is no such place. */
bool pane_leap(const struct pane *p, int64_t *span, char *from);

/* A pinned pane is never replaced by itself (pane-set.h). */
void pane_set_pinned(struct pane *p, bool pinned);
bool pane_pinned(const struct pane *p);

/* Marks a pane that opened by itself for short-lived processes (view/pane/short-lived.h). */
void pane_set_gathers(struct pane *p);
bool pane_gathers(const struct pane *p);

/* Draws the lines or the screen, without the title. False: there is nothing to draw. */
bool pane_draw(struct pane *p, struct area a);

/* Appends plain text, a newline after each line: the current line, or all visible lines. Returns
 * the number of lines. */
size_t pane_copy_line(struct pane *p, struct buf *out);
size_t pane_copy_seen(struct pane *p, struct buf *out);

/* Selecting lines. A selection begins at the current line; the moves extend it. It ends when the
 * entries of the view start anew or the pane follows again. False: the pane is empty. */
bool pane_select(struct pane *p);
bool pane_select_at(struct pane *p, uint64_t entry); /* begins at that entry, or the next one */
void pane_select_end(struct pane *p);
bool pane_selects(const struct pane *p);
void pane_select_move(struct pane *p, int lines);
void pane_select_page(struct pane *p, int halves);
void pane_select_to(struct pane *p, uint64_t entry); /* extends it to that entry, or the next one */
/* The first and the last entry of the selection. False: there is none. */
bool pane_selection(const struct pane *p, uint64_t *from, uint64_t *to);
/* The number of lines in the selection, loss marks included. */
uint64_t pane_selected(const struct pane *p);
/* The entry in a row of the last drawing; of a row below the last entry, that entry. False: the
 * pane is empty. */
bool pane_entry_at(struct pane *p, int row, uint64_t *out);
/* Appends the selection as pane_copy_line() does. No line is added once out has more than `most`
 * bytes. Returns the number of lines. */
size_t pane_copy_selection(struct pane *p, struct buf *out, size_t most);

/* Selects one line alone: the one so many lines below the current line (< 0: above); INT_MIN and
 * INT_MAX go to the ends. False: the pane is empty. */
bool pane_select_one(struct pane *p, int lines);
/* The current line of the selection. False: there is none. */
bool pane_cursor(const struct pane *p, struct entry *out);

/* The number of lines below the visible ones, after pane_draw(). */
uint64_t pane_behind(const struct pane *p);

#endif
