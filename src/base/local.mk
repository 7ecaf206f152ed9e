libbase_a_SOURCES = \
	src/base/base64.c src/base/base64.h \
	src/base/buf.c src/base/buf.h \
	src/base/bytes.h \
	src/base/format.c src/base/format.h \
	src/base/log.c src/base/log.h \
	src/base/monotonic.c src/base/monotonic.h \
	src/base/out.c src/base/out.h \
	src/base/printable.c src/base/printable.h \
	src/base/private-file.c src/base/private-file.h \
	src/base/regex.c src/base/regex.h \
	src/base/self-stop.c src/base/self-stop.h src/base/signame.c src/base/signame.h \
	src/base/text.c src/base/text.h \
	src/base/text-escape.c \
	src/base/text-state.h \
	src/base/utf8.c src/base/utf8.h \
	src/base/xmalloc.c src/base/xmalloc.h
