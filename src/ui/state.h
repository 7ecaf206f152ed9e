/* The state of the user interface. Only the files of src/ui share it. */
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

#define UI_WISHES 8 /* that may wait to be taken; more are dropped */

/* What Enter does with the text of a prompt. False: the prompt stays open, or another has been
 * opened. */
typedef bool prompt_fn(struct ui *ui, const char *text);

/* The attaches that the user has requested together. */
struct attach_state {
    unsigned pending, attached, failed; /* how many */
    uint64_t last;                      /* the PID attached to last */
};

/* A process that a detach or a signal is for. */
struct target {
    const struct source *source;
    uint64_t pid;
};

struct targets {
    struct target *all;
    size_t count;
    uint64_t first; /* the task id of one of them, for its name */
};

/* The lock: all panes and the tree show one instant. */
struct ui_lock {
    bool on;
    bool moved; /* the instant has changed since the lock began */
    struct instant at;
};

/* The command of a rule for notices. */
struct ui_watch {
    uint64_t rule;
    char *command; /* NULL: none */
};

struct ui {
    struct model *model;
    struct ui_hooks hooks;
    bool ascii;
    int64_t now;         /* CLOCK_MONOTONIC ns */
    struct clock *clock; /* the present time of the sources */
    struct canvas *canvas;
    struct layout layout; /* of the last drawing */
    int first_tile;       /* index of the pane in its first tile */
    struct plan plan;     /* the layout that the user has made; no columns: automatic layout */
    int tree_cols;        /* the width that the user has given the tree; 0: automatic */

    struct treeview *tree;
    struct pane_set *panes; /* when no pane has the focus, the tree has it */
    struct help *help;
    struct picker *picker;
    void (*on_pick)(struct ui *ui, uint64_t value); /* gets the user's choice in the picker */
    struct results *results;
    struct timeline_view *timeline;
    struct details *details;
    struct pane *details_pane;    /* the pane of the line that they show; NULL: they are closed */
    bool selected_before_details; /* the pane had a selection before they were opened */
    struct lastwords *last_words;
    struct summary *summary;
    struct prompt *prompt;
    prompt_fn *accept;
    struct live live;              /* the incremental search or filter */
    bool incremental;              /* the user wants incremental searches and filters */
    char prefix[32];               /* the first key of a sequence that is being typed; "": none */
    const struct action *awaiting; /* the next key is its text (a letter, a digit); NULL: none */
    struct buf clipboard;          /* what was copied last */
    char *command;                 /* for UI_PIPE, with the lines for its standard input */
    struct excerpt excerpt;
    char *save_path; /* an existing file, while the prompt asks whether to overwrite it */

    struct player *player;     /* NULL: no recording with a position */
    struct recorder *recorder; /* NULL: nothing is being recorded */
    int64_t flush_next;        /* when the recorder writes its buffer to the file */

    struct ui_lock lock;

    struct notices *notices;
    struct view *watch_view; /* holds the scope of the rule that the user is making */
    struct ui_watch *watches;
    size_t watch_count;
    bool bell;
    int64_t bell_next; /* the bell does not ring before */

    bool tree_shown, zoomed, paused, mouse;
    struct drag drag;
    int64_t last_input;

    char *message;                    /* NULL: none */
    bool message_bad, message_notice; /* it is an error; it is a notice */
    int64_t message_since, message_end;
    char *notice_text;   /* the next message for a notice, NULL: none */
    uint64_t notes_seen; /* the model's notes up to this one were shown */

    struct requests *requests;
    struct procview *procview;
    const struct source *list_source; /* the machine whose processes the list shows */
    bool list_pending;                /* a list was requested and is not complete yet */
    int64_t list_next;                /* when to request the next list */
    struct attach_state attach;
    struct targets targets;
    bool redraw_forced;       /* the program was asked to redraw by a change of size, too */
    char signal[SIGNAME_MAX]; /* the signal to send, while the prompt asks */
    char **fds;               /* by source: the fds that the user has requested; NULL: none */
    unsigned nfds;
    struct status status;

    enum ui_wish wishes[UI_WISHES];
    int nwishes;

    bool work_left;            /* the last ui_work() left work to do */
    bool dirty;                /* something must be drawn, whatever the model's generation */
    uint64_t drawn_generation; /* the model's, at the last drawing */
    int64_t drawn_at;

    int64_t first_tick; /* time of the first tick */
    bool end_reported;  /* the end of all sources was shown */

    uint64_t blocked_seen; /* id of the blocked task that action_blocked() showed last */
};

/* Which part of the screen receives the keys now. */
enum mode ui_mode(const struct ui *ui);
/* Adds a wish for the main program. */
void ui_wish(struct ui *ui, enum ui_wish wish);
/* Runs an action, with a text as in action_fn. */
void ui_run(struct ui *ui, const struct action *action, const char *text);
/* How many panes fit on the screen, see layout_capacity(). */
int ui_capacity(const struct ui *ui, bool good);

