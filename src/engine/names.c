#include "engine/names.h"

#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "engine/procfs.h"
#include "engine/remote.h"

enum { GENERATIONS_MAX = 1000 }; /* above us: more than there ever are */

struct search {
    struct regex *name;
    bool by_command; /* else by comm */
    struct buf argv;
    pid_t *pids;
    size_t count, cap;
};

static bool command_matches(struct search *s, pid_t pid)
{
    buf_clear(&s->argv);
    if (remote_cmdline(pid, &s->argv) < 0 || s->argv.len == 0)
        return false;
    char *text = (char *)s->argv.data;
    size_t len = s->argv.len - 1; /* without the last NUL */
    for (char *nul = text; (nul = memchr(nul, '\0', len - (size_t)(nul - text)));)
        *nul = ' ';
    return regex_matches(s->name, text, len);
}

static void add(struct search *s, pid_t pid)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->pids = xrealloc(s->pids, s->cap * sizeof *s->pids);
    }
    s->pids[s->count++] = pid;
}

static bool is_above_us(pid_t pid)
{
    struct proc_status s;
    pid_t at = getpid();

    for (int i = 0; i < GENERATIONS_MAX && at > 0 && at != pid; i++)
        at = procfs_status(at, &s) == 0 ? s.ppid : 0;
    return at == pid;
}

static bool look(void *user, int pid)
{
    struct search *s = user;
    struct proc_status status;

    if (procfs_status(pid, &status) == 0 && !status.kernel_thread &&
        (s->by_command ? command_matches(s, pid)
                       : regex_matches(s->name, status.comm, strlen(status.comm))) &&
        !is_above_us(pid))
        add(s, pid);
    return true;
}

size_t names_find(struct regex *name, pid_t **pids)
{
    struct search s = {.name = name};

    procfs_each("/proc", look, &s);
    s.by_command = s.count == 0;
    if (s.by_command)
        procfs_each("/proc", look, &s);
    buf_free(&s.argv);
    *pids = s.pids;
    return s.count;
}
