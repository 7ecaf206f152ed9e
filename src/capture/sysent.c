/* sysent.def is included once for each architecture; the macros select its rows. */
#include "capture/sysent.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>

#define ENTRY(nr, name, shape, fd, a, input) [nr] = {#name, SHAPE_##shape, fd, a, input},
#define NO_ENTRY(nr, name, shape, fd, a, input)
#define ROW(abi, nr, name, shape, fd, a) ROW_##abi(nr, name, shape, fd, a, false)
#define IN(abi, nr, name, shape, fd, a) ROW_##abi(nr, name, shape, fd, a, true)

#define ROW_X86_64 ENTRY
#define ROW_I386 NO_ENTRY
#define ROW_AARCH64 NO_ENTRY
static const struct sysent x86_64[] = {
#include "capture/sysent.def"
};
#undef ROW_X86_64
#undef ROW_I386
#define ROW_X86_64 NO_ENTRY
#define ROW_I386 ENTRY
static const struct sysent i386[] = {
#include "capture/sysent.def"
};
#undef ROW_I386
#undef ROW_AARCH64
#define ROW_I386 NO_ENTRY
#define ROW_AARCH64 ENTRY
static const struct sysent aarch64[] = {
#include "capture/sysent.def"
};

static const struct table {
    uint32_t arch;
    size_t word;
    const struct sysent *rows;
    size_t count;
} tables[] = {
    {AUDIT_ARCH_X86_64, 8, x86_64, sizeof x86_64 / sizeof *x86_64},
    {AUDIT_ARCH_I386, 4, i386, sizeof i386 / sizeof *i386},
    {AUDIT_ARCH_AARCH64, 8, aarch64, sizeof aarch64 / sizeof *aarch64},
};

enum { TABLES = sizeof tables / sizeof *tables, X32_BIT = 0x40000000 };

static const struct table *table_of(uint32_t arch)
{
    for (int i = 0; i < TABLES; i++)
        if (tables[i].arch == arch)
            return &tables[i];
    return NULL;
}

const struct sysent *sysent_find(uint32_t arch, uint64_t nr)
{
    const struct table *t = table_of(arch);

    return t && nr < t->count && t->rows[nr].name ? &t->rows[nr] : NULL;
}

bool sysent_is_transfer(const struct sysent *ent)
{
    return ent->shape >= SHAPE_BUF && ent->shape <= SHAPE_SOCKETCALL;
}

/* The ioctl(2) in which a seccomp supervisor waits for a request. It may be restarted: no request
 * was received yet. */
static bool waits_for_request(const struct sysent *ent, const uint64_t *args)
{
    return ent->shape == SHAPE_TERMINAL && (uint32_t)args[ent->a] == SECCOMP_IOCTL_NOTIF_RECV;
}

bool sysent_can_rerun(const struct sysent *ent, const uint64_t *args)
{
    return ent->shape == SHAPE_WAIT || (ent->shape >= SHAPE_BUF && ent->shape <= SHAPE_MMSG) ||
           waits_for_request(ent, args);
}

/* The last three are TCSETS2, TCSETSW2 and TCSETSF2, whose header conflicts with the C library's.
 */
const uint32_t sysent_terminal_requests[] = {TCSETS,     TCSETSW,    TCSETSF,    TIOCSWINSZ,
                                             0x402c542b, 0x402c542c, 0x402c542d, 0};

bool sysent_sets_terminal(const struct sysent *ent, const uint64_t *args)
{
    const uint32_t *request = sysent_terminal_requests;

    if (ent->shape != SHAPE_TERMINAL)
        return false;
    while (*request && *request != (uint32_t)args[ent->a])
        request++;
    return *request;
}

size_t sysent_word(uint32_t arch)
{
    const struct table *t = table_of(arch);

    return t ? t->word : sizeof(long);
}

const char *sysent_foreign(uint32_t arch, uint64_t nr)
{
    if (!table_of(arch))
        return "a foreign";
    return arch == AUDIT_ARCH_X86_64 && (uint32_t)nr != UINT32_MAX && (nr & X32_BIT) ? "the x32"
                                                                                     : NULL;
}

void sysent_each(uint32_t arch, void (*fn)(void *user, int nr, const struct sysent *ent),
                 void *user)
{
    const struct table *t = table_of(arch);

    for (size_t nr = 0; t && nr < t->count; nr++)
        if (t->rows[nr].name)
            fn(user, (int)nr, &t->rows[nr]);
}
