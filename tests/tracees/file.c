/* Calls that write bytes from a file, without ever having them in this program's memory. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

enum { SOURCE = 300000 };
static char content[SOURCE];

static int make_file(const char *bytes)
{
    int fd = open(".", O_TMPFILE | O_RDWR, 0600);

    NEED(fd >= 0 && write(fd, bytes, SOURCE) == SOURCE);
    NEED(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static int make_source(void)
{
    fill(content, sizeof content, 21);
    return make_file(content);
}

/* fd 1 is a regular file. */
static int to_file(int argc, char **argv)
{
    int source = make_source(), fds[2];
    off_t at = 1000;

    (void)argc, (void)argv;
    truth_say(1, "begin\n");
    ssize_t n = sendfile(1, source, NULL, 5000);
    NEED(n == 5000);
    truth_add(1, TRUTH_OUT, content, 5000, TRUTH_REREAD);
    NEED(sendfile(1, source, &at, 70000) == 70000 && at == 71000);
    truth_add(1, TRUTH_OUT, content + 1000, 70000, TRUTH_REREAD);
    n = sendfile(1, source, NULL, 1 << 30); /* more than there is */
    NEED(n == SOURCE - 5000);
    truth_add(1, TRUTH_OUT, content + 5000, (size_t)n, TRUTH_REREAD);
    NEED(sendfile(1, source, NULL, 10) == 0);
    at = 12345;
    n = copy_file_range(source, &at, 1, NULL, 20000, 0);
    if (n > 0)
        truth_add(1, TRUTH_OUT, content + 12345, (size_t)n, TRUTH_REREAD);
    NEED(pipe(fds) == 0 && write(fds[1], "by pipe\n", 8) == 8);
    NEED(splice(fds[0], NULL, 1, NULL, 8, 0) == 8);
    truth_add(1, TRUTH_OUT, "by pipe\n", 8, TRUTH_UNAVAILABLE);
    truth_say(1, "end\n");
    return 0;
}

/* fd 1 is made a pipe. */
static int to_pipe(int argc, char **argv)
{
    int source = make_source(), fds[2], other[2];
    char bytes[4096], text[] = "from memory\n";
    struct iovec iov[] = {{text, 5}, {text + 5, 7}};
    off64_t at = 777;

    (void)argc, (void)argv;
    NEED(pipe(fds) == 0 && dup2(fds[1], 1) == 1 && pipe(other) == 0);
    NEED(splice(source, &at, 1, NULL, 3000, 0) == 3000);
    truth_add(1, TRUTH_OUT, content + 777, 3000, TRUTH_REREAD);
    NEED(write(other[1], "other pipe\n", 11) == 11);
    NEED(tee(other[0], 1, 100, 0) == 11);
    truth_add(1, TRUTH_OUT, "other pipe\n", 11, TRUTH_UNAVAILABLE);
    NEED(splice(other[0], NULL, 1, NULL, 100, 0) == 11);
    truth_add(1, TRUTH_OUT, "other pipe\n", 11, TRUTH_UNAVAILABLE);
    NEED(vmsplice(1, iov, 2, 0) == 12);
    truth_add(1, TRUTH_OUT, text, 12, 0);
    NEED(tee(other[0], 1, 100, SPLICE_F_NONBLOCK) < 0 && errno == EAGAIN);
    NEED(read(fds[0], bytes, sizeof bytes) > 0);
    return 0;
}

/* Before Linux 6.9 (PIDFD_THREAD) no fd of a thread with its own fd table can be duplicated. */
static int can_be_had(void)
{
    int pidfd = (int)syscall(SYS_pidfd_open, syscall(SYS_gettid), O_EXCL);

    if (pidfd >= 0)
        close(pidfd);
    return pidfd >= 0;
}

static void *with_own_source(void *arg)
{
    static char other[SOURCE];
    int source = *(int *)arg;
    off_t at = 500;

    fill(other, sizeof other, 22);
    NEED(unshare(CLONE_FILES) == 0 && dup2(make_file(other), source) == source);
    NEED(sendfile(1, source, &at, 5000) == 5000);
    truth_add(1, TRUTH_OUT, other + 500, 5000, can_be_had() ? TRUTH_REREAD : TRUTH_UNAVAILABLE);
    return NULL;
}

/* A thread whose fd of that number is another file. */
static int own_source(int argc, char **argv)
{
    int source = make_source();
    off_t at = 500;

    (void)argc, (void)argv;
    end_thread(start_thread(with_own_source, &source));
    NEED(sendfile(1, source, &at, 6000) == 6000);
    truth_add(1, TRUTH_OUT, content + 500, 6000, TRUTH_REREAD);
    return 0;
}

const struct tracee_case cases_file[] = {
    {"tofile", to_file, 0}, {"topipe", to_pipe, 0}, {"ownsource", own_source, 0}, {0}};
