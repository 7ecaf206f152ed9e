/* What a syscall number means, by architecture. The rows are in sysent.def. */
#ifndef PCAT_CAPTURE_SYSENT_H
#define PCAT_CAPTURE_SYSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shape {
    SHAPE_NONE,
    SHAPE_BUF,
    SHAPE_IOV,
    SHAPE_MSG,
    SHAPE_MMSG,
    SHAPE_FILE,
    SHAPE_FILE32,
    SHAPE_PIPE,
    SHAPE_SOCKETCALL,
    SHAPE_CLOSE,
    SHAPE_CLOSES,
    SHAPE_DUP,
    SHAPE_UNSHARE,
    SHAPE_TERMINAL,
    SHAPE_CLONE,
    SHAPE_CLONE3,
    SHAPE_PTRACE,
    SHAPE_RING,
    SHAPE_PRCTL,
    SHAPE_SECCOMP,
    SHAPE_AIO,
    SHAPE_WAIT
};

struct sysent {
    const char *name;
    enum shape shape;
    unsigned char fd; /* which argument is the fd that is written to or read from */
    unsigned char a;  /* which argument is the shape's first */
    bool input;       /* the bytes come in */
};

/* The row, or NULL when the call is of no interest. arch is an AUDIT_ARCH_ value. */
const struct sysent *sysent_find(uint32_t arch, uint64_t nr);

/* Output or input: from SHAPE_BUF to SHAPE_SOCKETCALL. */
bool sysent_is_transfer(const struct sysent *ent);

/* A failure with EINTR that we caused may be hidden by running the call again. args: of the call,
 * the first three. */
bool sysent_can_rerun(const struct sysent *ent, const uint64_t *args);

/* The requests of ioctl(2) that change the mode or the size of a terminal, 0 at the end. */
extern const uint32_t sysent_terminal_requests[];

/* The call is one of these. args: of the call. */
bool sysent_sets_terminal(const struct sysent *ent, const uint64_t *args);

/* Bytes of a pointer, a long and a size_t: 4 or 8. */
size_t sysent_word(uint32_t arch);

/* The name of an ABI that the tables do not have: x32 numbers of x86-64 code, another architecture.
 * NULL: they do. */
const char *sysent_foreign(uint32_t arch, uint64_t nr);

/* Calls fn for every row of an architecture. */
void sysent_each(uint32_t arch, void (*fn)(void *user, int nr, const struct sysent *ent),
                 void *user);

#endif
