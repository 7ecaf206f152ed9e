/* What ui.c and action.c share, and nobody else looks at. */
#ifndef PCAT_UI_STATE_H
#define PCAT_UI_STATE_H

#include "base/buf.h"
#include "base/signame.h"
#include "model/model.h"
#include "source/clock.h"
#include "source/excerpt.h"
#include "source/player.h"
#include "source/recorder.h"
#include "source/request.h"
#include "term/canvas.h"
#include "ui/help.h"
#include "ui/incremental.h"
#include "ui/keys.h"
#include "ui/mouse.h"
#include "ui/status.h"
#include "ui/ui.h"
#include "view/layout.h"
#include "view/list/details.h"
#include "view/list/lastwords.h"
#include "view/list/procview.h"
#include "view/list/results.h"
#include "view/list/summary.h"
#include "view/pane/pane-set.h"
#include "view/picker.h"
#include "view/plan.h"
#include "view/prompt.h"
#include "view/tree/timeline-view.h"
#include "view/tree/treeview.h"

#define UI_WISHES 8

/* What Enter does with the text of a prompt. False: the prompt stays open, with a complaint. */
typedef bool prompt_fn(struct ui *ui, const char *text);

/* Attaches that were asked for together. */
struct attach_state {
    unsigned pending, attached, failed;
    uint64_t last; /* that was attached to */
};

/* Processes that something is to be done to. */
struct target {
    const struct source *source;
    uint64_t pid;
};

struct targets {
    struct target *all;
    size_t count;
    uint64_t first; /* node of one of them, for its name */
};

/* All panes and the tree show one instant. */
struct ui_lock {
    bool on, moved; /* since it began */
    struct instant at;
};

/* What is run for a rule. */
struct ui_watch {
    uint64_t rule;
    char *command; /* NULL: nothing */
};

struct ui {
    struct model *model;
    struct ui_hooks hooks;
    bool ascii;
    int64_t now;
    struct clock *clock; /* of the sources */
    struct canvas *canvas;
    struct layout layout; /* of the last drawing */
    int first_tile;       /* the pane in its first tile */
    struct plan plan;     /* the layout by hand */
    int tree_cols;        /* width of the tree by hand, 0: none */

    struct treeview *tree;
    struct pane_set *panes; /* when no pane of it has the focus, the tree has */
    struct help *help;
    struct picker *picker;
    void (*picked)(struct ui *ui, uint64_t value); /* what Enter does with its choice */
    struct results *results;
    struct timeline_view *timeline;
    struct details *details;
    struct pane *detailed; /* the pane that they are about; NULL: they are closed */
    bool detailed_chosen;  /* lines of it were selected before */
    struct lastwords *words;
    struct summary *summary;
    struct prompt *prompt;
    prompt_fn *accept;
    struct live live;            /* what is shown while one types */
    bool incremental;            /* such a thing is wanted */
    char prefix[32];             /* the first of two keys, "" for none */
    const struct action *awaits; /* a key (a mark's letter, a number); NULL: none does */
    struct buf clipboard;        /* the last that was copied */
    char *command;               /* that is to be run, with these lines */
    struct excerpt excerpt;
    char *save_path; /* while one is asked whether to overwrite it */

    struct player *player;     /* NULL: there is no position to move */
    struct recorder *recorder; /* NULL: nothing is recorded */
    int64_t flush_next;        /* when what it has goes to the file */

    struct ui_lock lock;

    struct notices *notices;
    struct view *watched; /* of what a rule is being made */
    struct ui_watch *watches;
    size_t watch_count;
    bool bell;
    int64_t bell_next;

    bool tree_shown, zoomed, paused, mouse;
    struct drag drag;
    int64_t last_input;

    char *message;                    /* NULL: none */
    bool message_bad, message_notice; /* it tells of something that was noticed */
    int64_t message_since, message_end;
    char *notice_text; /* to be said yet, NULL: nothing */
    uint64_t notes_seen;

    struct requests *requests;
    struct procview *procview;
    const struct source *listed; /* whose processes the list shows */
    bool listing;                /* one of them was asked for */
    int64_t list_next;           /* when the next one will be */
    struct attach_state attach;
    struct targets targets;
    bool redraw_forced;       /* a program was asked to draw anew by the stronger means, too */
    char signal[SIGNAME_MAX]; /* that is to be sent */
    char **fds; /* by source: what is captured besides hello's, as far as we asked; NULL: nothing */
    unsigned nfds;
    struct status status;

