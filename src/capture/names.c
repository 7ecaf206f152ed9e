#include "capture/names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"
#include "capture/remote.h"
#include "capture/session.h"

enum { GENERATIONS_MAX = 1000 }; /* more ancestors than a process ever has */

struct names_found {
    pid_t *pids; /* to be freed */
    size_t count;
    size_t gave_up;      /* on how many processes the pattern gave up */
    pid_t first_gave_up; /* the first of these */
};

struct search {
    struct regex *name;
    bool by_command; /* match the command line, not comm */
    struct buf argv;
    struct names_found found;
    size_t cap;
};

static enum regex_answer command_matches(struct search *s, pid_t pid)
{
    buf_clear(&s->argv);
    if (remote_cmdline(pid, &s->argv) < 0 || s->argv.len == 0)
        return REGEX_NO;
    char *text = (char *)s->argv.data;
    size_t len = s->argv.len - 1; /* without the last NUL */
    for (char *nul = text; (nul = memchr(nul, '\0', len - (size_t)(nul - text)));)
        *nul = ' ';
    return regex_matches(s->name, text, len);
}

static void add(struct search *s, pid_t pid)
{
    if (s->found.count == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->found.pids = xrealloc(s->found.pids, s->cap * sizeof *s->found.pids);
    }
    s->found.pids[s->found.count++] = pid;
}

/* True for this process and its ancestors. */
static bool is_ancestor(pid_t pid)
{
    struct proc_status s;
    pid_t at = getpid();

    for (int i = 0; i < GENERATIONS_MAX && at > 0 && at != pid; i++)
        at = procfs_status(at, &s) == 0 ? s.ppid : 0;
    return at == pid;
}

static bool check_process(void *user, int pid)
{
    struct search *s = user;
    struct proc_status status;

    if (procfs_status(pid, &status) < 0 || status.kernel_thread)
        return true;
    enum regex_answer answer = s->by_command
                                   ? command_matches(s, pid)
                                   : regex_matches(s->name, status.comm, strlen(status.comm));
    if (answer == REGEX_NO || is_ancestor(pid))
        return true;
    if (answer == REGEX_YES)
        add(s, pid);
    else if (s->found.gave_up++ == 0)
        s->found.first_gave_up = pid;
    return true;
}

static struct names_found names_find(struct regex *name)
{
    struct search s = {.name = name};

    procfs_each("/proc", check_process, &s);
    s.by_command = s.found.count == 0;
    if (s.by_command)
        procfs_each("/proc", check_process, &s);
    buf_free(&s.argv);
    return s.found;
}

/* --- attaching --- */

/* False, with a note, when it can't be traced. *refused: the first such cause. */
static bool attach_named(struct session *s, pid_t pid, char **refused)
{
    char *cause = NULL;

    if (s->kind->attach(s->engine, pid, true, &cause) == 0)
        return true;
    emit_note(s->emitter, pid, "not traced: %s", cause);
    if (*refused)
        free(cause);
    else
        *refused = cause;
    return false;
}

/* A line when the pattern gave up on some names, to be freed; NULL: it did not. */
static char *describe_unknown(const struct regex *name, const struct names_found *found)
{
    if (!found->gave_up)
        return NULL;
    return xasprintf("'%s' gave up on %zu names or command lines (too many steps), that of %d is "
                     "one: not traced",
                     regex_pattern(name), found->gave_up, (int)found->first_gave_up);
}

int names_attach(struct session *s, struct regex *name, char **cause)
{
    struct names_found found = names_find(name);
    char *refused = NULL, *unknown = describe_unknown(name, &found);
    size_t n = found.count, done = 0;

    for (size_t i = 0; i < n; i++)
        done += attach_named(s, found.pids[i], &refused);
    if (n && unknown)
        emit_note(s->emitter, found.first_gave_up, "%s", unknown);
    if (n == 0)
        *cause = xasprintf("no process has a name or a command line that matches '%s'%s%s",
                           regex_pattern(name), unknown ? ": " : "", unknown ? unknown : "");
    else if (done == 0 && n > 1)
        *cause = xasprintf("none of %zu can be traced: %s", n, refused);
    else if (done == 0)
        *cause = xstrdup(refused);
    free(refused);
    free(unknown);
    free(found.pids);
    return done ? 0 : -1;
}
