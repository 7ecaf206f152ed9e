libptrace_a_SOURCES = \
	src/ptrace/attach.c \
	src/ptrace/call.c src/ptrace/call.h \
	src/ptrace/chain.c src/ptrace/chain.h \
	src/ptrace/circle.c \
	src/ptrace/engine.c src/ptrace/engine.h \
	src/ptrace/filter.c src/ptrace/filter.h \
	src/ptrace/handlers.c \
	src/ptrace/interrupt.c \
	src/ptrace/job.c src/ptrace/job.h src/ptrace/leave.c \
	src/ptrace/ptrace.c src/ptrace/ptrace.h \
	src/ptrace/regs.c src/ptrace/regs.h \
	src/ptrace/rerun.c src/ptrace/rerun.h \
	src/ptrace/seize.c src/ptrace/seize.h \
	src/ptrace/spawn.c src/ptrace/spawn.h \
	src/ptrace/stop.c src/ptrace/stop.h \
	src/ptrace/syscalls.c src/ptrace/syscalls.h \
	src/ptrace/tracee.c src/ptrace/tracee.h \
	src/ptrace/tracer.c src/ptrace/tracer.h \
	src/ptrace/untraceable.c src/ptrace/untraceable.h \
	src/ptrace/wait.c src/ptrace/wait.h
