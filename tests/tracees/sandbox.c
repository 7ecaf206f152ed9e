/* Programs that have a seccomp filter of their own. The result that it gives to a write is not the
 * number of bytes written, and must be the same under a tracer. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

/* What the filter does to a write on these fds, all of them copies of fd 1. */
enum { FD_ZERO_BYTES = 50, FD_DENIED, FD_TRAPPED, FD_TRACED, FD_END };

enum { BY_SECCOMP = 1 }; /* SYS_SECCOMP of the kernel's siginfo.h */

#if defined(__x86_64__)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

static void confine(void)
{
    struct sock_filter code[] = {
        LOAD(nr),
        UNLESS(SYS_write, 9),
        LOAD(args[0]),
        UNLESS(FD_ZERO_BYTES, 1),
        RETURN(SECCOMP_RET_ERRNO),
        UNLESS(FD_DENIED, 1),
        RETURN(SECCOMP_RET_ERRNO | EACCES),
        UNLESS(FD_TRAPPED, 1),
        RETURN(SECCOMP_RET_TRAP),
        UNLESS(FD_TRACED, 1),
        RETURN(SECCOMP_RET_TRACE),
        RETURN(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};

    NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    NEED(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

static volatile int trapped;

/* The filter makes the program believe that all bytes were written. */
static void on_trap(int sig, siginfo_t *info, void *context)
{
    ucontext_t *c = context;

    (void)sig;
    trapped += info->si_code == BY_SECCOMP && info->si_syscall == SYS_write;
    c->uc_mcontext.gregs[REG_RAX] = c->uc_mcontext.gregs[REG_RDX];
}

/* "x" is as long as the number of write(2): that is what the kernel leaves as the result of a call
 * that was trapped. */
static int sandbox(int argc, char **argv)
{
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};

    (void)argc, (void)argv;
    sigaction(SIGSYS, &action, NULL);
    for (int fd = FD_ZERO_BYTES; fd < FD_END; fd++)
        NEED(dup2(1, fd) == fd);
    truth_say(FD_TRAPPED, "before\n");
    confine();
    for (int i = 0; i < 20; i++) {
        NEED(write(FD_ZERO_BYTES, "nothing", 7) == 0);
        NEED(write(FD_DENIED, "denied", 6) < 0 && errno == EACCES);
        NEED(write(FD_TRAPPED, "trapped", 7) == 7 && write(FD_TRAPPED, "x", 1) == 1);
        NEED(trapped == 2 * (i + 1));
        NEED(write(FD_TRACED, "traced", 6) < 0 && errno == ENOSYS); /* as without a tracer */
        truth_say(1, "allowed %d\n", i);
        truth_write(1, "x", 1);
    }
    return 0;
}

#else

static int sandbox(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 99;
}

#endif

const struct tracee_case cases_sandbox[] = {{"sandbox", sandbox, 0}, {0}};
