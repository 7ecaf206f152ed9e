/* `apply FILE`: a recording read and applied to the model, as fast as it goes; nothing is drawn.
 * Prints "BYTES EVENTS NS PEAK", PEAK the most memory that the process took, in bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "event/reader.h"
#include "model/model.h"

enum { PORTION = 256 * 1024, BUDGET = 256 * 1024 * 1024 };

struct run {
    struct model *model;
    struct source *source;
    unsigned long events;
};

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct run *run = user;

    (void)wire;
    run->events++;
    model_apply(run->model, run->source, ev);
}

static long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
    static char portion[PORTION];
    struct run run = {.model = model_new(BUDGET)};
    struct reader *reader = reader_new(on_event, &run);
    struct rusage usage;
    unsigned long long bytes = 0;
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    ssize_t n;

    if (fd < 0) {
        fprintf(stderr, "usage: apply FILE\n");
        return 2;
    }
    run.source = model_source_add(run.model, "bench");
    long long began = now();
    while ((n = read(fd, portion, sizeof portion)) > 0 &&
           reader_feed(reader, portion, (size_t)n) == 0)
        bytes += (unsigned long long)n;
    long long took = now() - began;
    getrusage(RUSAGE_SELF, &usage);
    printf("%llu %lu %lld %ld\n", bytes, run.events, took, usage.ru_maxrss * 1024);
    reader_free(reader);
    model_free(run.model);
    return 0;
}
