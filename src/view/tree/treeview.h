/* The fork tree: processes and threads as lines below their parents, with selection, folds, tags,
 * search and filter.
 *
 * Words: a node is a task of the tree. A fold hides all lines below a node. When there are several
 * sources, each has a line of its own, and its nodes are below. A step is a program that a process
 * has executed. */
#ifndef PCAT_VIEW_TREE_TREEVIEW_H
#define PCAT_VIEW_TREE_TREEVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/instant.h"
#include "model/view.h"
#include "source/clock.h"
#include "term/canvas.h"

struct treeview;

/* Model and clock stay the caller's. */
struct treeview *treeview_new(struct model *m, const struct clock *clock);
void treeview_free(struct treeview *tv);

/* Sets the time, CLOCK_MONOTONIC ns. True: the tree must be drawn again. */
bool treeview_tick(struct treeview *tv, int64_t now);
/* Whether it looks different every second even when no event comes. */
bool treeview_moves(const struct treeview *tv);

/* A frozen tree keeps its lines, and its selection does not follow. */
void treeview_freeze(struct treeview *tv, bool frozen);

/* Shows the state of the tasks at that instant: not yet born, alive, ended. NULL: the present. */
void treeview_set_instant(struct treeview *tv, const struct instant *at);

/* The task of the selected line. NULL: there are no tasks, or the line is a source's. */
struct task *treeview_selected(struct treeview *tv);
/* The source of the selected line. NULL: the line is a task's. */
struct source *treeview_source(struct treeview *tv);
/* Selects a task: unfolds the nodes above it and shows it even if a filter or its age hides it. */
void treeview_select(struct treeview *tv, const struct task *t);
/* Whether the selected node has children hidden by its fold. */
bool treeview_is_folded(struct treeview *tv);

/* The command line of the selected process, or the name of the selected thread. The caller frees
 * it. NULL: no task is selected. */
char *treeview_command(struct treeview *tv);

/* Moves the selection by so many lines or half screens; < 0: up. */
void treeview_move(struct treeview *tv, int lines);
void treeview_page(struct treeview *tv, int halves);
void treeview_to_top(struct treeview *tv);
void treeview_to_end(struct treeview *tv);
void treeview_to_parent(struct treeview *tv);
/* Selects the next process that failed; after the end the search goes on at the top. NULL: no
 * process failed. */
struct task *treeview_to_failed(struct treeview *tv);

/* Left: folds the selected node; when it is folded or has no children, goes to its parent. Right:
 * unfolds it; when it is not folded, goes to its first child. */
void treeview_left(struct treeview *tv);
void treeview_right(struct treeview *tv);
/* Folds or unfolds the selected node. A node without children: its parent is folded. */
void treeview_fold(struct treeview *tv, bool fold);
/* Folds all nodes; when one is folded already, unfolds all. */
void treeview_fold_all(struct treeview *tv);
/* Shows so many levels and folds the nodes of the last one; 0 unfolds all. */
void treeview_fold_level(struct treeview *tv, unsigned levels);
/* Shows only the selected node and its descendants, or all again. True: only those. */
bool treeview_toggle_only(struct treeview *tv);
/* Marks a task: there is a notice about it. The mark stays until the user visits the task. */
void treeview_notice(struct treeview *tv, const struct task *t);
/* The user visits a task, or the tasks whose output the view shows: removes their marks. */
void treeview_visit(struct treeview *tv, const struct task *t);
void treeview_visit_pane(struct treeview *tv, const struct view *v);

/* The node chosen by treeview_toggle_only(); NULL: all nodes are shown. */
const struct task *treeview_root(const struct treeview *tv);

/* Sets or removes the tag of the selected node, and moves a line down. True: it has a tag now. */
bool treeview_toggle_tag(struct treeview *tv);
/* Removes all tags. */
void treeview_untag(struct treeview *tv);
/* The number of tags. */
size_t treeview_tags(const struct treeview *tv);
/* The tagged nodes; a folded one with all its descendants. The caller unreferences the set. NULL:
 * there are none. */
struct task_set *treeview_tagged(struct treeview *tv);

/* Show or hide sparklines, threads, tasks that have ended. True: they are shown from now on. */
bool treeview_toggle_sparks(struct treeview *tv);
bool treeview_toggle_threads(struct treeview *tv);
bool treeview_toggle_dead(struct treeview *tv);
/* Hides tasks that ended more than so many ns ago; 0: hides none. */
void treeview_set_dead_age(struct treeview *tv, int64_t age);
/* How many ended tasks are hidden, for a title: "3 gone > 30s hidden". The caller frees it. NULL:
 * none are to be hidden. */
char *treeview_dead_text(struct treeview *tv);
/* Shows or hides the steps of the selected process as lines below it. True: they are shown from now
 * on. */
bool treeview_toggle_steps(struct treeview *tv);
/* The columns at the right: bytes and rates; start and duration; time spent in writes. */
enum tree_columns { TREE_FIGURES, TREE_TIMES, TREE_WRITES, TREE_COLUMNS };
enum tree_columns treeview_next_columns(struct treeview *tv);
/* The heading of these columns, a constant; "": none. */
const char *treeview_heading(const struct treeview *tv);
/* While the tree follows, the most recently active task is selected. True: it follows from now
 * on. */
bool treeview_toggle_follow(struct treeview *tv);

/* Selects the next node with a match in tid, name or command line. An empty pattern repeats the
 * previous one. *found: there is a match. False: the pattern is wrong; *cause says why (the caller
 * frees it), *at is the byte of the pattern with the error. */
bool treeview_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                   char **cause, size_t *at);
/* The next match, in the direction of the search (same) or the other one. False: there is none. */
bool treeview_find_next(struct treeview *tv, bool same);

/* Shows only nodes that match ("!re": that do not), with their ancestors. "" shows all. False: as
 * for treeview_find(); *at is a byte of text. */
bool treeview_filter(struct treeview *tv, const char *text, char **cause, size_t *at);
/* The tree's own; NULL: there is no filter. */
const char *treeview_filter_text(const struct treeview *tv);

/* Previews of a search or filter while the user types it; they work as pane_try(),
 * pane_try_search(), pane_try_filter() and pane_decide() do. */
void treeview_try(struct treeview *tv);
bool treeview_try_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                       char **cause, size_t *at);
bool treeview_try_filter(struct treeview *tv, const char *text, char **cause, size_t *at);
void treeview_decide(struct treeview *tv, bool keep);

/* A click in a row of the last drawing: selects its line. True: that line was selected before.
 * False: it was not, or there is no line. */
bool treeview_click(struct treeview *tv, int row);
void treeview_wheel(struct treeview *tv, int lines); /* moves the selection */

/* For a jump within a recording: forgets the bytes counted so far, so that rates start from 0. */
void treeview_forget_meters(struct treeview *tv);

/* Draws the lines that fit. focused: the tree has the focus. */
void treeview_draw(struct treeview *tv, struct area a, bool focused);

#endif
