/* A leader that ends before its threads. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static void await_zombie(void)
{
    char path[64], line[256] = "";

    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)getpid());
    for (;;) {
        FILE *f = fopen(path, "r");
        NEED(f && fgets(line, sizeof line, f));
        fclose(f);
        if (strstr(line, ") Z"))
            return;
        sleep_ms(1);
    }
}

static atomic_int others; /* the other threads that have not ended */

static void go_on(void *arg)
{
    await_zombie();
    for (int i = 0; i < 100; i++)
        truth_say(i % 2 + 1, "thread %zu goes on %d\n", (size_t)arg, i);
}

static void *outlive(void *arg)
{
    go_on(arg);
    others--;
    return NULL;
}

static void *outlive_last(void *arg)
{
    go_on(arg);
    while (others)
        sleep_ms(1);
    truth_say(1, "the last one\n");
    pid_t pid = fork();
    if (pid == 0) {
        truth_say(1, "its child\n");
        _exit(8);
    }
    truth_reap(pid);
    _exit(21);
}

static int leader_exit(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "leader\n");
    others = 2;
    start_thread(outlive, (void *)1);
    start_thread(outlive, (void *)2);
    start_thread(outlive_last, (void *)3);
    pthread_exit(NULL);
}

static void *ready_when_zombie(void *arg)
{
    await_zombie();
    truth_wait();
    return outlive_last(arg);
}

/* The leader is a zombie when the tracer comes. */
static int leader_gone(int argc, char **argv)
{
    (void)argc, (void)argv;
    start_thread(ready_when_zombie, (void *)1);
    pthread_exit(NULL);
}

const struct tracee_case cases_leader[] = {
    {"leaderexit", leader_exit, 0},
    {"leadergone", leader_gone, 1},
    {0},
};
