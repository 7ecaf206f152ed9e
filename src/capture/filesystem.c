#include "capture/filesystem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/* A type that is missing here counts as not local. An overlay is as local as its layers, which
 * can't be found out here; it counts as local. */
static bool is_local(const char *type)
{
    static const char *const local[] = {
        "bcachefs", "btrfs", "devpts",  "devtmpfs", "erofs",   "exfat",    "ext2",
        "ext3",     "ext4",  "f2fs",    "hfsplus",  "iso9660", "jfs",      "msdos",
        "nilfs2",   "ntfs3", "overlay", "proc",     "ramfs",   "reiserfs", "rootfs",
        "squashfs", "sysfs", "tmpfs",   "udf",      "vfat",    "xfs",      "zfs",
    };

    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (strcmp(type, local[i]) == 0)
            return true;
    return false;
}

/* A line of mountinfo. */
struct mounted {
    uint64_t mount; /* the mount's id */
    struct filesystem fs;
};

/* "64 43 0:40 / /mnt rw,relatime shared:1 - fuse test rw": spaces in names are escaped. */
static bool parse(const char *line, struct mounted *m)
{
    const char *rest = strstr(line, " - ");
    unsigned major, minor;
    char type[64];

    if (!rest || sscanf(line, "%" SCNu64 " %*s %u:%u", &m->mount, &major, &minor) != 3 ||
        sscanf(rest, " - %63s", type) != 1)
        return false;
    m->fs = (struct filesystem){makedev(major, minor), is_local(type)};
    return true;
}

int filesystem_find(pid_t tid, uint64_t mount, dev_t dev, struct filesystem *found)
{
    char path[48], *line = NULL;
    size_t cap = 0;
    int result = -1;
    struct mounted m;
    bool exact = false;

    snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)tid);
    FILE *f = fopen(path, "re");
    while (f && !exact && getline(&line, &cap, f) > 0) {
        if (!parse(line, &m))
            continue;
        exact = mount && m.mount == mount;
        if (exact || (dev && m.fs.dev == dev)) {
            *found = m.fs;
            result = 0;
        }
    }
    free(line);
    if (f)
        fclose(f);
    return result;
}
