libsink_a_SOURCES = \
	src/sink/asciicast.c \
	src/sink/json.c \
	src/sink/lines.c src/sink/lines.h \
	src/sink/pick.c src/sink/pick.h \
	src/sink/plain.c \
	src/sink/prefix.c \
	src/sink/record.c \
	src/sink/sinks.h \
	src/sink/split.c \
	src/sink/table.c