/* Computes the layout and first_tile for the present size, panes and focus. */
void ui_lay_out(struct ui *ui);
/* Opens a pane that the user has asked for, see pane_set_open(), and returns its index. The user's
 * own layout gets one tile more, if there is room. */
int ui_open(struct ui *ui, struct scope scope);
/* Opens one pane for all tagged tasks and gives it the focus. False: no task is tagged. */
bool ui_open_tagged(struct ui *ui);
/* Closes the focused pane, and its tile in the user's own layout. */
void ui_close(struct ui *ui);

/* The pane that has the focus. NULL: the tree has it. */
struct pane *ui_focused(const struct ui *ui);
/* The focused pane; when the tree has the focus, the pane that had it last. */
struct pane *ui_current(const struct ui *ui);

/* Ends the zoom and makes the present layout the user's own, in ui->plan. *tile: the tile of the
 * focused pane. False: there is no room for any pane. */
bool ui_take_plan(struct ui *ui, int *tile);
/* Sets the width of the tree. A width that leaves too little room for it or the panes is ignored.
 */
void ui_widen_tree(struct ui *ui, int width);

/* MODE_PICKER: moves by lines in the topmost list or box; negative: up. */
void ui_move_in_list(struct ui *ui, int lines);

/* Shows the selected result in a pane, and closes the list of results. */
void ui_go_to_result(struct ui *ui);

/* The process of the focused pane, or else of the selected task. NULL: none. */
struct task *ui_process_here(const struct ui *ui);
/* The source of that process, or else of the selected line of the tree, or else one that still
 * runs. NULL: there is no source at all. */
struct source *ui_source_here(const struct ui *ui);

/* action-attach.c: requests the list of processes again and again while it is open. */
void attach_tick(struct ui *ui);
/* Requests an attach to a process. */
void attach_send(struct ui *ui, const struct source *source, uint64_t pid);

/* action-details.c: the line whose details are shown. False: the details are closed, or the line is
 * gone. */
bool details_line(const struct ui *ui, struct entry *out);
/* Called after each input event: closes the details when their line is gone. */
void details_check(struct ui *ui);
/* Moves the details to another line, so many lines down; negative: up. */
void details_move(struct ui *ui, int lines);
/* Closes the details. False: they were closed already. */
bool details_close(struct ui *ui);

/* action-trouble.c: opens the pane of the failed process that is selected in the list. */
void ui_go_to_failed(struct ui *ui);
/* Shows once that all sources have ended, and how many processes failed. */
void trouble_tick(struct ui *ui);

/* action-replay.c: plays or pauses a recording. False: there is no recording with a position. */
bool replay_toggle(struct ui *ui);
/* Moves its position to a time, CLOCK_REALTIME ns. False: as above. */
bool replay_seek(struct ui *ui, int64_t time);

/* action-record.c: writes the recorder's buffer to its file, once a second. */
void record_tick(struct ui *ui);

/* action-time.c: makes panes and tree show the instant of the lock; called before drawing. */
void lock_apply(struct ui *ui);
/* The time that is shown, CLOCK_REALTIME ns: of the lock, or of a recording's position. 0: the
 * newest events are shown. */
int64_t lock_time(const struct ui *ui);
/* Ends the lock. stay: the focused pane stays at its lines if the instant was moved; other panes go
 * back to where they were before the lock. */
void lock_end(struct ui *ui, bool stay);

/* action-notice.c: takes new notices: shows a message, marks the task, rings the bell, runs the
 * command. */
void notice_tick(struct ui *ui);
/* Called after each input event: removes the notice mark of the task that is selected, or of the
 * tasks in the focused pane. */
void notice_visit(struct ui *ui);

/* action-screen.c: when a program has not redrawn its screen after SIGWINCH, requests a redraw by a
 * change of size. */
void redraw_tick(struct ui *ui);

/* The mode when no list, box, help or prompt is open: MODE_TREE, MODE_PANE or MODE_SCREEN. */
enum mode ui_base_mode(const struct ui *ui);

/* Makes the next key the text of the action of that name. */
void ui_await(struct ui *ui, const char *action);

/* Shows a message about the result of a search in that pane. */
void ui_say_search(struct ui *ui, struct pane *p);

/* Opens the prompt, see prompt_open(). accept is called at Enter. */
void ui_ask(struct ui *ui, char kind, const char *label, const char *text, prompt_fn *accept);
/* Shows an error below the prompt, and marks byte `at` of its text (-1: none); frees cause. */
void ui_complain(struct ui *ui, char *cause, size_t at);

#endif