    enum ui_wish wishes[UI_WISHES];
    int nwishes;

    bool worked; /* the last portion of work was not all */
    bool dirty;
    uint64_t drawn_generation;
    int64_t drawn_at;

    int64_t born;    /* when the first tick was */
    bool told_ended; /* that all sources have */

    uint64_t blocked_seen; /* the task that was gone to last, as blocked */
};

enum mode ui_mode(const struct ui *ui);
void ui_wish(struct ui *ui, enum ui_wish wish);
void ui_run(struct ui *ui, const struct action *action, const char *text);
/* Panes that fit: see layout_capacity(). */
int ui_capacity(const struct ui *ui, bool good);

/* Makes the layout anew, and what pane is in its first tile. */
void ui_lay_out(struct ui *ui);
/* A pane at the user's wish, see pane_set_open(). A layout by hand gets a tile for it. */
int ui_open(struct ui *ui, struct scope scope);
/* One pane for all that have tags, with the focus. False: none has. */
bool ui_open_tagged(struct ui *ui);
/* Closes the focused pane, and its tile. */
void ui_close(struct ui *ui);

/* The pane that has the focus; NULL: the tree has it. */
struct pane *ui_focused(const struct ui *ui);
/* The same, or the one that had it last when the tree has it. */
struct pane *ui_current(const struct ui *ui);

/* The plan as the screen is, all of it seen; and the tile of the focused pane. False: there is no
 * room for any pane. */
bool ui_take_plan(struct ui *ui, int *tile);
/* The tree as wide as that, within what is sensible. */
void ui_widen_tree(struct ui *ui, int width);

/* Lines down or up in what is on top of those that have no keys of their own. */
void ui_move_in_list(struct ui *ui, int lines);

/* Shows the selected line of the results in a pane, and closes their list. */
void ui_go_to_result(struct ui *ui);

/* The process of the focused pane, or else of the task that is selected. */
struct task *ui_process_here(const struct ui *ui);
/* The source of that, or else one that still runs. NULL: there is none at all. */
struct source *ui_source_here(const struct ui *ui);

/* action-attach.c: asks for lists while they are looked at; asks to attach. */
void attach_tick(struct ui *ui);
void attach_send(struct ui *ui, const struct source *source, uint64_t pid);

/* action-details.c: what is shown of which line; false: nothing (any more). */
bool details_line(const struct ui *ui, struct entry *out);
/* After a key or a click: once their line is not there they are closed for good. */
void details_check(struct ui *ui);
/* To another line. */
void details_move(struct ui *ui, int lines);
/* False: they were closed. */
bool details_close(struct ui *ui);

/* action-trouble.c: goes to the pane of the selected process that failed. */
void ui_go_to_failed(struct ui *ui);
/* Says once that all has ended, and what it came to. */
void trouble_tick(struct ui *ui);

/* action-replay.c: plays or pauses a recording. False: it is none. */
bool replay_toggle(struct ui *ui);
/* Moves its position to a time. False: it is none. */
bool replay_seek(struct ui *ui, int64_t time);

/* action-record.c: what was recorded so far goes to the file now and then. */
void record_tick(struct ui *ui);

/* action-time.c: before drawing, what is seen shows the instant that the user has moved to. */
void lock_apply(struct ui *ui);
/* The time that is shown: that of the lock, or the position of a recording. 0: what comes is. */
int64_t lock_time(const struct ui *ui);
/* All are free again. stay: the focused pane stays where it is. */
void lock_end(struct ui *ui, bool stay);

/* action-notice.c: takes what was noticed. */
void notice_tick(struct ui *ui);
/* After a key or a click: where one is needs no mark any more. */
void notice_visit(struct ui *ui);

/* action-screen.c: whom SIGWINCH does not move to draw anew is asked otherwise. */
void redraw_tick(struct ui *ui);

/* What has the keys when nothing is open. */
enum mode ui_base_mode(const struct ui *ui);

/* The next key is the text of this action, and not a key. */
void ui_await(struct ui *ui, const char *action);

/* What became of a search in that pane. */
void ui_say_search(struct ui *ui, struct pane *p);

/* Opens the prompt; see prompt_open(). */
void ui_ask(struct ui *ui, char kind, const char *label, const char *text, prompt_fn *accept);
/* A complaint under the prompt; frees cause. */
void ui_complain(struct ui *ui, char *cause, size_t at);

#endif
