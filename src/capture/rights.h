/* What the user who started us could trace himself. We may be able to do more: sudo starts us as
 * root, and a program file can have capabilities. The rule is that of the kernel for a process
 * without capabilities: all user and group ids of the other are his, it has no capabilities, and it
 * is dumpable; or it is in a user namespace that is his. What can't be read means no. */
#ifndef PCAT_CAPTURE_RIGHTS_H
#define PCAT_CAPTURE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/procfs.h"

struct rights {
    uint64_t uid, gid; /* of the user: where sudo started us as root, what it tells; else ours */
    bool lent;         /* we can do what he can't; else the kernel is the judge, by what we are */
};
void rights_look(struct rights *r);

/* Why the thread of *s is not to be touched on behalf of the user: he could not trace it himself,
 * though we can. NULL: he could, or we can do no more than he. The caller frees the answer. */
char *rights_withhold(const struct rights *r, const struct proc_status *s);

#endif
