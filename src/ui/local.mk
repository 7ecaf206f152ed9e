libui_a_SOURCES = \
	src/ui/action.c src/ui/action-attach.c src/ui/action-details.c src/ui/action-find.c src/ui/action-notice.c src/ui/action-prompt.c src/ui/action-record.c src/ui/action-screen.c src/ui/action-signal.c src/ui/action-time.c src/ui/action-timeline.c src/ui/action-tree.c src/ui/action-trouble.c src/ui/action-window.c src/ui/action.def src/ui/action.h src/ui/action-select.c \
	src/ui/action-replay.c \
	src/ui/blocked.c src/ui/blocked.h \
	src/ui/canvas.c src/ui/canvas.h \
	src/ui/clock.c src/ui/clock.h \
	src/ui/complete.c src/ui/complete.h \
	src/ui/config.c src/ui/config.def src/ui/config.h \
	src/ui/busy.c src/ui/busy.h \
	src/ui/desk.c src/ui/desk.h \
	src/ui/details.c src/ui/details.h \
	src/ui/passers.c src/ui/passers.h \
	src/ui/errand.c src/ui/errand.h \
	src/ui/excerpt.c src/ui/excerpt.h \
	src/ui/feed.c src/ui/feed.h \
	src/ui/child.c src/ui/child.h \
	src/ui/format.c src/ui/format.h \
	src/ui/gutter.c src/ui/gutter.h \
	src/ui/guess.c src/ui/guess.h \
	src/ui/help.c src/ui/help.h \
	src/ui/hex.c src/ui/hex.h \
	src/ui/hook.c src/ui/hook.h \
	src/ui/input.c src/ui/input.h \
	src/ui/keys.c src/ui/keys.h \
	src/ui/lastwords.c src/ui/lastwords-draw.c src/ui/lastwords-state.h src/ui/lastwords.h \
	src/ui/layout.c src/ui/layout.h \
	src/ui/live.c src/ui/live.h \
	src/ui/pane.c src/ui/pane-find.c src/ui/pane-lock.c src/ui/pane-screen.c src/ui/pane-state.h src/ui/pane-trial.c src/ui/pane.h src/ui/pane-select.c \
	src/ui/mouse.c src/ui/mouse.h \
	src/ui/picker.c src/ui/picker.h \
	src/ui/plan.c src/ui/plan.h \
	src/ui/procview.c src/ui/procview-draw.c src/ui/procview-state.h src/ui/procview.h \
	src/ui/player.c src/ui/player.h \
	src/ui/prompt.c src/ui/prompt.h \
	src/ui/recorder.c src/ui/recorder.h \
	src/ui/replica.c src/ui/replica.h \
	src/ui/results.c src/ui/results.h \
	src/ui/role.def \
	src/ui/rows.c src/ui/rows.h \
	src/ui/save.c src/ui/save.h \
	src/ui/shell.c src/ui/shell.h \
	src/ui/spark.c src/ui/spark.h \
	src/ui/state.h \
	src/ui/status.c src/ui/status.h \
	src/ui/strip.c src/ui/strip.h \
	src/ui/summary.c src/ui/summary.h \
	src/ui/tape.c src/ui/tape.h \
	src/ui/term.c src/ui/term.h \
	src/ui/theme.c src/ui/theme.h \
	src/ui/title.c src/ui/title.h \
	src/ui/treeview.c src/ui/treeview-draw.c src/ui/treeview-figures.c src/ui/treeview-find.c src/ui/treeview-lines.c src/ui/treeview-state.h src/ui/treeview.h \
	src/ui/ui.c src/ui/ui.h \
	src/ui/vtguard.c src/ui/vtguard.h \
	src/ui/vtview.c src/ui/vtview.h \
	src/ui/watch.c src/ui/watch.h \
	src/ui/when.c src/ui/when.h
