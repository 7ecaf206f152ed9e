pcat_SOURCES = \
	src/pcat/options.c src/pcat/options.h \
	src/pcat/pcat.c
