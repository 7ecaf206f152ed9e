/* The fds that are read are never set to non-blocking: an fd that the viewer was started with may
 * be shared with other processes, which would be affected. Instead, each read follows a poll. */
#include "source/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/xmalloc.h"
#include "event/zip.h"
#include "source/child.h"

#define PIPE_SIZE (1 << 20)
#define READ_SIZE (256 * 1024)
#define ERRORS_MAX 65536          /* bytes of standard error that are kept; more are dropped */
#define BEFORE_MAX 65536          /* bytes that may come before the stream */
#define BEGINNING "\x82\x65hello" /* the first bytes of every stream */

extern char **environ;

struct feed {
    struct reader *reader;
    int stream, control, errors; /* -1: closed */
    struct buf error_text;
    unsigned char *room; /* READ_SIZE bytes to read into */
    bool file;           /* the stream is a regular file, which may grow */
    bool waits;          /* it stands at the end of a file that is still being written */
    bool closed;         /* at the last check the file was not being written any more */
    bool searching;      /* the beginning of the stream has not been found yet */
    struct buf before;   /* the bytes that came before the beginning */
    bool ended, damaged;
    struct child *child; /* NULL: none */
};

static struct feed *feed_new(reader_fn *fn, void *user)
{
    struct feed *f = xcalloc(1, sizeof *f);

    f->reader = reader_new(fn, user);
    f->room = xmalloc(READ_SIZE);
    f->stream = f->control = f->errors = -1;
    return f;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    close_fd(&f->control);
    close_fd(&f->stream);
    close_fd(&f->errors);
    child_free(f->child);
    reader_free(f->reader);
    buf_free(&f->error_text);
    buf_free(&f->before);
    free(f->room);
    free(f);
}

struct feed *feed_open(int fd, reader_fn *fn, void *user)
{
    struct feed *f = feed_new(fn, user);
    struct stat st;

    f->stream = fd;
    f->file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    return f;
}

int feed_file(const struct feed *f)
{
    unsigned char first;

    if (!f->file || (pread(f->stream, &first, 1, 0) == 1 && unzip_knows(first)))
        return -1;
    return fcntl(f->stream, F_DUPFD_CLOEXEC, 3);
}

uint64_t feed_offset(const struct feed *f)
{
    return reader_offset(f->reader);
}

int feed_progress(const struct feed *f)
{
    off_t at = f->file && f->stream >= 0 && !f->waits ? lseek(f->stream, 0, SEEK_CUR) : -1;
    struct stat st;

    if (at < 0 || fstat(f->stream, &st) < 0 || at >= st.st_size)
        return 100;
    return (int)((double)at / (double)st.st_size * 100);
}

bool feed_is_file(const struct feed *f)
{
    return f->file;
}

/* The pcat in the directory of our own executable, else "pcat", which is searched in PATH. */
static char *find_pcat(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n > 0) {
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        if (slash) {
            slash[1] = '\0';
            char *path = xasprintf("%spcat", self);
            if (access(path, X_OK) == 0)
                return path;
            free(path);
        }
    }
    return xstrdup("pcat");
}

/* The pipes between the viewer and a capture child. */
struct child_pipes {
    int control[2], stream[2], errors[2];
};

static void close_pipes(struct child_pipes *p)
{
    int *all[] = {p->control, p->stream, p->errors};

    for (int i = 0; i < 3; i++) {
        close_fd(all[i]);
        close_fd(all[i] + 1);
    }
}

static int open_pipes(struct child_pipes *p)
{
    *p = (struct child_pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->control, O_CLOEXEC) < 0 || pipe2(p->stream, O_CLOEXEC) < 0 ||
        pipe2(p->errors, O_CLOEXEC) < 0) {
        close_pipes(p);
        return -1;
    }
    fcntl(p->stream[1], F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(p->control[1], F_SETFL, O_NONBLOCK);
    return 0;
}

