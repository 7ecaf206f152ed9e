/* Threads that come and go all the time, also while the tracer attaches. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

enum { MAKERS = 4, ROUNDS = 150 };

/* Nothing is written until the test says go: a write before the attach may be missed. */
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

enum { RELAY_MAX = 2000, RELAYS = 4 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int runners, finished, over;

static void *vanish(void *arg)
{
    return arg;
}

static void start_detached(void *(*fn)(void *))
{
    pthread_attr_t attr;
    pthread_t thread;

    NEED(pthread_attr_init(&attr) == 0);
    NEED(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
    NEED(pthread_create(&thread, &attr, fn, NULL) == 0);
    pthread_attr_destroy(&attr);
}

/* Each thread makes the next and then waits. So if the tracer overlooks a thread, it also misses
 * all later ones. Other threads end at once: that makes the kernel lose its place while it lists
 * the threads, and leave out some behind that place. */
static void *relay_on(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    if (!over && runners < RELAY_MAX) {
        runners++;
        pthread_mutex_unlock(&lock);
        for (int i = 0; i < 8; i++)
            start_detached(vanish);
        usleep(20);
        start_detached(relay_on);
        pthread_mutex_lock(&lock);
    }
    while (!over)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    truth_say(1, "relay\n");
    pthread_mutex_lock(&lock);
    finished++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static int relay(int argc, char **argv)
{
    (void)argc, (void)argv;
    runners = RELAYS;
    for (int i = 0; i < RELAYS; i++)
        start_detached(relay_on);
    truth_wait();
    pthread_mutex_lock(&lock);
    over = 1;
    pthread_cond_broadcast(&changed);
    while (finished < runners)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return 0;
}

enum { HOPS = 50 };
static int hops; /* since the test said go */

/* Each thread makes the next and ends: there is never more than one to be found. */
static void *hop(void *arg)
{
    (void)arg;
    usleep(20);
    if (truth_going()) {
        truth_say(1, "hop\n");
        hops++;
    }
    if (hops < HOPS)
        start_detached(hop);
    else
        __atomic_store_n(&over, 1, __ATOMIC_RELEASE);
    return NULL;
}

static int hopping(int argc, char **argv)
{
    (void)argc, (void)argv;
    start_detached(hop);
    truth_ready();
    while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
        sleep_ms(1);
    return 0;
}

const struct tracee_case cases_churn[] = {{"churn", churn, 1},
                                          {"forkchurn", fork_churn, 1},
                                          {"relay", relay, 1},
                                          {"hopping", hopping, 1},
                                          {0}};
