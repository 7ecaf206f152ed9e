/* Stops this process by a signal that all its threads have blocked, so that a shell sees its job as
 * stopped. */
#ifndef PCAT_BASE_SELF_STOP_H
#define PCAT_BASE_SELF_STOP_H

#include <stdbool.h>

/* True for the signals whose default action is to stop the process. */
bool is_stop_signal(int sig);

/* Stops this process by the stop signal sig, and returns after SIGCONT. Does nothing when a SIGCONT
 * is pending already: the stop signal would discard it. In a process group without a shell the
 * kernel ignores all stop signals but SIGSTOP. */
void self_stop(int sig);

/* Unblocks a signal in the calling thread, so that it takes effect if it is pending, and blocks it
 * again. */
void take_pending(int sig);

#endif
