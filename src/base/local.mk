libbase_a_SOURCES = \
	src/base/buf.c src/base/buf.h \
	src/base/bytes.h \
	src/base/log.c src/base/log.h \
	src/base/out.c src/base/out.h \
	src/base/xmalloc.c src/base/xmalloc.h
