/* How the programs that the viewer runs begin. */
#ifndef PCAT_UI_FRESH_H
#define PCAT_UI_FRESH_H

#include <spawn.h>
#include <stdbool.h>

/* Attributes for posix_spawn(): all signals as a program expects them at its start, and a process
 * group of its own where that is wanted. To be given to posix_spawnattr_destroy(). */
void fresh_attributes(posix_spawnattr_t *attr, bool own_group);

#endif
