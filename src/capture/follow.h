/* Which new tasks of a tracee become tracees too: all, new threads only, none. */
#ifndef PCAT_CAPTURE_FOLLOW_H
#define PCAT_CAPTURE_FOLLOW_H

enum follow { FOLLOW_ALL, FOLLOW_THREADS, FOLLOW_NONE };

#endif
