/* Tells whether the file system of a file is local. On one that is served by a process (FUSE) or by
 * another machine (NFS), each read or close may wait for that server. */
#ifndef PCAT_CAPTURE_FILESYSTEM_H
#define PCAT_CAPTURE_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct filesystem {
    dev_t dev;
    bool local; /* served by the kernel alone: no process or other machine is asked */
};

/* Finds a file system among the mounts of thread tid: by the mount's id, or, if mount is 0 or no
 * such id is found, by its device. 0, or -1 if it is not mounted there: then it is internal to the
 * kernel (pipes, sockets, memfd), or was unmounted while in use. */
int filesystem_find(pid_t tid, uint64_t mount, dev_t dev, struct filesystem *found);

#endif
