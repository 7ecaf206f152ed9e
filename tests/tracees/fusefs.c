/* fusefs DIRECTORY CASE [UID]: mounts a FUSE file system with one file, DIRECTORY/f, and uses that
 * file as CASE says, as user UID if given. The server is a child process with three threads; it
 * speaks the kernel's protocol (linux/fuse.h) without a library, and forbids the kernel to cache
 * its answers: each stat asks it. Prints "mounted PID" (of the server), and begins the case at a
 * line on stdin. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 3, REQUEST_MAX = 1 << 17, CONTENT_MAX = 1 << 20, FILE_NODE = 2 };

#define NEED(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%d: %s: %s\n", __LINE__, #condition, strerror(errno));                \
            _exit(119);                                                                            \
        }                                                                                          \
    } while (0)

/* Memory that the server and the users of the file share. */
static struct shared {
    volatile bool silent; /* nothing is answered any more */
    size_t len;
    char content[CONTENT_MAX];
} * shared;
static int device;
static const char *directory;
static char path[4096];

/* --- the server --- */

static void answer(const struct fuse_in_header *in, int error, const void *data, size_t n)
{
    static _Thread_local char reply[REQUEST_MAX];
    struct fuse_out_header out = {
        .len = (uint32_t)(sizeof out + n), .error = -error, .unique = in->unique};

    memcpy(reply, &out, sizeof out);
    if (n)
        memcpy(reply + sizeof out, data, n);
    if (write(device, reply, out.len) < 0 && errno != ENOENT)
        _exit(0); /* unmounted */
}

static struct fuse_attr attr_of(uint64_t node)
{
    return (struct fuse_attr){.ino = node,
                              .size = node == FILE_NODE ? shared->len : 0,
                              .mode = node == FILE_NODE ? S_IFREG | 0666 : S_IFDIR | 0755,
                              .nlink = 1,
                              .blksize = 4096};
}

static void on_init(const struct fuse_in_header *in)
{
    struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION,
                                .minor = 31,
                                .max_readahead = 65536,
                                .max_background = 16,
                                .congestion_threshold = 12,
                                .max_write = 65536,
                                .time_gran = 1};

    answer(in, 0, &out, sizeof out);
}

static void on_lookup(const struct fuse_in_header *in, const char *name)
{
    struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr = attr_of(FILE_NODE)};

    if (strcmp(name, "f") == 0)
        answer(in, 0, &out, sizeof out);
    else
        answer(in, ENOENT, NULL, 0);
}

static void on_getattr(const struct fuse_in_header *in)
{
    struct fuse_attr_out out = {.attr = attr_of(in->nodeid)};

    answer(in, 0, &out, sizeof out);
}

static void on_read(const struct fuse_in_header *in, const struct fuse_read_in *r)
{
    size_t have = r->offset < shared->len ? shared->len - r->offset : 0;

    answer(in, 0, shared->content + r->offset, r->size < have ? r->size : have);
}

static void on_write(const struct fuse_in_header *in, const struct fuse_write_in *w)
{
    struct fuse_write_out out = {.size = w->size};

    if (w->offset + w->size > CONTENT_MAX) {
        answer(in, ENOSPC, NULL, 0);
        return;
    }
    memcpy(shared->content + w->offset, w + 1, w->size);
    if (shared->len < w->offset + w->size)
        shared->len = w->offset + w->size;
    answer(in, 0, &out, sizeof out);
}

static void serve(const struct fuse_in_header *in)
{
    struct fuse_open_out open = {.fh = 1};
    const void *body = in + 1;

    switch (in->opcode) {
    case FUSE_INIT:
        on_init(in);
        break;
    case FUSE_LOOKUP:
        on_lookup(in, body);
        break;
    case FUSE_GETATTR:
    case FUSE_SETATTR:
        on_getattr(in);
        break;
    case FUSE_OPEN:
        answer(in, 0, &open, sizeof open);
        break;
    case FUSE_READ:
        on_read(in, body);
        break;
    case FUSE_WRITE:
        on_write(in, body);
        break;
    case FUSE_FLUSH:
    case FUSE_RELEASE:
        answer(in, 0, NULL, 0);
        break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break; /* these requests have no answer */
    default:
        answer(in, ENOSYS, NULL, 0);
        break;
    }
}

