/* Which new tasks are traced by themselves. */
#ifndef PCAT_CAPTURE_FOLLOW_H
#define PCAT_CAPTURE_FOLLOW_H

enum follow { FOLLOW_ALL, FOLLOW_THREADS, FOLLOW_NONE };

#endif
