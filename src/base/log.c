#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/private-file.h"
#include "base/printable.h"
#include "base/xmalloc.h"

static const char *const area_names[LOG_AREAS] = {"tracer", "wait",  "capture",
                                                  "stream", "model", "ui"};
static bool enabled[LOG_AREAS];
static int log_fd = -1;

static void enable_area(const char *name)
{
    bool known = strcmp(name, "all") == 0;

    for (int i = 0; i < LOG_AREAS; i++)
        if (strcmp(name, "all") == 0 || strcmp(name, area_names[i]) == 0)
            enabled[i] = known = true;
    if (!known)
        complain("pcat", "PCAT_LOG: no area '%s'", name);
}

void log_init(void)
{
    const char *areas = getenv("PCAT_LOG");
    const char *path = getenv("PCAT_LOG_FILE");
    char copy[256], *cause = NULL;

    if (!areas || !*areas)
        return;
    log_fd = STDERR_FILENO;
    if (path && *path) {
        log_fd = private_open(path, O_APPEND, &cause);
        if (log_fd < 0)
            complain("pcat", "PCAT_LOG_FILE: %s: %s", path, cause);
        free(cause);
    }
    snprintf(copy, sizeof copy, "%s", areas);
    for (char *save, *name = strtok_r(copy, ", ", &save); name; name = strtok_r(NULL, ", ", &save))
        enable_area(name);
}

bool log_on(enum log_area area)
{
    return enabled[area] && log_fd >= 0;
}

void log_line(enum log_area area, const char *format, ...)
{
    struct timespec now;
    struct buf line = {0};
    va_list args;

    if (!log_on(area))
        return;
    va_start(args, format);
    char *text = xvasprintf(format, args);
    va_end(args);
    clock_gettime(CLOCK_MONOTONIC, &now);
    buf_addf(&line, "%lld.%06ld %d %s: ", (long long)now.tv_sec, now.tv_nsec / 1000, (int)gettid(),
             area_names[area]);
    printable_add(&line, bytes_of(text), false);
    buf_addc(&line, '\n');
    if (write(log_fd, line.data, line.len) < 0)
        log_fd = -1;
    buf_free(&line);
    free(text);
}
