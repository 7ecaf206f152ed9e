/* The path is walked here and not by the kernel, directory by directory, so that each link on it
 * can be judged by where it lies. */
#include "base/private-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/xmalloc.h"

enum {
    LINKS_MAX = 40, /* as the kernel's */
    TRIES = 16      /* while others make and remove the file */
};

/* On the way to a file. */
struct walk {
    int dir;    /* O_PATH, or AT_FDCWD: where it has come to */
    char *rest; /* of the path, from there on */
    int links;  /* followed so far */

    /* At its end: */
    char *name;     /* in dir; NULL: not yet there */
    bool exists;    /* as st; else it is to be made */
    struct stat st; /* of the last that was come to; no link is followed */
    bool changed;   /* what it was has changed before it could be opened */
    char *refusal;  /* NULL: errno says why it failed */
};

/* --- who may write where --- */

static bool is_trusted(uid_t uid)
{
    return uid == 0 || uid == geteuid();
}

/* Of another user namespace. All such owners look the same, and the machine's root is among them.
 */
static bool is_foreign(uid_t uid)
{
    FILE *f = fopen("/proc/self/uid_map", "re");
    unsigned first, outside, count;
    bool known = !f;

    while (!known && fscanf(f, "%u %u %u", &first, &outside, &count) == 3)
        known = uid - first < count;
    if (f)
        fclose(f);
    return !known;
}

static bool others_may_write(const struct stat *dir)
{
    return (dir->st_mode & (S_IWGRP | S_IWOTH)) ||
           (!is_trusted(dir->st_uid) && !is_foreign(dir->st_uid));
}

/* What is called a link in /proc leads to the thing itself, and the kernel asks whether we may. */
static bool is_proc(int dir)
{
    struct statfs fs;

    return fstatfs(dir, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static int check_link(struct walk *w, const char *name, bool last)
{
    struct stat dir;

    if (fstat(w->dir, &dir) < 0)
        return -1;
    if (!others_may_write(&dir) || (!last && is_trusted(w->st.st_uid)))
        return 0;
    w->refusal = xasprintf(
        "'%s' is a symbolic link that others may have put there: it is not followed", name);
    errno = ELOOP;
    return -1;
}

static int check_owner(struct walk *w, const struct stat *file)
{
    struct stat dir;

    if (fstat(w->dir, &dir) < 0)
        return -1;
    if (!(dir.st_mode & S_IWOTH) || is_trusted(file->st_uid))
        return 0;
    w->refusal = xasprintf(
        "it belongs to uid %u, and everybody may write to its directory: it is left alone",
        (unsigned)file->st_uid);
    errno = EACCES;
    return -1;
}

/* --- the way --- */

static int enter(struct walk *w, const char *name, int how)
{
    int dir = openat(w->dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC | how);

    if (dir < 0)
        return -1;
    if (w->dir >= 0)
        close(w->dir);
    w->dir = dir;
    return 0;
}

/* Goes on with that path, which it takes, from where it is. */
static int go_on(struct walk *w, char *path)
{
    free(w->rest);
    w->rest = path;
    return *path == '/' ? enter(w, "/", 0) : 0;
}

static int follow(struct walk *w, const char *name, bool last)
{
    char target[PATH_MAX];

    if (check_link(w, name, last) < 0)
        return -1;
    if (++w->links > LINKS_MAX) {
        errno = ELOOP;
        return -1;
    }
    ssize_t n = readlinkat(w->dir, name, target, sizeof target);
    return n < 0 ? -1 : go_on(w, xasprintf("%.*s%s", (int)n, target, w->rest));
}

/* Takes the first name from what is left of the path. */
static char *next_name(struct walk *w)
{
    char *start = w->rest + strspn(w->rest, "/"), *end = start + strcspn(start, "/");
    char *name = xasprintf("%.*s", (int)(end - start), start);

    memmove(w->rest, end, strlen(end) + 1);
    return name;
}

static int step(struct walk *w, const char *name, bool keep_link)
{
    bool last = !*w->rest, link;

    w->exists = fstatat(w->dir, name, &w->st, AT_SYMLINK_NOFOLLOW) == 0;
    link = w->exists && S_ISLNK(w->st.st_mode);
    if (!w->exists && (errno != ENOENT || !last))
        return -1;
    if (link && !is_proc(w->dir) && !(last && keep_link))
        return follow(w, name, last);
    if (!last)
        return enter(w, name, link ? 0 : O_NOFOLLOW);
    w->name = xstrdup(name);
    return 0;
}

/* To the directory that the file lies in. keep_link: a link is a file that exists. */
static int walk_there(struct walk *w, const char *path, bool keep_link)
{
    int result = enter(w, ".", 0);

    if (result == 0)
        result = go_on(w, xstrdup(path));
    while (result == 0 && !w->name) {
        char *name = next_name(w);
        errno = *path ? EISDIR : ENOENT;
        result = *name ? step(w, name, keep_link) : -1;
        free(name);
    }
    return result;
}

/* --- the file --- */

enum { HOW = O_WRONLY | O_CLOEXEC | O_NOCTTY };

static int make_file(struct walk *w, int how)
{
    int fd = openat(w->dir, w->name, HOW | how | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);

    w->changed = fd < 0 && errno == EEXIST;
    return fd;
}

static int take_file(struct walk *w, int fd, int how)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && check_owner(w, &st) == 0 &&
        (!(how & O_TRUNC) || !S_ISREG(st.st_mode) || ftruncate(fd, 0) == 0))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int open_file(struct walk *w, int how)
{
    if (how & O_EXCL) {
        errno = EEXIST;
        return -1;
    }
    if (check_owner(w, &w->st) < 0) /* before a fifo of theirs makes us wait */
        return -1;
    int fd = openat(w->dir, w->name, HOW | (how & ~O_TRUNC) | (is_proc(w->dir) ? 0 : O_NOFOLLOW));
    w->changed = fd < 0 && (errno == ENOENT || errno == ELOOP);
    return fd < 0 ? -1 : take_file(w, fd, how);
}

static int try_open(const char *path, int how, bool *again, char **cause)
{
    struct walk w = {.dir = AT_FDCWD};
    int fd = -1;

    if (walk_there(&w, path, how & O_EXCL) == 0)
        fd = w.exists ? open_file(&w, how) : make_file(&w, how);
    int error = errno;
    if (fd < 0)
        *cause = xstrdup(w.refusal ? w.refusal : strerror(error));
    *again = w.changed;
    if (w.dir >= 0)
        close(w.dir);
    free(w.rest);
    free(w.name);
    free(w.refusal);
    errno = error;
    return fd;
}

int private_open(const char *path, int how, char **cause)
{
    bool again;
    int fd = try_open(path, how, &again, cause);

    for (int i = 1; again && i < TRIES; i++) {
        free(*cause);
        fd = try_open(path, how, &again, cause);
    }
    return fd;
}
