#include "capture/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

/* --- the user --- */

#define NO_ID UINT64_MAX /* an id that no process has */

/* The id in an environment variable, or NO_ID. */
static uint64_t id_from_env(const char *variable)
{
    const char *text = getenv(variable);
    char *end;

    if (!text || *text < '0' || *text > '9')
        return NO_ID;
    uint64_t id = strtoull(text, &end, 10);
    return *end ? NO_ID : id;
}

static bool all_are(uint64_t id, uint64_t a, uint64_t b, uint64_t c)
{
    return a == id && b == id && c == id;
}

static bool has_user_ids(const struct rights *r, const struct proc_status *s)
{
    return all_are(r->uid, s->uid, s->euid, s->suid) && all_are(r->gid, s->gid, s->egid, s->sgid);
}

void rights_look(struct rights *r)
{
    bool sudo = getuid() == 0 && getenv("SUDO_UID");
    struct proc_status s;

    r->uid = sudo ? id_from_env("SUDO_UID") : getuid();
    r->gid = sudo ? id_from_env("SUDO_GID") : getgid();
    r->lent = r->uid != 0 && (procfs_status(getpid(), &s) < 0 || !has_user_ids(r, &s) || s.caps);
}

/* --- its user namespace --- */

/* The user namespace of a process: ours, one that the user owns, or neither. */
enum userns { USERNS_OURS, USERNS_OWNED, USERNS_FOREIGN };

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* True when the user owns namespace ns, which is not ours. The owner of a namespace has all rights
 * in it and in its descendants. So the ancestor of ns (or ns itself) that is a child of our
 * namespace decides. Closes ns. */
static bool is_owned(const struct rights *r, int ns, const struct stat *ours)
{
    struct stat st;
    uid_t owner;
    bool owned = false, top = false;

    while (ns >= 0 && !top) {
        int parent = ioctl(ns, NS_GET_PARENT);
        top = parent >= 0 && fstat(parent, &st) == 0 && is_same(&st, ours);
        owned = top && ioctl(ns, NS_GET_OWNER_UID, &owner) == 0 && owner == r->uid;
        close(ns);
        ns = parent;
    }
    if (ns >= 0)
        close(ns);
    return owned;
}

static enum userns find_userns(const struct rights *r, pid_t tid)
{
    char path[48];
    struct stat ours, theirs;

    if (stat("/proc/self/ns/user", &ours) < 0)
        /* ENOENT: a kernel without user namespaces. */
        return errno == ENOENT ? USERNS_OURS : USERNS_FOREIGN;
    snprintf(path, sizeof path, "/proc/%d/ns/user", (int)tid);
    int ns = open(path, O_RDONLY | O_CLOEXEC);
    if (ns < 0)
        return USERNS_FOREIGN;
    if (fstat(ns, &theirs) == 0 && is_same(&theirs, &ours)) {
        close(ns);
        return USERNS_OURS;
    }
    return is_owned(r, ns, &ours) ? USERNS_OWNED : USERNS_FOREIGN;
}

/* --- whether it is dumpable --- */

/* The files in /proc/TID of a dumpable process belong to its euid; else to the root of the
 * namespace in which it was executed. A thread that is about to end has no address space any more;
 * the kernel does not ask whether that is dumpable. */
static bool is_dumpable(const struct proc_status *s, enum userns userns)
{
    struct proc_status now;
    uint64_t owner;

    if (procfs_owner(s->tid, &owner) < 0)
        return false;
    return (userns == USERNS_OURS ? owner == s->euid : owner != 0) ||
           (procfs_status(s->tid, &now) == 0 && now.no_memory);
}

/* --- the rule --- */

/* Why the rule forbids to trace it; NULL: it does not. */
static const char *find_reason(const struct rights *r, const struct proc_status *s)
{
    enum userns userns = find_userns(r, s->tid);

    if (userns != USERNS_OWNED && (s->uid != r->uid || s->gid != r->gid))
        return "does not belong to the user who started pcat";
    if (userns == USERNS_FOREIGN)
        return "is in a user namespace that does not belong to the user who started pcat";
    if (userns == USERNS_OURS && (!has_user_ids(r, s) || s->caps))
        return "has rights that the user who started pcat does not have";
    if (!is_dumpable(s, userns))
        return "is not dumpable, so the user who started pcat could not trace it";
    return NULL;
}

char *rights_withhold(const struct rights *r, const struct proc_status *s)
{
    const char *reason = r->lent ? find_reason(r, s) : NULL;

    return reason
               ? xasprintf("%d (%s) %s (--allow-attach lifts this)", (int)s->tgid, s->comm, reason)
               : NULL;
}
