#include "base/self-stop.h"

#include <pthread.h>
#include <signal.h>

bool is_stop_signal(int sig)
{
    return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

void take_pending(int sig)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL); /* a stop signal stops us inside this call */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void self_stop(int sig)
{
    sigset_t pending;

    if (sigpending(&pending) == 0 && sigismember(&pending, SIGCONT))
        return;
    raise(sig);
    take_pending(sig);
}
