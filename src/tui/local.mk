pcat_tui_SOURCES = \
	src/tui/app.h \
	src/tui/options.c src/tui/options.h \
	src/tui/pcat-tui.c \
	src/tui/pipe.c \
	src/tui/start.c \
	src/tui/wait.c
