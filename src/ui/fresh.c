#include "ui/fresh.h"

#include <signal.h>

void fresh_attributes(posix_spawnattr_t *attr, bool own_group)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(attr);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setsigdefault(attr, &all);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                           (own_group ? POSIX_SPAWN_SETPGROUP : 0)));
}