static struct child *spawn(const char *path, char **argv, const struct child_pipes *p, int *error)
{
    posix_spawn_file_actions_t files;
    struct child_program program = {
        .file = path, .argv = argv, .environment = environ, .files = &files, .own_group = true};

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, p->control[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, p->stream[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, p->errors[1], STDERR_FILENO);
    struct child *child = child_start(&program, error);
    posix_spawn_file_actions_destroy(&files);
    return child;
}

static char **make_argv(char *const args[])
{
    size_t n = 0;

    while (args[n])
        n++;
    char **argv = xcalloc(n + 2, sizeof *argv);
    argv[0] = xstrdup("pcat");
    for (size_t i = 0; i < n; i++)
        argv[i + 1] = xstrdup(args[i]);
    return argv;
}

static void argv_free(char **argv)
{
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    free(argv);
}

static struct feed *start_child(const char *path, char **argv, reader_fn *fn, void *user,
                                char **cause)
{
    struct child_pipes p;

    if (open_pipes(&p) < 0) {
        *cause = xasprintf("no pipes to the capture program: %s", strerror(errno));
        return NULL;
    }
    struct feed *f = feed_new(fn, user);
    int error;
    f->child = spawn(path, argv, &p, &error);
    if (f->child) {
        f->control = dup(p.control[1]);
        f->stream = dup(p.stream[0]);
        f->errors = dup(p.errors[0]);
        for (int i = 0, fds[] = {f->control, f->stream, f->errors}; i < 3; i++)
            fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    } else {
        *cause = xasprintf("the capture program '%s' can't be run: %s", path, strerror(error));
        feed_free(f);
        f = NULL;
    }
    close_pipes(&p);
    return f;
}

struct feed *feed_start(char *const args[], reader_fn *fn, void *user, char **cause)
{
    char *path = find_pcat(), **argv = make_argv(args);
    struct feed *f = start_child(path, argv, fn, user, cause);

