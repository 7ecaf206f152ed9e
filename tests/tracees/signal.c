/* Writes under a storm of signals: calls that are interrupted, restarted, or cut short. Every
 * signal must arrive once. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static volatile int over, arrived[65];
static int from;

static void count(int sig)
{
    __atomic_fetch_add(&arrived[sig], 1, __ATOMIC_RELAXED);
}

static void *drain_slowly(void *arg)
{
    static char bytes[3000];

    (void)arg;
    while (read(from, bytes, sizeof bytes) > 0)
        usleep(200);
    return NULL;
}

static void *shoot(void *arg)
{
    while (!over) {
        pthread_kill(*(pthread_t *)arg, over % 2 ? SIGUSR1 : SIGUSR2);
        pthread_kill(*(pthread_t *)arg, SIGUSR1);
        usleep(300);
    }
    return NULL;
}

static int storm(int argc, char **argv)
{
    static char text[40000];
    pthread_t self = pthread_self();
    int fds[2], interrupted = 0, cut = 0;

    (void)argc, (void)argv;
    NEED(pipe(fds) == 0 && dup2(fds[1], 1) == 1);
    close(fds[1]);
    from = fds[0];
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = count}, NULL);
    sigaction(SIGUSR2, &(struct sigaction){.sa_handler = count, .sa_flags = SA_RESTART}, NULL);
    unsigned long reader = start_thread(drain_slowly, NULL), shooter = start_thread(shoot, &self);
    for (int i = 0; i < 100; i++) {
        size_t n = 1000 + (size_t)i * 300;
        fill(text, n, (unsigned)i);
        ssize_t result = truth_write(1, text, n);
        NEED(result > 0 || errno == EINTR);
        interrupted += result < 0;
        cut += result > 0 && result < (ssize_t)n;
    }
    over = 1;
    end_thread(shooter);
    close(1);
    end_thread(reader);
    NEED(interrupted + cut > 0);
    return 0;
}

/* Queued signals with values: each once, in order. */
static int queued(int argc, char **argv)
{
    sigset_t set;
    siginfo_t info;

    (void)argc, (void)argv;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    for (int i = 0; i < 200; i++)
        NEED(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}) == 0);
    for (int i = 0; i < 200; i++) {
        NEED(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == i);
        NEED(info.si_code == SI_QUEUE && info.si_pid == getpid());
        if (i % 20 == 0)
            truth_say(1, "signal %d\n", i);
    }
    signal(SIGTRAP, (void (*)(int))count);
    for (int i = 0; i < 100; i++) {
        raise(SIGTRAP);
        truth_say(1, "trap %d\n", i);
    }
    NEED(arrived[SIGTRAP] == 100);
    return 0;
}

static volatile int steps, breakpoints, faults;
static void *volatile fault_at;

static void on_trap(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    steps += info->si_code == TRAP_TRACE;
    breakpoints += info->si_code == SI_KERNEL;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    faults += info->si_addr == fault_at && info->si_code == SEGV_ACCERR;
    NEED(mprotect(fault_at, 4096, PROT_READ | PROT_WRITE) == 0);
}

/* Traps that the processor makes: a breakpoint, a program that steps itself, also over a call, and
 * a fault with its address. */
static int traps(int argc, char **argv)
{
    struct sigaction trap = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

    (void)argc, (void)argv;
    sigaction(SIGTRAP, &trap, NULL);
    sigaction(SIGSEGV, &fault, NULL);
    for (int i = 0; i < 20; i++) {
        fault_at = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *(volatile char *)fault_at = 1;
        truth_say(1, "fault %d\n", faults);
#if defined(__x86_64__)
        long result = SYS_getppid;
        __asm__ volatile("int3");
        __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushf\n\torq $0x100, (%%rsp)\n\tpopf\n\t"
                         "nop\n\tsyscall\n\tnop\n\tpushf\n\tandq $~0x100, (%%rsp)\n\tpopf\n\t"
                         "lea 128(%%rsp), %%rsp"
                         : "+a"(result)
                         :
                         : "rcx", "r11", "memory", "cc");
        truth_say(2, "breakpoint %d, steps %d\n", breakpoints, steps);
#endif
    }
    NEED(faults == 20);
    return steps + breakpoints < 200 ? steps + breakpoints / 2 : 97;
}

/* Job control: a stopped process stays stopped, and its parent gets the wait status. */
static int stopped(int argc, char **argv)
{
    int status;

    (void)argc, (void)argv;
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++) {
            truth_say(1, "running %d\n", i);
            raise(SIGSTOP);
        }
        _exit(13);
    }
    for (int i = 0; i < 3; i++) {
        NEED(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
        NEED(WSTOPSIG(status) == SIGSTOP);
        sleep_ms(30);
        kill(pid, SIGCONT);
    }
    NEED(WEXITSTATUS(truth_reap(pid)) == 13);
    return 0;
}

const struct tracee_case cases_signal[] = {
    {"storm", storm, 0}, {"queued", queued, 0}, {"traps", traps, 0}, {"stopped", stopped, 0}, {0},
};
