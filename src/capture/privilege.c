#include "capture/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

enum { TRACING = 1 << CAP_SYS_PTRACE };

static bool lent; /* the program file lends us rights */

/* For the calling thread: CAP_SYS_PTRACE is in effect or not; all other capabilities are dropped.
 */
static int set_effective(bool on)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];

    if (syscall(SYS_capget, &head, caps) < 0)
        return -1;
    caps[0].permitted &= TRACING;
    caps[0].effective = on ? caps[0].permitted : 0;
    caps[1].permitted = caps[1].effective = 0;
    return syscall(SYS_capset, &head, caps) < 0 ? -1 : 0;
}

/* Replaces the ids of the file's owner by those of the user, and keeps the permitted capabilities.
 */
static int become_user(void)
{
    uid_t uid = getuid();
    gid_t gid = getgid();

    return prctl(PR_SET_KEEPCAPS, 1) < 0 || setresgid(gid, gid, gid) < 0 ||
                   setresuid(uid, uid, uid) < 0
               ? -1
               : 0;
}

int privilege_init(void)
{
    if (!getauxval(AT_SECURE) || getuid() == 0)
        return 0;
    lent = true;
    return become_user() < 0 ? -1 : set_effective(false);
}

void privilege_raise(void)
{
    if (lent && set_effective(true) < 0)
        log_line(LOG_TRACER, "capset: %s", strerror(errno)); /* the attach will fail and say why */
}

void privilege_lower(void)
{
    if (lent && set_effective(false) < 0)
        abort();
}
