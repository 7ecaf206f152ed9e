libui_a_SOURCES = \
	src/ui/action.c src/ui/action.def src/ui/action.h \
	src/ui/action-attach.c \
	src/ui/action-capture.c \
	src/ui/action-details.c \
	src/ui/action-find.c \
	src/ui/action-look.c \
	src/ui/action-move.c \
	src/ui/action-notice.c \
	src/ui/action-prompt.c \
	src/ui/action-record.c \
	src/ui/action-replay.c \
	src/ui/action-screen.c \
	src/ui/action-select.c \
	src/ui/action-signal.c \
	src/ui/action-time.c \
	src/ui/action-timeline.c \
	src/ui/action-tree.c \
	src/ui/action-trouble.c \
	src/ui/action-window.c \
	src/ui/complete.c src/ui/complete.h \
	src/ui/config.c src/ui/config.def src/ui/config.h \
	src/ui/help.c src/ui/help.h \
	src/ui/incremental.c src/ui/incremental.h \
	src/ui/keys.c src/ui/keys.h \
	src/ui/mouse.c src/ui/mouse.h \
	src/ui/state.h \
	src/ui/status.c src/ui/status.h \
	src/ui/time-parse.c src/ui/time-parse.h \
	src/ui/ui.c src/ui/ui.h \
	src/ui/ui-draw.c \
	src/ui/watch.c src/ui/watch.h
