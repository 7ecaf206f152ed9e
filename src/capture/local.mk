libcapture_a_SOURCES = \
	src/capture/aside.c src/capture/aside.h \
	src/capture/backlog.c src/capture/backlog.h \
	src/capture/blocked.c src/capture/blocked.h \
	src/capture/control.c src/capture/control.h \
	src/capture/doctor.c src/capture/doctor.h \
	src/capture/emit.c src/capture/emit.h \
	src/capture/engine.c src/capture/engine.h \
	src/capture/fds.c src/capture/fds.h \
	src/capture/fd-rules.c src/capture/fd-rules.h \
	src/capture/filesystem.c src/capture/filesystem.h \
	src/capture/follow.h \
	src/capture/list.c src/capture/list.h \
	src/capture/lister.c src/capture/lister.h \
	src/capture/loop.c src/capture/loop.h \
	src/capture/names.c src/capture/names.h \
	src/capture/obstacle.c src/capture/obstacle.h \
	src/capture/pack.c src/capture/pack.h \
	src/capture/piece.c src/capture/piece.h \
	src/capture/privilege.c src/capture/privilege.h \
	src/capture/procfs.c src/capture/procfs.h \
	src/capture/procfs-ends.c \
	src/capture/procfs-fd.c \
	src/capture/procfs-text.h \
	src/capture/proctitle.c src/capture/proctitle.h \
	src/capture/readers.c src/capture/readers.h \
	src/capture/redraw.c src/capture/redraw.h \
	src/capture/remote.c src/capture/remote.h \
	src/capture/rights.c src/capture/rights.h \
	src/capture/ring.c src/capture/ring.h \
	src/capture/session.h \
	src/capture/sysent.c src/capture/sysent.def src/capture/sysent.h \
	src/capture/task.c src/capture/task.h \
	src/capture/tell.c src/capture/tell.h
