#include "capture/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "capture/filesystem.h"
#include "capture/procfs.h"

enum {
    MEM_MAX = 8 * 1024, /* up to so many bytes pread of /proc/TID/mem is faster */
    PAGES = 64          /* pages checked by one syscall */
};

#define LOOKED_NS INT64_C(1000000000) /* how long the data of a mapping is used */

void memory_init(struct memory *m)
{
    *m = (struct memory){.mem_fd = -1, .map_fd = -1};
}

void memory_close(struct memory *m)
{
    if (m->mem_fd >= 0)
        close(m->mem_fd);
    if (m->map_fd >= 0)
        close(m->map_fd);
    memory_init(m);
}

static int open_file(pid_t tid, const char *name)
{
    char path[48];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)tid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* --- reads that may wait --- */

static size_t read_mem(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n)
{
    size_t done = 0;

    if (m->mem_fd < 0 && (m->mem_fd = open_file(tid, "mem")) < 0)
        return 0;
    while (done < n) {
        ssize_t got = pread(m->mem_fd, (char *)to + done, n - done, (off_t)(addr.at + done));
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

static size_t read_any(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n)
{
    size_t done = n <= MEM_MAX ? read_mem(tid, m, addr, to, n) : read_vm(tid, addr, to, n);

    if (done < n) {
        raddr_t rest = {addr.at + done};
        char *where = (char *)to + done;
        done += n <= MEM_MAX ? read_vm(tid, rest, where, n - done)
                             : read_mem(tid, m, rest, where, n - done);
    }
    return done;
}

/* --- which pages are present --- */

static uint64_t page_size(void)
{
    static uint64_t size;

    if (!size)
        size = (uint64_t)sysconf(_SC_PAGESIZE);
    return size;
}

/* How many of the `most` pages from page number `page` on are present or swapped out, up to the
 * first that is neither. The kernel alone brings back swapped pages. Bits 63 (present) and 62
 * (swapped): see Documentation/admin-guide/mm/pagemap.rst of the kernel. */
static size_t count_by_pagemap(const struct memory *m, uint64_t page, size_t most)
{
    uint64_t entries[PAGES];
    ssize_t got =
        pread(m->map_fd, entries, most * sizeof *entries, (off_t)(page * sizeof *entries));
    size_t n = 0;

    while (got > 0 && n < (size_t)got / sizeof *entries && entries[n] >> 62)
        n++;
    return n;
}

/* The same without pagemap, which CAP_SYS_PTRACE alone can't open. move_pages(2) without a
 * destination only reports which pages are present. On a kernel without move_pages(2) all pages
 * count as present: there is no other way. */
static size_t count_by_nodes(pid_t tid, uint64_t page, size_t most)
{
    void *pages[PAGES];
    int nodes[PAGES];
    size_t n = 0;

    for (size_t i = 0; i < most; i++)
        pages[i] = (void *)(uintptr_t)((page + i) * page_size());
    if (syscall(SYS_move_pages, tid, most, pages, NULL, nodes, 0) < 0)
        return errno == ENOSYS ? most : 0;
    while (n < most && nodes[n] >= 0)
        n++;
    return n;
}

/* How many bytes from addr on, at most n, are in such pages. */
static size_t count_present(pid_t tid, struct memory *m, uint64_t addr, size_t n)
{
    uint64_t page = addr / page_size(), end = (addr + n - 1) / page_size() + 1;

    if (m->map_fd < 0)
        m->map_fd = open_file(tid, "pagemap");
    while (page < end) {
        size_t most = end - page < PAGES ? (size_t)(end - page) : PAGES;
        size_t found =
            m->map_fd < 0 ? count_by_nodes(tid, page, most) : count_by_pagemap(m, page, most);
        page += found;
        if (found < most)
            break;
    }
    if (page == end)
        return n;
    return page * page_size() > addr ? (size_t)(page * page_size() - addr) : 0;
}

/* --- which other pages the kernel provides alone --- */

/* True when a mapping is registered with a userfaultfd: "um", "uw" or "ui" in VmFlags, see proc(5).
 */
static bool has_handler(const char *flags)
{
    return strstr(flags, " um") || strstr(flags, " uw") || strstr(flags, " ui");
}

/* The first line of a mapping in smaps: "start-end perms offset major:minor inode path". */
static bool parse_mapping(const char *line, struct memory *m, dev_t *dev)
{
    unsigned major, minor;

    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %x:%x", &m->start, &m->end, &major, &minor) !=
        4)
        return false;
    *dev = makedev(major, minor);
    return true;
}

/* Reads the mapping that contains addr into *m; m->end is 0 if there is none. */
static void look_up_mapping(pid_t tid, struct memory *m, uint64_t addr)
{
    char path[48], *line = NULL;
    struct filesystem fs;
    bool inside = false;
    size_t cap = 0;
    dev_t dev = 0;

    snprintf(path, sizeof path, "/proc/%d/smaps", (int)tid);
    FILE *f = fopen(path, "re");
    m->waits = true;
    while (f && getline(&line, &cap, f) > 0) {
        if (!inside && parse_mapping(line, m, &dev))
            inside = addr >= m->start && addr < m->end;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            break;
    }
    if (inside)
        m->waits =
            has_handler(line) || (dev && filesystem_find(tid, 0, dev, &fs) == 0 && !fs.local);
    else
        m->start = m->end = 0;
    m->looked = monotonic_now();
    free(line);
    if (f)
        fclose(f);
}

/* How many bytes from addr on the kernel provides alone. 0: a process has to, or nothing is mapped.
 */
static size_t provided_by_kernel(pid_t tid, struct memory *m, uint64_t addr)
{
    if (addr < m->start || addr >= m->end || monotonic_now() - m->looked > LOOKED_NS)
        look_up_mapping(tid, m, addr);
    return m->waits ? 0 : (size_t)(m->end - addr);
}

/* --- reads that do not wait --- */

size_t remote_read_present(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n)
{
    return n ? read_any(tid, m, addr, to, count_present(tid, m, addr.at, n)) : 0;
}

size_t remote_read(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n)
{
    size_t done = 0;

    while (done < n) {
        raddr_t at = {addr.at + done};
        size_t there = count_present(tid, m, at.at, n - done);
        if (there == 0)
            there = provided_by_kernel(tid, m, at.at);
        if (there > n - done)
            there = n - done;
        size_t got = read_any(tid, m, at, (char *)to + done, there);
        done += got;
        if (got < there || there == 0)
            break;
    }
    return done;
}

/* A read of /proc/TID/cmdline touches the pages of the arguments, so these are checked before. */
int remote_cmdline(pid_t tid, struct buf *out)
{
    uint64_t at, end;
    struct memory m;
    bool waits = false;

    memory_init(&m);
    procfs_args_at(tid, &at, &end);
    while (at && at < end && !waits) {
        size_t there = count_present(tid, &m, at, (size_t)(end - at));
        if (there == 0)
            there = provided_by_kernel(tid, &m, at);
        waits = there == 0;
        at += there;
    }
    memory_close(&m);
    return waits ? -1 : procfs_cmdline(tid, out);
}
