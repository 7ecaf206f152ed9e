/* A supervisor and a child whose mkdirat(2) calls it answers (seccomp_unotify(2)). The kernel must
 * ask it once for each call: a supervisor that is asked twice does the work twice. Prints the pid
 * of the child at the start, and on SIGTERM how many calls the child has made and how many the
 * kernel has asked for. Argument: milliseconds between two calls. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MS = 40 };

static long pause_ms = 5;  /* between two calls of the child */
static atomic_long *calls; /* that the child has begun; in memory that both processes share */
static volatile sig_atomic_t end;

static void on_term(int sig)
{
    end = sig;
}

static void sleep_ms(long ms)
{
    struct timespec t = {0, ms * 1000000};

    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

static int listen_to_mkdir(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

/* The child. Sends the number of its listener fd, which the parent gets by pidfd_getfd(2). */
static void be_supervised(int to_parent)
{
    int listener = listen_to_mkdir();

    if (write(to_parent, &listener, sizeof listener) != sizeof listener || listener < 0)
        _exit(1);
    for (;;) {
        atomic_fetch_add(calls, 1);
        if (syscall(SYS_mkdirat, -1, "nowhere", 0700) < 0)
            _exit(2);
        sleep_ms(pause_ms);
    }
}

static int take_listener(pid_t child, int from_child)
{
    int theirs = -1, pidfd = (int)syscall(SYS_pidfd_open, child, 0);

    if (read(from_child, &theirs, sizeof theirs) != sizeof theirs || theirs < 0)
        return -1;
    return (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
}

int main(int argc, char **argv)
{
    struct seccomp_notif request;
    struct seccomp_notif_resp answer;
    long asked = 0;
    int fds[2];

    calls = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (calls == MAP_FAILED || pipe(fds) < 0)
        return 1;
    if (argc > 1)
        pause_ms = atol(argv[1]);
    pid_t child = fork();
    if (child == 0)
        be_supervised(fds[1]);
    int listener = take_listener(child, fds[0]);
    if (listener < 0)
        return 99;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
    printf("%d\n", (int)child);
    fflush(stdout);
    while (!end) {
        request = (struct seccomp_notif){0};
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0) {
            if (!end)
                perror("SECCOMP_IOCTL_NOTIF_RECV");
            continue;
        }
        asked++;
        sleep_ms(ANSWER_MS);
        answer = (struct seccomp_notif_resp){.id = request.id};
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    kill(child, SIGKILL);
    printf("%ld calls, asked for %ld\n", atomic_load(calls), asked);
    return 0;
}
