/* storm GENERATIONS [MICROSECONDS]: a process with 30 idle threads, and one that executes this
 * program again by execve(2) after a random 0.2 to 3 ms (or after MICROSECONDS). Each generation
 * prints its number, counted down; the one with number 0 ends. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { IDLE = 30, LEAST_US = 200, MOST_US = 3000 };

static int left, fixed_us;

static void *idle(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static unsigned random_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t x = ((uint64_t)t.tv_nsec + (uint64_t)getpid() * 7919) * 6364136223846793005u;
    return LEAST_US + (unsigned)((x >> 33) % (MOST_US - LEAST_US));
}

static void *run_anew(void *unused)
{
    char number[16], us[16];

    usleep(fixed_us ? (unsigned)fixed_us : random_us());
    snprintf(number, sizeof number, "%d", left - 1);
    snprintf(us, sizeof us, "%d", fixed_us);
    execl("/proc/self/exe", "storm", number, us, (char *)NULL);
    _exit(1);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_attr_t small;
    pthread_t thread;
    char line[32];

    left = argc > 1 ? atoi(argv[1]) : 1;
    fixed_us = argc > 2 ? atoi(argv[2]) : 0;
    int n = snprintf(line, sizeof line, "%d\n", left);
    if (write(1, line, (size_t)n) != n || left <= 0)
        return left > 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    for (int i = 0; i < IDLE; i++)
        if (pthread_create(&thread, &small, idle, NULL))
            return 2;
    if (pthread_create(&thread, &small, run_anew, NULL))
        return 2;
    for (;;)
        pause();
}
