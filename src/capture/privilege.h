/* Handles rights that the program's file lends to the user who starts it: CAP_SYS_PTRACE as a file
 * capability, or setuid. They are lent for tracing and for reading /proc, and for nothing else.
 * Linux keeps capabilities per thread: only threads that trace or read /proc have CAP_SYS_PTRACE in
 * effect. The thread that opens files named by the user, and writes the output, never has it. Where
 * nothing is lent (to root, or by an ordinary file) these functions do nothing. */
#ifndef PCAT_CAPTURE_PRIVILEGE_H
#define PCAT_CAPTURE_PRIVILEGE_H

/* To be called before any file is opened and any thread is started. From then on all our uids and
 * gids are the user's, and no capability is in effect. 0, or -1 with errno: then the program must
 * end. */
int privilege_init(void);

/* Puts CAP_SYS_PTRACE into effect for the calling thread and the threads that it starts from then
 * on. */
void privilege_raise(void);

/* Takes it out of effect for the calling thread: it may do what the user may. */
void privilege_lower(void);

#endif
