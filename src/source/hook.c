/* The texts of a tracee (the line, its name) are passed to the command only in environment
 * variables, so the shell can't execute them. */
#include "source/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "source/child.h"

#define BETWEEN ((int64_t)1000000000) /* ns from one start to the next */
#define VARIABLES 7

extern char **environ;

/* A rule and its command. */
struct hook {
    uint64_t rule;
    char *command;
    char *variables[VARIABLES]; /* "NAME=VALUE" of the newest waiting find; NULL: none waits */
    uint64_t count;             /* of finds that wait */
    struct child *running;      /* NULL: none */
    int64_t not_before;         /* earliest time of the next start, CLOCK_MONOTONIC ns */
    struct hook *next;
};

struct hooks {
    struct hook *first;
};

struct hooks *hooks_new(void)
{
    return xcalloc(1, sizeof(struct hooks));
}

static void drop_waiting(struct hook *h)
{
    for (int i = 0; i < VARIABLES; i++) {
        free(h->variables[i]);
        h->variables[i] = NULL;
    }
    h->count = 0;
}

void hooks_free(struct hooks *h)
{
    while (h && h->first) {
        struct hook *one = h->first;
        h->first = one->next;
        child_free(one->running);
        drop_waiting(one);
        free(one->command);
        free(one);
    }
    free(h);
}

static struct hook *need_hook(struct hooks *h, const struct hook_run *run)
{
    struct hook *one = h->first;

    while (one && one->rule != run->rule)
        one = one->next;
    if (one)
        return one;
    one = xcalloc(1, sizeof *one);
    *one = (struct hook){.rule = run->rule, .command = xstrdup(run->command), .next = h->first};
    h->first = one;
    return one;
}

void hooks_add(struct hooks *h, const struct hook_run *run)
{
    struct hook *one = need_hook(h, run);
    uint64_t count = one->count + run->count;

    drop_waiting(one);
    one->count = count;
    char **v = one->variables;
    v[0] = xasprintf("PCAT_WHAT=%s", run->what);
    v[1] = xasprintf("PCAT_LINE=%s", run->line);
    v[2] = xasprintf("PCAT_COMM=%s", run->comm);
    v[3] = xasprintf("PCAT_PID=%" PRIu64, run->pid);
    v[4] = xasprintf("PCAT_TID=%" PRIu64, run->tid);
    v[5] = xasprintf("PCAT_FD=%" PRIu64, run->fd);
    v[6] = xasprintf("PCAT_COUNT=%" PRIu64, count);
}

/* Our environment with these variables added, in place of the ones of the same name. The caller
 * frees the array, but not its strings. */
static char **make_environment(char *const variables[VARIABLES])
{
    size_t n = 0, to = 0;

    while (environ[n])
        n++;
    char **all = xcalloc(n + VARIABLES + 1, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        bool ours = false;
        for (int v = 0; v < VARIABLES && !ours; v++) {
            size_t name = strcspn(variables[v], "=") + 1;
            ours = strncmp(environ[i], variables[v], name) == 0;
        }
        if (!ours)
            all[to++] = environ[i];
    }
    for (int v = 0; v < VARIABLES; v++)
        all[to++] = variables[v];
    return all;
}

static struct child *spawn(const char *command, char *const variables[VARIABLES], int *error)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    char **environment = make_environment(variables);
    posix_spawn_file_actions_t files;
    struct child_program program = {.file = "/bin/sh",
                                    .argv = argv,
                                    .environment = environment,
                                    .files = &files,
                                    .own_group = true};

    posix_spawn_file_actions_init(&files);
    for (int fd = 0; fd <= 2; fd++)
        posix_spawn_file_actions_addopen(&files, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
    struct child *child = child_start(&program, error);
    posix_spawn_file_actions_destroy(&files);
    free(environment);
    return child;
}

static bool is_running(struct hook *h)
{
    int status;

    if (!h->running)
        return false;
    if (!child_ended(h->running, &status))
        return true;
    child_free(h->running);
    h->running = NULL;
    return false;
}

static char *start_command(struct hook *h, int64_t now)
{
    int error;

    h->running = spawn(h->command, h->variables, &error);
    drop_waiting(h);
    h->not_before = now + BETWEEN;
    return h->running ? NULL : xasprintf("'%s' can't be run: %s", h->command, strerror(error));
}

char *hooks_turn(struct hooks *h, int64_t now)
{
    char *cause = NULL;

    for (struct hook *one = h->first; one && !cause; one = one->next)
        if (!is_running(one) && one->count > 0 && now >= one->not_before)
            cause = start_command(one, now);
    return cause;
}
