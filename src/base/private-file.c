/* Walks the path name by name instead of leaving that to the kernel, so that each symbolic link can
 * be judged by the directory that it is in. */
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
    LINKS_MAX = 40, /* followed in one path; the kernel has the same limit */
    TRIES = 16      /* while another process keeps creating and removing the file */
};

/* The walk along one path. */
struct walk {
    int dir;    /* the directory reached so far: an O_PATH fd, or AT_FDCWD */
    char *rest; /* the part of the path that is still to be walked, from dir on */
    int links;  /* symbolic links followed so far */

    char *name;     /* the file's name in dir; NULL: the walk is not at its end */
    bool exists;    /* the last name that was looked up exists */
    struct stat st; /* of that name; a link is not followed */
    bool changed;   /* the file changed between lookup and open: try again */
    char *refusal;  /* why it is refused; NULL: errno tells the failure */
};

/* --- which directories, links and files are trusted --- */

static bool is_trusted(uid_t uid)
{
    return uid == 0 || uid == geteuid();
}

/* True when our user namespace does not map this uid. All unmapped owners look the same, and one of
 * them is the root user of the machine. */
static bool is_unmapped(uid_t uid)
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
           (!is_trusted(dir->st_uid) && !is_unmapped(dir->st_uid));
}

/* A link in /proc, such as /proc/self/fd/1, leads to the open file itself, and the kernel checks
 * our permission when it is followed. So these links need no check of ours. */
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

/* --- the walk --- */

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

/* Continues the walk with this path, from dir or, if it is absolute, from "/". Takes path over. */
static int continue_with(struct walk *w, char *path)
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
    return n < 0 ? -1 : continue_with(w, xasprintf("%.*s%s", (int)n, target, w->rest));
}

/* Removes the first name from the rest of the path and returns it; the caller frees it. */
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

/* Walks to the directory that holds the file. keep_link: a symbolic link as the last name is not
 * followed, but counts as an existing file. */
static int walk_to_file(struct walk *w, const char *path, bool keep_link)
{
    /* The current directory may be one that we may not search: an absolute path does without. */
    int result = *path == '/' ? 0 : enter(w, ".", 0);

    if (result == 0)
        result = continue_with(w, xstrdup(path));
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

/* Checks the open file, and truncates it where that was asked for. Closes fd on failure. */
static int accept_file(struct walk *w, int fd, int how)
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
    /* Before the open: that of another user's FIFO could wait for ever. */
    if (check_owner(w, &w->st) < 0)
        return -1;
    int fd = openat(w->dir, w->name, HOW | (how & ~O_TRUNC) | (is_proc(w->dir) ? 0 : O_NOFOLLOW));
    w->changed = fd < 0 && (errno == ENOENT || errno == ELOOP);
    return fd < 0 ? -1 : accept_file(w, fd, how);
}

/* One attempt. *again: the file changed meanwhile, and another attempt may succeed. */
static int try_open(const char *path, int how, bool *again, char **cause)
{
    struct walk w = {.dir = AT_FDCWD};
    int fd = -1;

    if (walk_to_file(&w, path, how & O_EXCL) == 0)
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
        *cause = NULL;
        fd = try_open(path, how, &again, cause);
    }
    return fd;
}
