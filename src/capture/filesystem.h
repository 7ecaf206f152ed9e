/* Which file system a file is on. One that is served by a process (FUSE) or by another machine
 * (NFS) may wait for that whenever a file is read or closed. */
#ifndef PCAT_CAPTURE_FILESYSTEM_H
#define PCAT_CAPTURE_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct filesystem {
    dev_t dev;
    bool local; /* the kernel has all of it: nobody else is asked */
};

/* Looks among what thread tid has mounted, by the number of the mount, or else (0: always) by the
 * device. 0, or -1 when it is not there: then it is the kernel's own (pipes, sockets, memfd), or
 * was unmounted while in use. */
int filesystem_find(pid_t tid, uint64_t mount, dev_t dev, struct filesystem *found);

#endif
