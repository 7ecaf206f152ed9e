#include "capture/names.h"

#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"
#include "capture/remote.h"

enum { GENERATIONS_MAX = 1000 }; /* more ancestors than a process ever has */

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

struct names_found names_find(struct regex *name)
{
    struct search s = {.name = name};

    procfs_each("/proc", check_process, &s);
    s.by_command = s.found.count == 0;
    if (s.by_command)
        procfs_each("/proc", check_process, &s);
    buf_free(&s.argv);
    return s.found;
}
