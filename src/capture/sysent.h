/* The table of syscalls that concern us: what a syscall number means, by architecture. The rows,
 * and what each shape means, are in sysent.def. */
#ifndef PCAT_CAPTURE_SYSENT_H
#define PCAT_CAPTURE_SYSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of call it is, and what its arguments are: see sysent.def. */
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
    unsigned char fd; /* index of the argument that is the fd written to or read from */
    unsigned char a;  /* index of the shape's first argument */
    bool input;       /* the call reads */
};

/* The row of a syscall; NULL: the table does not have it. arch: an AUDIT_ARCH_ value. */
const struct sysent *sysent_find(uint32_t arch, uint64_t nr);

/* True for calls that carry output or input: SHAPE_BUF to SHAPE_SOCKETCALL. */
bool sysent_is_transfer(const struct sysent *ent);

/* True when the call may be restarted if our interrupt has ended it with EINTR. args: at least the
 * first three arguments of the call. */
bool sysent_can_rerun(const struct sysent *ent, const uint64_t *args);

/* The ioctl(2) requests that change the mode or the size of a terminal; ends with 0. */
extern const uint32_t sysent_terminal_requests[];

/* True when the call is one of these. args: as above. */
bool sysent_sets_terminal(const struct sysent *ent, const uint64_t *args);

/* The size of a pointer, a long and a size_t in bytes: 4 or 8. */
size_t sysent_word(uint32_t arch);

/* The name, with its article, of an ABI that the table does not have: x32, another architecture.
 * NULL: the table has it. */
const char *sysent_foreign(uint32_t arch, uint64_t nr);

/* Calls fn for every row of an architecture. */
void sysent_each(uint32_t arch, void (*fn)(void *user, int nr, const struct sysent *ent),
                 void *user);

#endif
