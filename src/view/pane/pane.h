/* A pane: a view of the model, and where and how one looks at it. It follows the
 * newest line until one scrolls up, and again from the moment one is back at the
 * end; in between nothing that arrives or goes moves what is seen.
 *
 * The size of the text is the one of the last drawing. */
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

enum form { FORM_TEXT, FORM_ESCAPED, FORM_HEX, FORMS };

/* A line, in whatever view it is seen. */
struct place {
    uint64_t stream; /* id */
    uint64_t line;   /* its number in the stream */
    uint64_t order;  /* of struct line */
};

struct place place_of(const struct entry *e);

struct pane *pane_new(struct model *m, struct scope scope, unsigned kinds);
/* Another one that looks at the same in the same way, from the end on. */
struct pane *pane_copy(const struct pane *p);
void pane_free(struct pane *p);

struct view *pane_view(const struct pane *p);

/* The stream that it was made for or stands on, NULL: none (yet, or any more). */
struct stream *pane_stream(const struct pane *p);
/* What this stream says is seen in it. */
bool pane_covers(const struct pane *p, const struct stream *s);
/* Time of the last event in it, 0: none. */
int64_t pane_last_time(const struct pane *p);
/* All whose output it shows are gone. */
bool pane_is_over(const struct pane *p);

/* Takes in what is new, goes on with a search, plays a terminal. True: there is more to do. */
bool pane_work(struct pane *p, size_t budget);

/* Moving. Rows are those of the screen. */
void pane_scroll(struct pane *p, int rows);
void pane_scroll_page(struct pane *p, int halves);
void pane_scroll_side(struct pane *p, int cols);
void pane_to_top(struct pane *p);
void pane_follow(struct pane *p);
bool pane_follows(const struct pane *p);
/* Stops or resumes everything that moves by itself. */
void pane_freeze(struct pane *p, bool frozen);

/* Shows what had come by an instant, the last line of it at the bottom, and nothing later. Moving
 * in it moves the instant then. */
void pane_lock(struct pane *p, const struct instant *at);
/* Free again. stay: it stands where it is, else where it was before. */
void pane_unlock(struct pane *p, bool stay);
bool pane_locked(const struct pane *p);
/* The user has moved in it since the last call: *at is where to. */
bool pane_moved(struct pane *p, struct instant *at);
/* The instant that it stands for: that of the match when it is seen, else of the last line that is.
 * False: there is none. */
bool pane_instant(struct pane *p, struct instant *at);

/* How it looks. */
struct pane_look {
    bool wrap, numbers;
    enum stamps stamps;
};
void pane_set_look(struct pane *p, const struct pane_look *look);
bool pane_toggle_wrap(struct pane *p);
enum stamps pane_next_stamps(struct pane *p);
/* Numbers of the lines in their stream. Returns whether they are shown from now on. */
bool pane_toggle_numbers(struct pane *p);
/* The lines as text, escaped, as hexadecimal numbers. Searches and filters look at the text. */
enum form pane_next_form(struct pane *p);
enum form pane_form(const struct pane *p);

/* Shows the terminal that its program writes to (replica.h), or the lines again. False: nothing was
 * written yet that could be shown so. */
bool pane_set_screen(struct pane *p, bool on);
bool pane_is_screen(const struct pane *p);
struct replica;
const struct replica *pane_replica(const struct pane *p); /* NULL: it shows lines */
/* The one stream whose screen it shows; NULL: a terminal's, whoever writes there, or lines. */
const struct stream *pane_screen_stream(const struct pane *p);
/* It shows lines, and they look as if a screen were better. */
bool pane_offers_screen(const struct pane *p);

/* The process that wrote to it last; NULL: none. */
const struct task *pane_writer(const struct pane *p);

/* It was asked to draw its screen anew, and should have by then (as `now`, in any clock). */
void pane_expect_redraw(struct pane *p, int64_t due);
/* What came of it; PANE_REDRAWN and PANE_REDRAW_MISSED are told once. Of a pane that shows lines
 * all that can be said is whether anything was written. */
enum pane_redraw { PANE_REDRAW_NONE, PANE_REDRAW_WAITS, PANE_REDRAWN, PANE_REDRAW_MISSED };
enum pane_redraw pane_redraw(struct pane *p, int64_t now);

bool pane_wider(struct pane *p);
bool pane_narrower(struct pane *p);

/* Adds "re" or "!re" to the filter, "" takes the filter off. False with *cause (to be freed) and
 * *at, the byte of text where it is wrong; the filter is then as before. */
bool pane_filter(struct pane *p, const char *text, char **cause, size_t *at);
/* Takes the newest rule off. False: there was none. */
bool pane_unfilter(struct pane *p);

/* Lines around those that pass the filter; see view_set_context(). */
void pane_set_context(struct pane *p, unsigned before, unsigned after);

/* Looks for a pattern, from what is seen on. An empty one means the one before. False as above. */
bool pane_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at);
/* The next match, in the direction of the search or against it. False: there is no search. */
bool pane_search_next(struct pane *p, bool same);
void pane_search_cancel(struct pane *p);

