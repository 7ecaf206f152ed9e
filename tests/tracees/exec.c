/* exec by a thread that does not lead its group: it takes the leader's tid, and all
 * others are gone. The leader sleeps, is dead already, writes, or races with it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static int rounds;
static const char *kind;

static void *exec_next(void *arg)
{
    char text[16];

    (void)arg;
    truth_say(1, "round %d, by a thread\n", rounds);
    sleep_ms(20);
    snprintf(text, sizeof text, "%d", rounds - 1);
    truth_exec(getpid(), gettid());
    exec_case(kind, text);
}

static void *sleep_on(void *arg)
{
    (void)arg;
    pause();
    return NULL;
}

static int run(int argc, char **argv, const char *name)
{
    rounds = argc ? atoi(argv[0]) : 5;
    kind = name;
    truth_say(1, "round %d, by the leader\n", rounds);
    if (rounds == 0)
        return 31;
    for (int i = 0; i < 3; i++)
        start_thread(sleep_on, NULL);
    start_thread(exec_next, NULL);
    return -1;
}

static int asleep(int argc, char **argv)
{
    int status = run(argc, argv, "execasleep");

    if (status < 0)
        pause();
    return status;
}

static int dead(int argc, char **argv)
{
    int status = run(argc, argv, "execdead");

    if (status < 0)
        pthread_exit(NULL);
    return status;
}

/* What the leader writes last may or may not arrive: the sink is the truth for it. */
static int writing(int argc, char **argv)
{
    int status = run(argc, argv, "execwriting");

    while (status < 0) {
        truth_write(1, "leader\n", 7);
        sleep_ms(1);
    }
    return status;
}

static pthread_barrier_t both;

static void *race(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&both);
    exec_case("execend", NULL);
}

/* Two threads exec at the same time. */
static int racing(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (int i = 0; i < 10; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            pthread_barrier_init(&both, NULL, 2);
            start_thread(race, NULL);
            start_thread(race, NULL);
            pause();
        }
        truth_reap(pid);
    }
    return 0;
}

static int end(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "one has won\n");
    return 17;
}

const struct tracee_case cases_exec[] = {
    {"execasleep", asleep, 0}, {"execdead", dead, 0}, {"execwriting", writing, 0},
    {"execracing", racing, 0}, {"execend", end, 0},   {0},
};
