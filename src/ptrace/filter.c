/* Makes the filter with libseccomp, one rule or more for each row of the syscall table. A syscall
 * without a rule is allowed. */
#include "ptrace/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/sysent.h"
#include "ptrace/wait.h"

/* The ABIs whose syscalls the filter knows. libseccomp identifies a syscall by its native number,
 * or by a number of libseccomp's own if only another ABI has it, and adds the rule for each ABI
 * that knows the name. */
static const uint32_t abis[] = {
#if defined(__x86_64__)
    AUDIT_ARCH_X86_64,
    AUDIT_ARCH_I386,
#elif defined(__aarch64__)
    AUDIT_ARCH_AARCH64,
#endif
};

enum { ABIS = sizeof abis / sizeof *abis };

struct build {
    scmp_filter_ctx context;
    bool input;
    int error; /* of the first rule that failed */
};

static void note_result(struct build *b, int result)
{
    if (result < 0 && result != -EEXIST && !b->error)
        b->error = result;
}

/* Stops at each call of this number. */
static void trace_all(struct build *b, int nr)
{
    note_result(b, seccomp_rule_add(b->context, SCMP_ACT_TRACE(FILTER_MARK), nr, 0));
}

/* Stops only at calls whose argument number arg has this value; compares the low 32 bits, as the
 * kernel does. */
static void trace_if(struct build *b, int nr, unsigned arg, uint32_t value)
{
    note_result(b, seccomp_rule_add(b->context, SCMP_ACT_TRACE(FILTER_MARK), nr, 1,
                                    SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, 0xffffffff, value)));
}

static void trace_requests(struct build *b, int nr, unsigned arg)
{
    for (const uint32_t *request = sysent_terminal_requests; *request; request++)
        trace_if(b, nr, arg, *request);
}

/* The rules of one row. To keep stops rare: input stops only on fd 0, close and dup only on fds 1
 * and 2, ioctl only for the requests that change a terminal. */
static void add_row(void *user, int nr, const struct sysent *ent)
{
    struct build *b = user;

    nr = seccomp_syscall_resolve_name(ent->name);
    if (nr == __NR_SCMP_ERROR || ent->shape == SHAPE_WAIT)
        return;
    if (ent->shape == SHAPE_CLONE) {
        note_result(b, seccomp_rule_add(
                           b->context, SCMP_ACT_TRACE(FILTER_MARK), nr, 1,
                           SCMP_CMP(ent->a, SCMP_CMP_MASKED_EQ, CLONE_UNTRACED, CLONE_UNTRACED)));
    } else if (ent->shape == SHAPE_PRCTL) {
        note_result(b,
                    seccomp_rule_add(
                        b->context, SCMP_ACT_TRACE(FILTER_MARK), nr, 2,
                        SCMP_CMP(ent->a, SCMP_CMP_MASKED_EQ, 0xffffffff, PR_SET_SECCOMP),
                        SCMP_CMP(ent->a + 1, SCMP_CMP_MASKED_EQ, 0xffffffff, SECCOMP_MODE_STRICT)));
    } else if (ent->shape == SHAPE_SECCOMP) {
        trace_if(b, nr, ent->a, SECCOMP_SET_MODE_STRICT);
    } else if (ent->input) {
        if (b->input)
            trace_if(b, nr, ent->fd, STDIN_FILENO);
    } else if (ent->shape == SHAPE_CLOSE || ent->shape == SHAPE_DUP) {
        trace_if(b, nr, ent->a, 1);
        trace_if(b, nr, ent->a, 2);
    } else if (ent->shape == SHAPE_TERMINAL) {
        trace_requests(b, nr, ent->a);
    } else {
        trace_all(b, nr);
    }
}

static int add_rules(scmp_filter_ctx all, bool input)
{
    struct build b = {.context = all, .input = input};

    /* libseccomp's default kills a program that uses an ABI without rules: stop there instead. */
    note_result(&b, seccomp_attr_set(all, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRACE(FILTER_MARK)));
#if defined(__x86_64__)
    note_result(&b, seccomp_arch_add(all, SCMP_ARCH_X86));
#endif
    for (int i = 0; i < ABIS; i++)
        sysent_each(abis[i], add_row, &b);
    return b.error;
}

/* Copies libseccomp's program into memory of ours, by way of an fd. */
static int export_program(scmp_filter_ctx all, struct sock_fprog *program)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    struct stat st;
    int result = -1;

    if (fd < 0)
        return -1;
    if (seccomp_export_bpf(all, fd) == 0 && fstat(fd, &st) == 0) {
        program->len = (unsigned short)((size_t)st.st_size / sizeof(struct sock_filter));
        program->filter = xmalloc((size_t)st.st_size);
        result = pread(fd, program->filter, (size_t)st.st_size, 0) == st.st_size ? 0 : -1;
        if (result < 0)
            filter_free(program);
    }
    close(fd);
    return result;
}

int filter_build(struct sock_fprog *program, bool input)
{
    scmp_filter_ctx all = ABIS ? seccomp_init(SCMP_ACT_ALLOW) : NULL;
    int result;

    *program = (struct sock_fprog){0};
    if (!all)
        return -1;
    result = add_rules(all, input) < 0 ? -1 : export_program(all, program);
    seccomp_release(all);
    return result;
}

void filter_free(struct sock_fprog *program)
{
    free(program->filter);
    *program = (struct sock_fprog){0};
}

int filter_install(const struct sock_fprog *program)
{
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program);
}

bool filter_can_install(const struct sock_fprog *program)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(filter_install(program) < 0);
    return pid > 0 && wait_for_child(pid) == 0;
}
