/* The fork tree as lines: what is folded, selected, found and filtered. */
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

/* The clock stays the caller's. */
struct treeview *treeview_new(struct model *m, const struct clock *clock);
void treeview_free(struct treeview *tv);

/* CLOCK_MONOTONIC ns. True: it is to be drawn anew. */
bool treeview_tick(struct treeview *tv, int64_t now);
/* It looks different from one second to the next although nothing comes. */
bool treeview_moves(const struct treeview *tv);

/* No more changes are taken in until it is thawed. */
void treeview_freeze(struct treeview *tv, bool frozen);

/* Shows how the tasks stood at that instant: who was not born yet, who had ended. NULL: as of now.
 */
void treeview_set_instant(struct treeview *tv, const struct instant *at);

/* NULL: there are no tasks, or a source is selected. */
struct task *treeview_selected(struct treeview *tv);
/* The source whose own line is selected; NULL: none is. */
struct source *treeview_source(struct treeview *tv);
/* Leads to it: it is shown for that, whatever hides it. */
void treeview_select(struct treeview *tv, const struct task *t);
/* The selected node has folded children. */
bool treeview_is_folded(struct treeview *tv);

/* The command line of the selected task, or the name of a thread. To be freed; NULL: there is none.
 */
char *treeview_command(struct treeview *tv);

void treeview_move(struct treeview *tv, int lines);
void treeview_page(struct treeview *tv, int halves);
void treeview_to_top(struct treeview *tv);
void treeview_to_end(struct treeview *tv);
void treeview_to_parent(struct treeview *tv);
/* The next process that failed, past the end from the top again. NULL: none did. */
struct task *treeview_to_failed(struct treeview *tv);

/* Left: folds, or goes to the parent. Right: unfolds, or goes to the first child. */
void treeview_left(struct treeview *tv);
void treeview_right(struct treeview *tv);
void treeview_fold(struct treeview *tv, bool fold);
/* Folds all, or unfolds all when something is folded. */
void treeview_fold_all(struct treeview *tv);
/* Shows so many levels and folds all below; 0 unfolds all. */
void treeview_fold_level(struct treeview *tv, unsigned levels);
/* Shows only the selected node and what is below it, or all again. True: only that. */
bool treeview_toggle_only(struct treeview *tv);
/* Something about it was noticed: it has a mark until one goes there. */
void treeview_notice(struct treeview *tv, const struct task *t);
/* One looks at these: their marks go. */
void treeview_visit(struct treeview *tv, const struct task *t);
void treeview_visit_pane(struct treeview *tv, const struct view *v);

/* The node to which that is limited; NULL: all are shown. */
const struct task *treeview_root(const struct treeview *tv);

/* Tags the selected node, or takes its tag, and goes a line down. True: it has one. */
bool treeview_toggle_tag(struct treeview *tv);
void treeview_untag(struct treeview *tv);
size_t treeview_tags(const struct treeview *tv);
/* Those with tags, the folded ones with all below. NULL: none. To be unreferenced. */
struct task_set *treeview_tagged(struct treeview *tv);

/* Each returns whether they are shown from now on. */
bool treeview_toggle_sparks(struct treeview *tv);
bool treeview_toggle_threads(struct treeview *tv);
bool treeview_toggle_dead(struct treeview *tv);
/* Hides those that have been gone for longer than that, in ns; 0: none. */
void treeview_set_dead_age(struct treeview *tv, int64_t age);
/* How the dead are hidden, for a title: "3 gone > 30s hidden". To be freed; NULL: they are not. */
char *treeview_dead_text(struct treeview *tv);
/* What the selected process has executed, as lines below it. True: it is shown from now on. */
bool treeview_toggle_steps(struct treeview *tv);
/* What stands at the right: bytes and rates; start and duration; time spent in writes. */
enum tree_columns { TREE_FIGURES, TREE_TIMES, TREE_WRITES, TREE_COLUMNS };
enum tree_columns treeview_next_columns(struct treeview *tv);
/* A heading for them; "": none. */
const char *treeview_heading(const struct treeview *tv);
/* Selects the most recently active task, again and again. */
bool treeview_toggle_follow(struct treeview *tv);

/* Finds by tid, name and command line without hiding the others. Empty: the pattern before.
 * False with *cause (to be freed) and *at when the pattern is wrong. *found tells if any is. */
bool treeview_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                   char **cause, size_t *at);
bool treeview_find_next(struct treeview *tv, bool same);

/* Shows only nodes that match ("!re": that don't), with their ancestors. "" shows all. */
bool treeview_filter(struct treeview *tv, const char *text, char **cause, size_t *at);
const char *treeview_filter_text(const struct treeview *tv);

/* What a find or a filter would show, while one still types: as pane_try() and those after it. */
void treeview_try(struct treeview *tv);
bool treeview_try_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                       char **cause, size_t *at);
bool treeview_try_filter(struct treeview *tv, const char *text, char **cause, size_t *at);
void treeview_decide(struct treeview *tv, bool keep);

/* A click on a line of the last drawing. True when that line was selected before. False
 * also when there is none. */
bool treeview_click(struct treeview *tv, int row);
void treeview_wheel(struct treeview *tv, int lines);

/* Rates begin anew, as another instant of a recording is shown. */
void treeview_forget_meters(struct treeview *tv);

void treeview_draw(struct treeview *tv, struct area a, bool focused);

#endif
