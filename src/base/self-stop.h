/* Stopping this process by a signal that all its threads have blocked, as a shell expects it of a job. */
#ifndef PCAT_BASE_SELF_STOP_H
#define PCAT_BASE_SELF_STOP_H

#include <stdbool.h>

/* Whether that signal stops a process that does nothing about it. */
bool is_stop_signal(int sig);

/* Stops this process by sig and returns after SIGCONT. Does nothing when a SIGCONT has come already:
 * the stop signal would discard it. In a process group without a shell the kernel ignores all
 * stop signals but SIGSTOP. */
void self_stop(int sig);

/* Lets a pending signal take effect in the calling thread, and blocks it again. */
void take_pending(int sig);

#endif
