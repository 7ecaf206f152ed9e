/* The registers that hold a syscall's number and result. x86-64 and its 32-bit
 * programs; on other architectures these answer -1 and nothing is changed. */
#ifndef PCAT_ENGINE_REGS_H
#define PCAT_ENGINE_REGS_H

#include <stdint.h>
#include <sys/types.h>

/* What a dying thread's syscall had returned, at PTRACE_EVENT_EXIT. 0, or -1 when it can't be
 * told. -ENOSYS: it never got as far. */
int regs_result(pid_t tid, int64_t *result);

/* At the stop that our own PTRACE_INTERRUPT caused: when a wait is about to fail with
 * EINTR for no other reason than this stop, makes the kernel run it again. (A signal that did come
 * still ends it: ERESTARTNOHAND with a handler is EINTR.) */
void regs_hide_interrupt(pid_t tid);

#endif
