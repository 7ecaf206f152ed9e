/* Threads that come and go all the time, also while the tracer attaches. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

enum { MAKERS = 4, ROUNDS = 150 };

/* Until the test says go nothing is written: nobody has promised to see it. */
static void *brief(void *arg)
{
    (void)arg;
    if (truth_going()) {
        truth_say(1, "brief\n");
        return (void *)1;
    }
    return NULL;
}

static void *make(void *arg)
{
    int rounds = 0;

    (void)arg;
    while (rounds < ROUNDS) {
        void *wrote;
        unsigned long thread = start_thread(brief, NULL);
        NEED(pthread_join(thread, &wrote) == 0);
        rounds += wrote != NULL;
    }
    return NULL;
}

static int churn(int argc, char **argv)
{
    unsigned long makers[MAKERS];

    (void)argc, (void)argv;
    for (int i = 0; i < MAKERS; i++)
        makers[i] = start_thread(make, NULL);
    sleep_ms(20);
    truth_ready();
    for (int i = 0; i < MAKERS; i++)
        end_thread(makers[i]);
    truth_say(1, "end\n");
    return 0;
}

/* The same with processes. */
static int fork_churn(int argc, char **argv)
{
    int rounds = 0;

    (void)argc, (void)argv;
    truth_ready();
    while (rounds < 200) {
        int going = truth_going();
        pid_t pid = fork();
        if (pid == 0) {
            if (going)
                truth_say(1, "brief\n");
            _exit(rounds % 100);
        }
        if (going) {
            truth_reap(pid);
            rounds++;
        } else {
            NEED(waitpid(pid, NULL, 0) == pid);
        }
    }
    return 0;
}

const struct tracee_case cases_churn[] = {{"churn", churn, 1}, {"forkchurn", fork_churn, 1}, {0}};
