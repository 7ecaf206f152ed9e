/* Rights that the program's file lends to its user: CAP_SYS_PTRACE as a file capability, or setuid.
 * They are lent to look at processes, and for nothing else. Linux keeps capabilities for each
 * thread: only those that trace, or look through /proc, have it in effect. The thread that opens
 * what the user names, and writes the output, never has. Where nothing is lent (root, an ordinary
 * user) these functions do nothing. */
#ifndef PCAT_CAPTURE_PRIVILEGE_H
#define PCAT_CAPTURE_PRIVILEGE_H

/* To be called before anything is opened and any thread starts. From here on we are the user, by
 * uid and gid, and no capability is in effect. 0, or -1 with errno: then we must end. */
int privilege_init(void);

/* The calling thread, and those that it starts, may trace what CAP_SYS_PTRACE lets us trace. */
void privilege_raise(void);

/* The calling thread may do what its user may. */
void privilege_lower(void);

#endif
