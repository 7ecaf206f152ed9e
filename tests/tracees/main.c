/* tracee CASE [ARG...]: finds the case and runs it once the test says go. */
#include "tracee.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "truth.h"

static const struct tracee_case *const tables[] = {
    cases_write,  cases_vector, cases_partial, cases_memory,  cases_socket,
    cases_file,   cases_fd,     cases_fork,    cases_exec,    cases_leader,
    cases_clone,  cases_churn,  cases_special, cases_death,   cases_abi,
    cases_family, cases_signal, cases_input,   cases_sandbox,
};

void *volatile nowhere = (void *)8;

_Noreturn void need_failed(const char *file, int line, const char *condition)
{
    char text[512], path[512];
    int error = errno;
    const char *truth = getenv("TRUTH");

    snprintf(path, sizeof path, "%s.failed", truth ? truth : "tracee");
    FILE *f = fopen(path, "a");
    snprintf(text, sizeof text, "%s:%d: %s (%s)\n", file, line, condition, strerror(error));
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    _exit(119);
}

void fill(void *to, size_t n, unsigned seed)
{
    unsigned char *p = to;
    uint32_t x = seed * 2654435761u + 1;

    for (size_t i = 0; i < n; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        p[i] = (unsigned char)(x >> 11);
    }
}

_Noreturn void exec_case(const char *name, const char *arg)
{
    char *argv[] = {"tracee", (char *)(size_t)name, (char *)(size_t)arg, NULL};

    execv("/proc/thread-self/exe", argv); /* that of a dead leader is gone */
    need_failed(__FILE__, __LINE__, "execv");
}

unsigned long start_thread(void *(*fn)(void *), void *arg)
{
    pthread_t thread;

    NEED(pthread_create(&thread, NULL, fn, arg) == 0);
    return thread;
}

void end_thread(unsigned long thread)
{
    NEED(pthread_join(thread, NULL) == 0);
}

void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    truth_open();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct tracee_case *c = tables[i]; c->name; c++)
            if (strcmp(c->name, name) == 0) {
                if (!c->late)
                    truth_wait();
                return c->run(argc - 2, argv + 2);
            }
    return 118;
}
