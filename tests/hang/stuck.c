/* stuck: makes a child that is inside execve(2) and can't get out: the execve waits for the death
 * of the child's second thread, which this program traces and keeps in its PTRACE_EVENT_EXIT stop.
 * Prints the child's pid; lets it go and ends at the end of standard input. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int to_parent, from_parent;

static void *idle(void *unused)
{
    pid_t tid = (pid_t)syscall(SYS_gettid);

    if (write(to_parent, &tid, sizeof tid) != sizeof tid)
        _exit(1);
    for (;;)
        pause();
    return unused;
}

static void be_stuck(void)
{
    pthread_t thread;
    char byte;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (pthread_create(&thread, NULL, idle, NULL) || read(from_parent, &byte, 1) != 1)
        _exit(1);
    execl("/bin/true", "true", (char *)NULL);
    _exit(1);
}

int main(void)
{
    int up[2], down[2];
    pid_t tid;
    char byte;

    if (pipe(up) < 0 || pipe(down) < 0)
        return 1;
    to_parent = up[1];
    from_parent = down[0];
    pid_t pid = fork();
    if (pid == 0)
        be_stuck();
    if (read(up[0], &tid, sizeof tid) != sizeof tid ||
        ptrace(PTRACE_SEIZE, tid, NULL, (void *)PTRACE_O_TRACEEXIT) < 0 ||
        write(down[1], "g", 1) != 1)
        return 1;
    /* The thread's PTRACE_EVENT_EXIT stop tells that the child is inside execve(2). */
    if (waitpid(tid, NULL, __WALL) != tid)
        return 1;
    printf("%d\n", (int)pid);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    ptrace(PTRACE_CONT, tid, NULL, NULL);
    return 0;
}
