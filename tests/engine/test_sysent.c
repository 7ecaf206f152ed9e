/* The table of syscalls against two others: the headers of this architecture, and
 * libseccomp's for the rest. */
#include <linux/audit.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "engine/sysent.h"

static const struct row {
    uint32_t arch;
    int nr;
    const char *name;
    enum shape shape;
} rows[] = {
#define ROW(ABI, NR, NAME, SHAPE, FD, A) {AUDIT_ARCH_##ABI, NR, #NAME, SHAPE_##SHAPE},
#include "engine/sysent.def"
#undef ROW
};

enum { ROWS = sizeof rows / sizeof *rows };

/* By the headers, where the name is that of this architecture. */
#if defined(__x86_64__)
#define NATIVE(NR, NAME) {NR, SYS_##NAME, #NAME},
#define ROW_X86_64 NATIVE
#define ROW_AARCH64(NR, NAME)
#elif defined(__aarch64__)
#define NATIVE(NR, NAME) {NR, SYS_##NAME, #NAME},
#define ROW_AARCH64 NATIVE
#define ROW_X86_64(NR, NAME)
#else
#define ROW_X86_64(NR, NAME)
#define ROW_AARCH64(NR, NAME)
#endif
#define ROW_I386(NR, NAME)

static const struct {
    int nr, header;
    const char *name;
} native[] = {
#define ROW(ABI, NR, NAME, SHAPE, FD, A) ROW_##ABI(NR, NAME)
#include "engine/sysent.def"
#undef ROW
    {0, 0, "end"},
};

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof native / sizeof *native; i++)
        if (native[i].nr != native[i].header)
            fail_msg("%s is %d, not %d", native[i].name, native[i].header, native[i].nr);
}

static uint32_t scmp_arch(uint32_t arch)
{
    switch (arch) {
    case AUDIT_ARCH_X86_64:
        return SCMP_ARCH_X86_64;
    case AUDIT_ARCH_I386:
        return SCMP_ARCH_X86;
    default:
        return SCMP_ARCH_AARCH64;
    }
}

static void test_libseccomp(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        char *name = seccomp_syscall_resolve_num_arch(scmp_arch(rows[i].arch), rows[i].nr);
        if (!name || strcmp(name, rows[i].name) != 0)
            fail_msg("%d of arch %x is %s, not %s", rows[i].nr, rows[i].arch, name ? name : "none",
                     rows[i].name);
        free(name);
    }
}

static void test_every_row_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        const struct sysent *ent = sysent_find(rows[i].arch, (uint64_t)rows[i].nr);
        assert_non_null(ent);
        assert_string_equal(ent->name, rows[i].name);
        assert_int_equal(ent->shape, rows[i].shape);
        assert_int_not_equal(ent->shape, SHAPE_NONE);
        assert_true(ent->fd < 6 && ent->a < 6);
    }
}

static void count(void *user, int nr, const struct sysent *ent)
{
    int *n = user;

    assert_true(nr >= 0 && ent->name);
    ++*n;
}

static void test_each_visits_all(void **state)
{
    static const uint32_t arches[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};
    int sum = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        sysent_each(arches[i], count, &sum);
    assert_int_equal(sum, ROWS); /* no number twice */
    sysent_each(AUDIT_ARCH_RISCV64, count, &sum);
    assert_int_equal(sum, ROWS);
}

/* The whole output family, in each ABI; and a row is output by its shape alone. */
static void test_output_family(void **state)
{
    static const char *const family[] = {
        "write",    "writev",   "pwrite64", "pwritev", "pwritev2", "sendto",         "sendmsg",
        "sendmmsg", "sendfile", "splice",   "tee",     "vmsplice", "copy_file_range"};
    static const uint32_t arches[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};

    (void)state;
    for (int a = 0; a < 3; a++)
        for (size_t f = 0; f < sizeof family / sizeof *family; f++) {
            const struct sysent *ent = NULL;
            for (int i = 0; i < ROWS && !ent; i++)
                if (rows[i].arch == arches[a] && strcmp(rows[i].name, family[f]) == 0)
                    ent = sysent_find(arches[a], (uint64_t)rows[i].nr);
            if (!ent || !sysent_is_output(ent))
                fail_msg("arch %x has no %s", arches[a], family[f]);
        }
    for (int i = 0; i < ROWS; i++) {
        const struct sysent *ent = sysent_find(rows[i].arch, (uint64_t)rows[i].nr);
        bool output = strcmp(ent->name, "socketcall") == 0 || strcmp(ent->name, "sendfile64") == 0;
        for (size_t f = 0; f < sizeof family / sizeof *family; f++)
            output |= strcmp(ent->name, family[f]) == 0;
        assert_int_equal(sysent_is_output(ent), output);
    }
}

static void test_nothing_else(void **state)
{
    (void)state;
    assert_null(sysent_find(AUDIT_ARCH_X86_64, 4)); /* stat; write in the other ABI */
    assert_null(sysent_find(AUDIT_ARCH_I386, 1));   /* exit */
    assert_null(sysent_find(AUDIT_ARCH_I386, 20));  /* getpid */
    assert_null(sysent_find(AUDIT_ARCH_X86_64, 100000));
    assert_null(sysent_find(AUDIT_ARCH_X86_64, UINT64_MAX));
    assert_null(sysent_find(AUDIT_ARCH_X86_64, 0x40000001));
    assert_null(sysent_find(AUDIT_ARCH_RISCV64, 64));
    assert_true(sysent_is_x32(AUDIT_ARCH_X86_64, 0x40000001));
    assert_false(sysent_is_x32(AUDIT_ARCH_X86_64, 1));
    assert_false(sysent_is_x32(AUDIT_ARCH_X86_64, UINT64_MAX));
    assert_false(sysent_is_x32(AUDIT_ARCH_I386, 0x40000001));
    assert_int_equal(sysent_word(AUDIT_ARCH_X86_64), 8);
    assert_int_equal(sysent_word(AUDIT_ARCH_I386), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_libseccomp),
        cmocka_unit_test(test_every_row_is_found),
        cmocka_unit_test(test_each_visits_all),
        cmocka_unit_test(test_output_family),
        cmocka_unit_test(test_nothing_else),
    };

    return cmocka_run_group_tests_name("sysent", tests, NULL, NULL);
}
