libterm_a_SOURCES = \
	src/term/canvas.c src/term/canvas.h \
	src/term/input.c src/term/input.h \
	src/term/role.def \
	src/term/term.c src/term/term.h \
	src/term/theme.c src/term/theme.h \
	src/term/vtguard.c src/term/vtguard.h \
	src/term/vtview.c src/term/vtview.h
