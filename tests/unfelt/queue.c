/* Counts what the kernel delivers while another thread prints without pause: queued real-time
 * signals with their values, wait statuses of children, SIGTRAPs (raised, and by a breakpoint).
 * Argument: the number of signals. Exits with 0 and prints "right" on stderr when each came exactly
 * once, with the right value. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRAPS = 50, CHILDREN = 300 };

static atomic_long count, sum, wrong, traps, breakpoints;
static pid_t sender;

static void on_queued(int sig, siginfo_t *info, void *unused)
{
    (void)sig;
    (void)unused;
    atomic_fetch_add(&count, 1);
    atomic_fetch_add(&sum, info->si_value.sival_int);
    if (info->si_code != SI_QUEUE || info->si_pid != sender)
        atomic_fetch_add(&wrong, 1);
}

static void on_trap(int sig, siginfo_t *info, void *unused)
{
    (void)sig;
    (void)unused;
    atomic_fetch_add(info->si_code == SI_TKILL ? &traps : &breakpoints, 1);
}

static void *print(void *unused)
{
    char line[64];
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (long i = 0;; i++) {
        int n = snprintf(line, sizeof line, "line %ld\n", i);
        if (write(1, line, (size_t)n) < 0)
            return unused;
    }
}

static void send_all(pid_t to, int n)
{
    for (int i = 0; i < n; i++)
        while (sigqueue(to, SIGRTMIN + 2, (union sigval){.sival_int = i}) < 0 && errno == EAGAIN)
            usleep(100);
    _exit(0);
}

static int status_of(pid_t pid)
{
    int status = -1;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void receive(int n)
{
    pid_t me = getpid();
    sigset_t queued;

    /* Blocked until `sender` is set: the handler compares it. */
    sigemptyset(&queued);
    sigaddset(&queued, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &queued, NULL);
    sender = fork();
    if (sender == 0)
        send_all(me, n);
    sigprocmask(SIG_UNBLOCK, &queued, NULL);
    status_of(sender);
    for (int i = 0; i < 200 && count < n; i++)
        usleep(10000);
}

static void trap(void)
{
    for (int i = 0; i < TRAPS; i++) {
        raise(SIGTRAP);
#if defined(__x86_64__)
        __asm__ volatile("int3");
#elif defined(__aarch64__)
        breakpoints++; /* not tested: after a brk the program would run it again, for ever */
#endif
    }
}

static void breed(void)
{
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(i & 127);
        int status = status_of(pid);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != (i & 127))
            wrong++;
    }
}

int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 1000;
    struct sigaction queued = {.sa_sigaction = on_queued, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction trapped = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    pthread_t thread;
    char go;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigaction(SIGRTMIN + 2, &queued, NULL);
    sigaction(SIGTRAP, &trapped, NULL);
    if (read(0, &go, 1) < 0)
        return 2;
    pthread_create(&thread, NULL, print, NULL);
    receive((int)n);
    trap();
    breed();
    int right = count == n && sum == n * (n - 1) / 2 && wrong == 0 && traps == TRAPS &&
                breakpoints == TRAPS;
    fprintf(stderr, "%s: %ld of %ld signals, sum %ld, %ld wrong, %ld traps, %ld breakpoints\n",
            right ? "right" : "WRONG", (long)count, n, (long)sum, (long)wrong, (long)traps,
            (long)breakpoints);
    return !right;
}
