/* A timer sends SIGALRM to this thread. That ends the wait inside PTRACE_SEIZE, but after the
 * handler the kernel would start the call again (ERESTARTNOINTR). So the handler does not return:
 * it jumps to seize_try(). */
#include "ptrace/seize.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define TRY_NS 2000000L

static sigjmp_buf way_out;
static volatile sig_atomic_t inside; /* in PTRACE_SEIZE: the handler may jump */
static unsigned depth;               /* of nested seize_begin() */
static struct sigaction before;
static sigset_t mask_before;
static timer_t timer;
static bool timed; /* the timer runs */

static void on_alarm(int sig)
{
    (void)sig;
    if (!inside)
        return;
    inside = 0;
    siglongjmp(way_out, 1);
}

static bool start_timer(void)
{
    struct sigevent to_us = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
    struct itimerspec often = {{0, TRY_NS}, {0, TRY_NS}};

    to_us.sigev_notify_thread_id = (int)syscall(SYS_gettid);
    return timer_create(CLOCK_MONOTONIC, &to_us, &timer) == 0 &&
           timer_settime(timer, 0, &often, NULL) == 0;
}

void seize_begin(void)
{
    sigset_t alarm;

    if (depth++)
        return;
    /* SA_NODEFER: as the handler does not return, the signal would stay blocked. */
    sigaction(SIGALRM,
              &(struct sigaction){.sa_handler = on_alarm, .sa_flags = SA_NODEFER | SA_RESTART},
              &before);
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, &mask_before);
    timed = start_timer();
    if (!timed)
        log_line(LOG_TRACER, "no timer: %s", strerror(errno));
}

void seize_end(void)
{
    if (--depth)
        return;
    if (timed)
        timer_delete(timer);
    sigaction(SIGALRM, &before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
}

int seize_try(pid_t tid, enum follow follow)
{
    if (sigsetjmp(way_out, 0)) {
        errno = EAGAIN;
        return -1;
    }
    inside = 1;
    int result = ptrace_seize(tid, follow, false);
    inside = 0;
    return result;
}
