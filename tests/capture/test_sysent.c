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

#include "capture/sysent.h"

static const struct row {
    uint32_t arch;
    int nr;
    const char *name;
    enum shape shape;
    bool input;
} rows[] = {
#define ROW(ABI, NR, NAME, SHAPE, FD, A) {AUDIT_ARCH_##ABI, NR, #NAME, SHAPE_##SHAPE, false},
#define IN(ABI, NR, NAME, SHAPE, FD, A) {AUDIT_ARCH_##ABI, NR, #NAME, SHAPE_##SHAPE, true},
#include "capture/sysent.def"
#undef ROW
#undef IN
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
#define IN ROW
#include "capture/sysent.def"
#undef ROW
#undef IN
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
    assert_int_equal(sum, ROWS); /* no number occurs twice */
    sysent_each(AUDIT_ARCH_RISCV64, count, &sum);
    assert_int_equal(sum, ROWS);
}

static const uint32_t abis[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};

static const struct sysent *named(uint32_t arch, const char *name)
{
    for (int i = 0; i < ROWS; i++)
        if (rows[i].arch == arch && strcmp(rows[i].name, name) == 0)
            return sysent_find(arch, (uint64_t)rows[i].nr);
    return NULL;
}

static bool has(const char *const *names, const char *name)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names;
}

/* Each of the family is in each ABI, and besides them and the few that only i386 has there is
 * nothing of the kind. */
static void check_family(const char *const *family, const char *const *of_i386, bool input)
{
    for (int a = 0; a < 3; a++)
        for (int f = 0; family[f]; f++) {
            const struct sysent *ent = named(abis[a], family[f]);
            if (!ent || !sysent_is_transfer(ent) || ent->input != input)
                fail_msg("arch %x has no %s", abis[a], family[f]);
        }
    for (int i = 0; i < ROWS; i++) {
        const struct sysent *ent = sysent_find(rows[i].arch, (uint64_t)rows[i].nr);
        assert_int_equal(rows[i].input, ent->input);
        assert_int_equal(sysent_is_transfer(ent) && ent->input == input,
                         has(family, ent->name) || has(of_i386, ent->name));
    }
}

static void test_output_family(void **state)
{
    static const char *const family[] = {
        "write",    "writev",   "pwrite64", "pwritev", "pwritev2", "sendto",          "sendmsg",
        "sendmmsg", "sendfile", "splice",   "tee",     "vmsplice", "copy_file_range", NULL};
    static const char *const of_i386[] = {"sendfile64", "socketcall", NULL};

    (void)state;
    check_family(family, of_i386, false);
}

static void test_input_family(void **state)
{
    static const char *const family[] = {"read",     "readv",   "pread64",  "preadv", "preadv2",
                                         "recvfrom", "recvmsg", "recvmmsg", NULL};
    static const char *const of_i386[] = {"recvmmsg_time64", NULL};

    (void)state;
    check_family(family, of_i386, true);
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
    assert_string_equal(sysent_foreign(AUDIT_ARCH_X86_64, 0x40000001), "the x32");
    assert_null(sysent_foreign(AUDIT_ARCH_X86_64, 1));
    assert_null(sysent_foreign(AUDIT_ARCH_X86_64, UINT64_MAX));
    assert_null(sysent_foreign(AUDIT_ARCH_X86_64, UINT32_MAX));
    assert_null(sysent_foreign(AUDIT_ARCH_I386, 0x40000001));
    assert_string_equal(sysent_foreign(AUDIT_ARCH_RISCV64, 64), "a foreign");
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
        cmocka_unit_test(test_input_family),
        cmocka_unit_test(test_nothing_else),
    };

    return cmocka_run_group_tests_name("sysent", tests, NULL, NULL);
}
