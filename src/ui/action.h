/* The functions that carry out the actions of action.def: what each key does. */
#ifndef PCAT_UI_ACTION_H
#define PCAT_UI_ACTION_H

#include "ui/keys.h"

action_fn action_as_of_line, action_at, action_attach, action_attach_chosen, action_auto_layout,
    action_back, action_capture, action_choose, action_close, action_command, action_context,
    action_copy, action_dead, action_dead_after, action_delta, action_detach, action_end,
    action_equalise, action_exchange, action_execs, action_failed, action_filter, action_focus,
    action_focus_end, action_focus_pane, action_focus_tree, action_fold, action_fold_all,
    action_fold_level, action_follow, action_form, action_help, action_jump, action_list_erase,
    action_list_kernel, action_list_leave, action_list_machine, action_list_order, action_list_quit,
    action_list_tag, action_list_tree, action_lock, action_mark, action_maximise, action_mouse,
    action_move, action_move_pane, action_numbers, action_only, action_only_pane, action_open,
    action_page, action_parent, action_pause, action_pin, action_pipe, action_prompt_accept,
    action_prompt_cancel, action_prompt_complete, action_prompt_erase, action_prompt_erase_line,
    action_prompt_erase_word, action_prompt_history, action_prompt_jump, action_prompt_move,
    action_prompt_word, action_quit, action_record, action_redraw, action_resize, action_result,
    action_rotate, action_save, action_scope, action_search, action_search_all, action_search_next,
    action_seek, action_select, action_side, action_signal, action_speed, action_split,
    action_stamps, action_step, action_stop, action_suspend, action_tag, action_theme,
    action_threads, action_to_exit, action_to_failure, action_top, action_tree, action_tree_columns,
    action_unfilter, action_untag, action_window, action_wrap, action_zoom;

/* action-screen.c */
action_fn action_redraw_program, action_screen;

/* action-details.c */
action_fn action_details, action_who_else;

/* action-trouble.c */
action_fn action_blocked, action_last_words, action_summary;

action_fn action_sparklines;

/* action-notice.c */
action_fn action_watch;

/* action-timeline.c */
action_fn action_time_end, action_time_full, action_time_leave, action_time_move, action_time_start,
    action_time_trouble, action_time_zoom, action_timeline;

#endif
