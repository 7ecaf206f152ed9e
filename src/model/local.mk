MODEL_SOURCES = \
	src/model/budget.c src/model/budget.h \
	src/model/calls.c src/model/calls.h \
	src/model/chapters.c src/model/chapters.h \
	src/model/clamp.c src/model/clamp.h \
	src/model/copy-text.c \
	src/model/entries.c src/model/entries.h \
	src/model/filter.c src/model/filter.h \
	src/model/instant.c src/model/instant.h \
	src/model/internal.h \
	src/model/linetext.c src/model/linetext.h \
	src/model/model.c src/model/model.h \
	src/model/neighbours.c src/model/neighbours.h \
	src/model/notice.c src/model/notice.h \
	src/model/processes.c src/model/processes.h \
	src/model/rates.c src/model/rates.h \
	src/model/registry.c \
	src/model/restore.c src/model/restore.h \
	src/model/scope.c \
	src/model/search.c src/model/search.h \
	src/model/snapshot.c src/model/snapshot.h \
	src/model/store.h \
	src/model/stream.c src/model/stream.h \
	src/model/stream-read.c \
	src/model/timeline.c src/model/timeline.h \
	src/model/transcript.c src/model/transcript.h \
	src/model/tree.c src/model/tree.h \
	src/model/tree-read.c \
	src/model/trouble.c src/model/trouble.h \
	src/model/view.c src/model/view.h \
	src/model/view-read.c \
	src/model/view-state.h \
	src/model/view-work.c
libmodel_a_SOURCES = $(MODEL_SOURCES)
