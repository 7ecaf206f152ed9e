libevent_a_SOURCES = \
	src/event/decode.c src/event/decode.h \
	src/event/event.c src/event/event.h \
	src/event/fields.c src/event/fields.h \
	src/event/gaveup.h \
	src/event/hide.c src/event/hide.h \
	src/event/item.c src/event/item.h \
	src/event/reader.c src/event/reader.h \
	src/event/sink.h \
	src/event/wire.c src/event/wire.h \
	src/event/zip.c src/event/zip.h
