/* Threads that are killed right after a write. What arrived in the sink is the truth here; each
 * line names its writer. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

enum { ROUNDS = 60 };

static void *print_for_ever(void *arg)
{
    char line[64];

    (void)arg;
    for (int i = 0;; i++) {
        int n = snprintf(line, sizeof line, "%d line %d\n", (int)gettid(), i);
        (void)!write(1, line, (size_t)n);
    }
    return NULL;
}

static void spin_us(int us)
{
    for (volatile int i = 0; i < us * 300; i++)
        ;
}

/* By SIGKILL, by exit_group of a sibling, by exec of a sibling. */
static void live_shortly(int round)
{
    for (int i = 0; i < 2; i++)
        start_thread(print_for_ever, NULL);
    usleep(3000);
    spin_us(round * 7 % 100);
    if (round % 3 == 0)
        kill(getpid(), SIGKILL);
    if (round % 3 == 1)
        exec_case("killedend", NULL);
    _exit(3);
}

static int killed(int argc, char **argv)
{
    int rounds = argc ? atoi(argv[0]) : ROUNDS;

    for (int i = 0; i < rounds; i++) {
        pid_t pid = fork();
        if (pid == 0)
            live_shortly(i);
        truth_reap(pid);
    }
    return 0;
}

static int killed_end(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 4;
}

const struct tracee_case cases_death[] = {{"killed", killed, 0}, {"killedend", killed_end, 0}, {0}};
