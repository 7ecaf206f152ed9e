/* 32-bit calls from 64-bit code. */
#ifndef PCAT_TESTS_INT80_H
#define PCAT_TESTS_INT80_H

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracee.h"

#if defined(__x86_64__)

enum { NR32_GETPID = 20 };

/* What the kernel ignores in the high half of a register. */
static const uint64_t GARBAGE = 0xdeadbeef00000000;

/* The sixth argument goes by ebp. The red zone is stepped over. */
static inline long int80_6(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                           uint64_t f)
{
    register uint64_t sixth __asm__("r12") = f;
    long result;

    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpush %%rbp\n\tmov %%r12, %%rbp\n\t"
                     "int $0x80\n\tpop %%rbp\n\tlea 128(%%rsp), %%rsp"
                     : "=a"(result)
                     : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "r"(sixth)
                     : "r8", "r9", "r10", "r11", "memory");
    return (int32_t)result;
}

static inline long int80(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    return int80_6(nr, a, b, c, d, e, 0);
}

struct iovec32 {
    uint32_t base, len;
};

static inline uint32_t low(const void *p)
{
    NEED((uintptr_t)p < UINT32_MAX);
    return (uint32_t)(uintptr_t)p;
}

/* Memory that such a call can reach, or NULL when this kernel has none of them. */
static inline char *low_memory(size_t n)
{
    char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    return p == MAP_FAILED || int80(NR32_GETPID, 0, 0, 0, 0, 0) != getpid() ? NULL : p;
}

#endif
#endif
