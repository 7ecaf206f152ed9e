#include "engine/remote.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MEM_MAX = 8 * 1024 }; /* bytes up to which pread of /proc/PID/mem is the cheaper one */

static size_t read_mem(pid_t tid, int *mem_fd, raddr_t addr, void *to, size_t n)
{
    size_t done = 0;
    char path[48];

    if (*mem_fd < 0) {
        snprintf(path, sizeof path, "/proc/%d/mem", (int)tid);
        *mem_fd = open(path, O_RDONLY | O_CLOEXEC);
        if (*mem_fd < 0)
            return 0;
    }
    while (done < n) {
        ssize_t got = pread(*mem_fd, (char *)to + done, n - done, (off_t)(addr.at + done));
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

static size_t read_vm(pid_t tid, raddr_t addr, void *to, size_t n)
{
    size_t done = 0;

    while (done < n) {
        struct iovec local = {(char *)to + done, n - done};
        struct iovec remote = {(void *)(uintptr_t)(addr.at + done), n - done};
        ssize_t got = process_vm_readv(tid, &local, 1, &remote, 1, 0);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

size_t remote_read(pid_t tid, int *mem_fd, raddr_t addr, void *to, size_t n)
{
    size_t done = n <= MEM_MAX ? read_mem(tid, mem_fd, addr, to, n) : read_vm(tid, addr, to, n);

    if (done < n) {
        raddr_t rest = {addr.at + done};
        char *where = (char *)to + done;
        done += n <= MEM_MAX ? read_vm(tid, rest, where, n - done)
                             : read_mem(tid, mem_fd, rest, where, n - done);
    }
    return done;
}