static void *run_server(void *unused)
{
    char *request = malloc(REQUEST_MAX);

    (void)unused;
    for (;;) {
        ssize_t n = read(device, request, REQUEST_MAX);
        if (n < 0 && (errno == EINTR || errno == ENOENT))
            continue;
        if (n < (ssize_t)sizeof(struct fuse_in_header))
            _exit(0); /* unmounted */
        if (!shared->silent)
            serve((const struct fuse_in_header *)(const void *)request);
    }
}

static pid_t start_server(uid_t owner)
{
    char options[128];
    pthread_t thread;

    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    NEED(device >= 0);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%u,group_id=%u", device,
             (unsigned)owner, (unsigned)owner);
    NEED(mount("test", directory, "fuse", MS_NOSUID | MS_NODEV, options) == 0);
    NEED(setresgid(owner, owner, owner) == 0 && setresuid(owner, owner, owner) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 1; i < THREADS; i++)
            NEED(pthread_create(&thread, NULL, run_server, NULL) == 0);
        run_server(NULL);
    }
    close(device);
    return pid;
}

/* --- users of the file --- */

static void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

    nanosleep(&t, NULL);
}

static void say(int fd, const char *text)
{
    NEED(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

static int open_file(void)
{
    int fd = open(path, O_RDWR);

    NEED(fd >= 0);
    return fd;
}

/* Its stdout is the file for a while. */
static void write_there(void)
{
    int file = open_file(), out = dup(1);
    char line[64];

    NEED(file >= 0 && out >= 0);
    NEED(dup2(file, 1) == 1);
    for (int i = 0; i < 20; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        say(1, line);
        say(file, "by another fd\n");
        sleep_ms(10);
    }
    NEED(dup2(out, 1) == 1);
    close(file);
}

/* Bytes of the file, written by calls that move them inside the kernel. */
static void send_from_there(void)
{
    char text[] = "sent by sendfile\nand by splice too\n";
    off_t at = 0;

    int file = open_file(), fds[2];
    NEED(pipe(fds) == 0);
    NEED(write(file, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    NEED(sendfile(1, file, &at, 17) == 17);
    NEED(splice(file, &(off64_t){17}, fds[1], NULL, 18, 0) == 18);
    NEED(splice(fds[0], NULL, 1, NULL, 18, 0) == 18);
    NEED(lseek(file, 17, SEEK_SET) == 17 && sendfile(1, file, NULL, 18) == 18);
    close(file);
}

/* Writes memory that is a mapping of the file: the server brings each page. Also to /dev/null,
 * which does not read the memory: that page was never touched. */
static void write_mapped(void)
{
    enum { PAGE = 4096, PAGES = 4 };
    int null = open("/dev/null", O_WRONLY);

    memset(shared->content, '-', PAGES * PAGE);
    shared->len = PAGES * PAGE;
    for (int i = 0; i < 20; i++) {
        snprintf(shared->content + PAGE - 5, 10, "line %02d\n", i);
        shared->content[PAGE + 3] = '-';
        int file = open_file(); /* which makes the kernel forget the pages */
        char *p = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);
        NEED(p != MAP_FAILED && write(1, p + PAGE - 5, 8) == 8);
        NEED(dup2(null, 2) == 2 && write(2, p + 3 * PAGE, 10) == 10);
        munmap(p, PAGES * PAGE);
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        close(file);
    }
}

/* Inside a write that does not return. */
static void get_stuck(void)
{
    int file = open_file();

    shared->silent = true;
    printf("stuck %d\n", file);
    say(file, "never there\n");
}

/* Two fds on the file, and then the server answers no more. */
static void hold(void)
{
    int file = open_file();

    NEED(dup2(file, 0) == 0);
    shared->silent = true;
    puts("held");
    for (;;)
        pause();
}

static void say_little(void)
{
    say(1, "a little\n");
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {{"write", write_there}, {"send", send_from_there}, {"mapped", write_mapped},
             {"hold", hold},         {"stuck", get_stuck},      {"little", say_little}};

int main(int argc, char **argv)
{
    NEED(argc >= 3);
    setvbuf(stdout, NULL, _IOLBF, 0);
    directory = argv[1];
    snprintf(path, sizeof path, "%s/f", directory);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    NEED(shared != MAP_FAILED);
    pid_t server = start_server(argc > 3 ? (uid_t)atoi(argv[3]) : geteuid());
    printf("mounted %d\n", (int)server);
    getchar();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(cases[i].name, argv[2]) == 0)
            cases[i].run();
    kill(server, SIGKILL); /* which ends the connection */
    NEED(waitpid(server, NULL, 0) == server);
    puts("done");
    return 0;
}
