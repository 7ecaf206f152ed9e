/* A 32-bit program that is built without libraries and headers. Waits for a byte on stdin, writes
 * in some ways and exits with 44. */
typedef unsigned int u32;

static int call(int nr, u32 a, u32 b, u32 c)
{
    int result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

struct iovec32 {
    u32 base, len;
};

enum { NR_EXIT = 1, NR_FORK = 2, NR_READ = 3, NR_WRITE = 4, NR_WAITPID = 7, NR_WRITEV = 146 };

static char big[20000];

void _start(void);

void _start(void)
{
    static const char out[] = "a 32-bit program\n", err[] = "its errors\n";
    struct iovec32 iov[] = {{(u32)out, 5}, {1, 0}, {(u32)out + 5, 12}};
    char byte;

    call(NR_READ, 0, (u32)&byte, 1);
    for (u32 i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 256);
    call(NR_WRITE, 1, (u32)out, sizeof out - 1);
    call(NR_WRITE, 2, (u32)err, sizeof err - 1);
    call(NR_WRITEV, 1, (u32)iov, 3);
    call(NR_WRITE, 1, (u32)big, sizeof big);
    int pid = call(NR_FORK, 0, 0, 0);
    if (pid == 0) {
        call(NR_WRITE, 1, (u32)out, 9);
        call(NR_EXIT, 3, 0, 0);
    }
    call(NR_WAITPID, (u32)pid, 0, 0);
    call(NR_EXIT, 44, 0, 0);
    __builtin_unreachable();
}
