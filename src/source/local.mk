libsource_a_SOURCES = \
	src/source/child.c src/source/child.h \
	src/source/clock.c src/source/clock.h \
	src/source/excerpt.c src/source/excerpt.h \
	src/source/feed.c src/source/feed.h \
	src/source/hook.c src/source/hook.h \
	src/source/origin.c src/source/origin.h \
	src/source/player.c src/source/player.h \
	src/source/recorder.c src/source/recorder.h \
	src/source/request.c src/source/request.h \
	src/source/save.c src/source/save.h \
	src/source/shell.c src/source/shell.h \
	src/source/tape.c src/source/tape.h
