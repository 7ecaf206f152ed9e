/* Tells whether the user who started pcat could trace a process without pcat. We may be able to
 * trace more: sudo starts us as root, and our program file can have capabilities. The rule is that
 * of the kernel for a tracer without capabilities. A process may be traced if all its uids and gids
 * are the user's, it has no capabilities, and it is dumpable; or if it is in a user namespace that
 * the user owns. What can't be read means no. */
#ifndef PCAT_CAPTURE_RIGHTS_H
#define PCAT_CAPTURE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/procfs.h"

struct rights {
    uint64_t uid, gid; /* of the user: from sudo if it started us as root, else our real ids */
    bool lent;         /* we have more rights than the user; if not, the kernel's check suffices */
};

/* Fills in the user's ids and compares our rights with theirs. */
void rights_look(struct rights *r);

/* Why the thread of *s must not be traced on behalf of the user, who could not trace it without us;
 * a line that the caller frees. NULL: the user could, or we have no more rights than the user. */
char *rights_withhold(const struct rights *r, const struct proc_status *s);

#endif