    argv_free(argv);
    free(path);
    return f;
}

/* Whether one of the words is ssh, or a path that ends in /ssh. */
static bool runs_ssh(const char *via)
{
    char *words = xstrdup(via), *save;
    bool found = false;

    for (char *w = strtok_r(words, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
        const char *slash = strrchr(w, '/');
        found = found || strcmp(slash ? slash + 1 : w, "ssh") == 0;
    }
    free(words);
    return found;
}

/* Quotes text as one word for a shell. The caller frees it. */
static char *quote(const char *text)
{
    struct buf b = {0};

    buf_addc(&b, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_adds(&b, "'\\''");
        else
            buf_addc(&b, *text);
    buf_addc(&b, '\'');
    buf_addc(&b, '\0');
    return (char *)b.data;
}

static void add_quoted(struct buf *line, const char *text, bool twice)
{
    char *once = quote(text), *again = twice ? quote(once) : NULL;

    buf_addc(line, ' ');
    buf_adds(line, again ? again : once);
    free(again);
    free(once);
}

struct feed *feed_start_via(const char *via, char *const args[], reader_fn *fn, void *user,
                            char **cause)
{
    bool twice = runs_ssh(via);
    struct buf line = {0};

    buf_addf(&line, "exec %s pcat", via);
    for (size_t i = 0; args[i]; i++)
        add_quoted(&line, args[i], twice);
    buf_addc(&line, '\0');
    char *argv[] = {"sh", "-c", (char *)line.data, NULL};
    struct feed *f = start_child("/bin/sh", argv, fn, user, cause);
    if (f)
        f->searching = true;
    buf_free(&line);
    return f;
}

bool feed_waits(const struct feed *f)
{
    return f->waits;
}

int feed_fd(const struct feed *f)
{
    return f->waits ? -1 : f->stream;
}

int feed_errors_fd(const struct feed *f)
{
    return f->errors;
}

/* Reads without waiting. Returns the number of bytes, 0: nothing is there, -1: end or error. */
static ssize_t read_some(int fd, void *to, size_t size)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    if (poll(&p, 1, 0) <= 0)
        return 0;
    ssize_t n = read(fd, to, size);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    return n > 0 ? n : -1;
}

static void end_stream(struct feed *f)
{
    close_fd(&f->stream);
    f->ended = true;
    f->damaged = f->damaged || reader_finish(f->reader) < 0;
}

/* pcat holds a lock on the file that it records to. */
static bool is_being_written(int fd)
{
    if (flock(fd, LOCK_SH | LOCK_NB) < 0)
        return errno == EWOULDBLOCK;
    flock(fd, LOCK_UN);
    return false;
}

/* To be called when a read has found the end of the file. True: the stream has ended. If the
 * writer's lock is gone for the first time, the file is read once more, since bytes may have come
 * between the last read and the check of the lock. */
static bool is_at_end(struct feed *f)
{
    if (!f->file || f->closed)
        return true;
    f->waits = is_being_written(f->stream);
    f->closed = !f->waits;
    return false;
}

/* Searches for the beginning of the stream; gives the bytes from there on to the reader. Returns -1
 * if the stream is damaged, or BEFORE_MAX bytes have come without the beginning. */
static int search_beginning(struct feed *f, const void *data, size_t n)
{
    static const char beginning[] = BEGINNING;
    const unsigned char *at;

    buf_add(&f->before, data, n);
    at = memmem(f->before.data, f->before.len, beginning, sizeof beginning - 1);
    if (!at)
        return f->before.len > BEFORE_MAX ? -1 : 0;
    f->searching = false;
    int result = reader_feed(f->reader, at, f->before.len - (size_t)(at - f->before.data));
    buf_free(&f->before);
    return result;
}

static int take_bytes(struct feed *f, const void *data, size_t n)
{
    return f->searching ? search_beginning(f, data, n) : reader_feed(f->reader, data, n);
}

size_t feed_read(struct feed *f, size_t budget)
{
    size_t total = 0;

    while (f->stream >= 0 && total < budget) {
        size_t want = budget - total < READ_SIZE ? budget - total : READ_SIZE;
        ssize_t n = read_some(f->stream, f->room, want);

        if (n < 0 && !is_at_end(f)) {
            if (f->waits)
                break;
            continue;
        }
        if (n == 0)
            break;
        f->waits = false;
        if (n > 0 && take_bytes(f, f->room, (size_t)n) < 0)
            f->damaged = true;
        if (n > 0)
            total += (size_t)n;
        if (n < 0 || f->damaged)
            end_stream(f);
    }
    return total;
}

void feed_read_errors(struct feed *f)
{
    char room[4096];

    while (f->errors >= 0) {
        ssize_t n = read_some(f->errors, room, sizeof room);

        if (n == 0)
            return;
        if (n < 0)
            close_fd(&f->errors);
        else if (f->error_text.len < ERRORS_MAX)
            buf_add(&f->error_text, room, (size_t)n);
    }
}

char *feed_error_line(struct feed *f)
{
    struct buf *b = &f->error_text;
    char *newline = b->len ? memchr(b->data, '\n', b->len) : NULL;

    if (!newline && (f->errors >= 0 || b->len == 0))
        return NULL;
    size_t len = newline ? (size_t)(newline - (char *)b->data) : b->len;
    size_t shown = len - (len > 0 && b->data[len - 1] == '\r'); /* a terminal in between */
    char *line = xmalloc(shown + 1);
    memcpy(line, b->data, shown);
    line[shown] = '\0';
    buf_consume(b, len + (newline ? 1 : 0));
    return line;
}

bool feed_ended(const struct feed *f)
{
    return f->ended;
}

const char *feed_trouble(const struct feed *f)
{
    const char *error = f->damaged ? reader_error(f->reader) : NULL;

    if (f->searching && f->ended)
        return f->before.len > BEFORE_MAX ? "no event stream in the first 64 KiB that came"
                                          : "no event stream came";
    return error ? error : f->damaged ? "the stream is cut" : NULL;
}

bool feed_command(struct feed *f, const char *line)
{
    if (f->control < 0)
        return false;
    char *text = xasprintf("%s\n", line);
    ssize_t n = write(f->control, text, strlen(text));
    log_line(LOG_UI, "control: %s: %s", line, n < 0 ? strerror(errno) : "sent");
    free(text);
    return n > 0;
}

pid_t feed_child(const struct feed *f)
{
    return child_pid(f->child);
}

int feed_child_fd(const struct feed *f)
{
    return child_fd(f->child);
}

bool feed_child_gone(const struct feed *f, int *status)
{
    return f->child && child_ended(f->child, status);
}