enum pane_search { PANE_SEARCH_NONE, PANE_SEARCH_RUNS, PANE_SEARCH_FOUND, PANE_SEARCH_NOT_FOUND };
enum pane_search pane_search_state(const struct pane *p);
/* Lines on which the pattern gave up (base/regex.h): it may match there. */
uint64_t pane_search_gave_up(const struct pane *p);
/* It went past the end. */
bool pane_search_wrapped(const struct pane *p);
const char *pane_search_pattern(const struct pane *p);
void pane_search_forget(struct pane *p); /* no more highlights */

/* What a search or a filter would show, while one still types. After pane_try() each try begins
 * from how the pane was then; an empty text shows just that. False with *cause and *at as above:
 * what is shown stays. pane_decide() ends it: with keep the last try holds, else all is as it was.
 */
void pane_try(struct pane *p);
bool pane_try_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at);
bool pane_try_filter(struct pane *p, const char *text, char **cause, size_t *at);
void pane_decide(struct pane *p, bool keep);

/* How far a search, a filter or a merge has come, in lines. PANE_IDLE: nothing that takes
 * long goes on. */
enum pane_busy { PANE_IDLE, PANE_SEARCHES, PANE_FILTERS, PANE_MERGES };
enum pane_busy pane_progress(const struct pane *p, uint64_t *done, uint64_t *total);

/* Shows that line and marks where it matches, as if it had been searched for. False: it is not in
 * the pane's view, and nothing has changed. */
bool pane_show_match(struct pane *p, const struct place *place, const char *pattern);

/* Marks the line at the top with a letter. False: that is no letter. */
bool pane_mark(struct pane *p, char letter);
/* To the line with that mark; ' is where one was before the last jump. Lines that a filter hides
 * are stood in for by the next that it shows. */
enum pane_jump { PANE_JUMPED, PANE_JUMP_NEAR, PANE_JUMP_UNSET, PANE_JUMP_GONE };
enum pane_jump pane_jump(struct pane *p, char letter);

/* What lies between two marks, or with `to` 0 from one to the line that pane_instant() means.
 * Lines are those that the pane shows, bytes all that came on its streams. False: one is not set;
 * *unset is which then, 0: the pane is empty. */
struct pane_between {
    int64_t time; /* < 0: the second came first */
    uint64_t lines, bytes;
};
bool pane_between(struct pane *p, char from, char to, struct pane_between *out, char *unset);

/* From the mark before, that was set or gone to, to the one of the last pane_jump(). *from: its
 * letter, 0: where one was before. False: there was none. */
bool pane_leap(const struct pane *p, int64_t *span, char *from);

/* Pinned panes are never replaced by themselves. */
void pane_set_pinned(struct pane *p, bool pinned);
bool pane_pinned(const struct pane *p);

/* It came by itself, for short-lived processes (view/pane/short-lived.h). */
void pane_set_gathers(struct pane *p);
bool pane_gathers(const struct pane *p);

/* Draws the text (not the title). False: there is nothing to draw yet. */
bool pane_draw(struct pane *p, struct area a);

/* Appends plain text, a newline behind each line: of the line that one stands on (of a selection,
 * the match that is seen, else the newest while following, else the one at the top), or of all
 * lines that are seen. Returns how many. */
size_t pane_copy_line(struct pane *p, struct buf *out);
size_t pane_copy_seen(struct pane *p, struct buf *out);

/* Selecting lines. It begins on the line that one stands on, as above; the moves extend it. It ends
 * by itself when the view changes or one follows again. False: the pane is empty. */
bool pane_select(struct pane *p);
bool pane_select_at(struct pane *p, uint64_t entry); /* on that one, or what is next to it */
void pane_select_end(struct pane *p);
bool pane_selects(const struct pane *p);
void pane_select_move(struct pane *p, int lines);
void pane_select_page(struct pane *p, int halves);
void pane_select_to(struct pane *p, uint64_t entry); /* of the view, clamped to it */
/* The first and the last entry of it. False: nothing is selected. */
bool pane_selection(const struct pane *p, uint64_t *from, uint64_t *to);
/* Lines in it, marks of losses included. */
uint64_t pane_selected(const struct pane *p);
/* The entry of a row of what is seen, or the last one above it. False: the pane is empty. */
bool pane_entry_at(struct pane *p, int row, uint64_t *out);
/* Appends it as the two above do, but no lines after `most` bytes. Returns how many. */
size_t pane_copy_selection(struct pane *p, struct buf *out, size_t most);

/* Selects one line alone, so many further down than the one that one stands on; INT_MIN and INT_MAX
 * go to the ends. False: the pane is empty. */
bool pane_stand(struct pane *p, int lines);
/* The line that one stands on in the selection. False: there is none. */
bool pane_cursor(const struct pane *p, struct entry *out);

/* Lines below what is seen, after pane_draw(). */
uint64_t pane_behind(const struct pane *p);

#endif
