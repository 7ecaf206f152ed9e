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

#define NOBODYS UINT64_MAX /* an id that no process has */

static uint64_t id_told(const char *variable)
{
    const char *text = getenv(variable);
    char *end;

    if (!text || *text < '0' || *text > '9')
        return NOBODYS;
    uint64_t id = strtoull(text, &end, 10);
    return *end ? NOBODYS : id;
}

static bool all_are(uint64_t id, uint64_t a, uint64_t b, uint64_t c)
{
    return a == id && b == id && c == id;
}

static bool has_his_ids(const struct rights *r, const struct proc_status *s)
{
    return all_are(r->uid, s->uid, s->euid, s->suid) && all_are(r->gid, s->gid, s->egid, s->sgid);
}

void rights_look(struct rights *r)
{
    bool sudo = getuid() == 0 && getenv("SUDO_UID");
    struct proc_status s;

    r->uid = sudo ? id_told("SUDO_UID") : getuid();
    r->gid = sudo ? id_told("SUDO_GID") : getgid();
    r->lent = r->uid != 0 && (procfs_status(getpid(), &s) < 0 || !has_his_ids(r, &s) || s.caps);
}

/* --- its user namespace --- */

enum whose { OURS, HIS, ALIEN };

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* ns is no namespace of ours. Whoever made a namespace may do everything in it, and in those that
 * were made inside: up from ns, the last one before ours is his. Closes ns. */
static bool is_his(const struct rights *r, int ns, const struct stat *ours)
{
    struct stat st;
    uid_t owner;
    bool his = false, top = false;

    while (ns >= 0 && !top) {
        int parent = ioctl(ns, NS_GET_PARENT);
        top = parent >= 0 && fstat(parent, &st) == 0 && is_same(&st, ours);
        his = top && ioctl(ns, NS_GET_OWNER_UID, &owner) == 0 && owner == r->uid;
        close(ns);
        ns = parent;
    }
    if (ns >= 0)
        close(ns);
    return his;
}

static enum whose whose_namespace(const struct rights *r, pid_t tid)
{
    char path[48];
    struct stat ours, theirs;

    if (stat("/proc/self/ns/user", &ours) < 0)
        return errno == ENOENT ? OURS : ALIEN; /* this kernel has none */
    snprintf(path, sizeof path, "/proc/%d/ns/user", (int)tid);
    int ns = open(path, O_RDONLY | O_CLOEXEC);
    if (ns < 0)
        return ALIEN;
    if (fstat(ns, &theirs) == 0 && is_same(&theirs, &ours)) {
        close(ns);
        return OURS;
    }
    return is_his(r, ns, &ours) ? HIS : ALIEN;
}

/* --- whether it is dumpable --- */

/* Its files in /proc belong to its user, or else to the root of the namespace in which it was
 * executed. A thread that is about to end has no memory any more: the kernel does not ask then. */
static bool is_dumpable(const struct proc_status *s, enum whose whose)
{
    struct proc_status now;
    uint64_t owner;

    if (procfs_owner(s->tid, &owner) < 0)
        return false;
    return (whose == OURS ? owner == s->euid : owner != 0) ||
           (procfs_status(s->tid, &now) == 0 && now.no_memory);
}

/* --- the rule --- */

static const char *find_obstacle(const struct rights *r, const struct proc_status *s)
{
    enum whose whose = whose_namespace(r, s->tid);

    if (whose != HIS && (s->uid != r->uid || s->gid != r->gid))
        return "does not belong to the user who started pcat";
    if (whose == ALIEN)
        return "is in a user namespace that does not belong to the user who started pcat";
    if (whose == OURS && (!has_his_ids(r, s) || s->caps))
        return "has rights that the user who started pcat does not have";
    if (!is_dumpable(s, whose))
        return "is not dumpable, so the user who started pcat could not trace it";
    return NULL;
}

char *rights_withhold(const struct rights *r, const struct proc_status *s)
{
    const char *obstacle = r->lent ? find_obstacle(r, s) : NULL;

    return obstacle ? xasprintf("%d (%s) %s (--allow-attach lifts this)", (int)s->tgid, s->comm,
                                obstacle)
                    : NULL;
}
