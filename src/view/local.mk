libview_a_SOURCES = \
	src/view/blocked-text.c src/view/blocked-text.h \
	src/view/gutter.c src/view/gutter.h \
	src/view/layout.c src/view/layout.h \
	src/view/picker.c src/view/picker.h \
	src/view/plan.c src/view/plan.h \
	src/view/prompt.c src/view/prompt.h \
	src/view/rows.c src/view/rows.h \
	src/view/sparkline.c src/view/sparkline.h \
	src/view/state-text.c src/view/state-text.h \
	src/view/list/details.c src/view/list/details.h \
	src/view/list/lastwords.c src/view/list/lastwords.h \
	src/view/list/lastwords-draw.c \
	src/view/list/lastwords-state.h \
	src/view/list/procview.c src/view/list/procview.h \
	src/view/list/procview-draw.c \
	src/view/list/procview-state.h \
	src/view/list/results.c src/view/list/results.h \
	src/view/list/summary.c src/view/list/summary.h \
	src/view/pane/hex.c src/view/pane/hex.h \
	src/view/pane/pane.c src/view/pane/pane.h \
	src/view/pane/pane-find.c \
	src/view/pane/pane-lock.c \
	src/view/pane/pane-preview.c \
	src/view/pane/pane-screen.c \
	src/view/pane/pane-select.c \
	src/view/pane/pane-set.c src/view/pane/pane-set.h \
	src/view/pane/pane-state.h \
	src/view/pane/pane-title.c src/view/pane/pane-title.h \
	src/view/pane/replica.c src/view/pane/replica.h \
	src/view/pane/short-lived.c src/view/pane/short-lived.h \
	src/view/pane/tui-detect.c src/view/pane/tui-detect.h \
	src/view/pane/uncaptured.c src/view/pane/uncaptured.h \
	src/view/tree/timeline-view.c src/view/tree/timeline-view.h \
	src/view/tree/treeview.c src/view/tree/treeview.h \
	src/view/tree/treeview-draw.c \
	src/view/tree/treeview-figures.c \
	src/view/tree/treeview-find.c \
	src/view/tree/treeview-lines.c \
	src/view/tree/treeview-move.c \
	src/view/tree/treeview-state.h
