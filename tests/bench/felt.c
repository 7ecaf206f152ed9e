/* Counts what a program feels of a tracer: writes that take fewer bytes than they were given, and
 * waits that fail with EINTR though nobody signals. For kills.py.
 *
 * felt CASE FILE: the target is a child of this process, which itself reads from the target's
 * pipes, more slowly than they are written to, until its own standard input ends; then both end.
 * FILE gets the target's pid and the counts, see struct counts; it may be read at any time.
 *
 *   writes  threads write to pipes that are full
 *   woken   threads wait, in each call that a signal ends with EINTR, and others wake them
 *   idle    the same waits, which nobody ends, beside a thread that prints
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 3 * 4096, READ = 4096, PAUSE_US = 50, LONG_S = 100000, KINDS = 8 };

static struct counts {
    uint64_t pid; /* of the target, 0: not yet */
    uint64_t kinds;
    struct count {
        char name[32];
        uint64_t calls, felt;
    } of[KINDS];
} * counts;

/* One thread that waits, with what it waits for. */
struct lane {
    struct count *count;
    const struct wait *wait;
    int fd, poll, semaphores, ends[2];
    sigset_t set;
    pthread_t thread;
};

static void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(2);
    }
}

static void take_a_break(void)
{
    nanosleep(&(struct timespec){0, PAUSE_US * 1000L}, NULL);
}

static void counted(struct count *c, int as_it_should)
{
    __atomic_add_fetch(&c->calls, 1, __ATOMIC_RELAXED);
    if (!as_it_should)
        __atomic_add_fetch(&c->felt, 1, __ATOMIC_RELAXED);
}

static void start(void *(*run)(void *), void *user, pthread_t *thread)
{
    pthread_t unused;

    must(-pthread_create(thread ? thread : &unused, NULL, run, user), "a thread");
}

/* --- writes --- */

static struct lane writers[2];

static void *write_on(void *user)
{
    static const char piece[PIECE];
    struct lane *l = user;

    for (;;)
        counted(l->count, write(l->fd, piece, PIECE) == PIECE);
    return NULL;
}

static void *read_slowly(void *user)
{
    char room[READ];
    struct lane *l = user;

    while (read(l->ends[0], room, sizeof room) > 0)
        take_a_break();
    return NULL;
}

/* --- waits; each returns whether the call did what it should --- */

static int take_event(struct lane *l)
{
    uint64_t n;

    return read(l->fd, &n, sizeof n) == sizeof n;
}

static int do_epoll_wait(struct lane *l)
{
    struct epoll_event e;
    return epoll_wait(l->poll, &e, 1, -1) == 1 && take_event(l);
}

static int do_epoll_pwait(struct lane *l)
{
    struct epoll_event e;
    return epoll_pwait(l->poll, &e, 1, -1, &l->set) == 1 && take_event(l);
}

static int do_semop(struct lane *l)
{
    return semop(l->semaphores, &(struct sembuf){0, -1, 0}, 1) == 0;
}

static int do_sigtimedwait(struct lane *l)
{
    return sigtimedwait(&l->set, NULL, &(struct timespec){LONG_S, 0}) == SIGUSR1;
}

static int do_recv(struct lane *l)
{
    char byte;
    return recv(l->ends[0], &byte, 1, 0) == 1;
}

static void wake_event(struct lane *l)
{
    must((int)write(l->fd, &(uint64_t){1}, sizeof(uint64_t)), "eventfd");
}

static void wake_semop(struct lane *l)
{
    must(semop(l->semaphores, &(struct sembuf){0, 1, 0}, 1), "semop");
}

static void wake_signal(struct lane *l)
{
    must(-pthread_kill(l->thread, SIGUSR1), "pthread_kill");
}

static void wake_socket(struct lane *l)
{
    must((int)send(l->ends[1], "", 1, 0), "send");
}

static const struct wait {
    const char *name;
    int (*call)(struct lane *l);
    void (*wake)(struct lane *l);
} waits[] = {
    {"epoll_wait", do_epoll_wait, wake_event},
    {"epoll_pwait", do_epoll_pwait, wake_event},
    {"semop", do_semop, wake_semop},
    {"sigtimedwait", do_sigtimedwait, wake_signal},
    {"recv with SO_RCVTIMEO", do_recv, wake_socket},
};

enum { WAITS = sizeof waits / sizeof *waits };

static struct lane lanes[WAITS];

static void *wait_on(void *user)
{
    struct lane *l = user;

    for (;;)
        counted(l->count, l->wait->call(l));
    return NULL;
}

/* The next one is woken only when the last one has been: else nobody would ever sleep. */
static void *wake_on(void *user)
{
    struct lane *l = user;
    uint64_t seen = 0, calls;

    for (;;) {
        l->wait->wake(l);
        while ((calls = __atomic_load_n(&l->count->calls, __ATOMIC_RELAXED)) == seen)
            take_a_break();
        seen = calls;
        take_a_break();
    }
    return NULL;
}

static void open_lane(struct lane *l)
{
    struct epoll_event e = {.events = EPOLLIN};
    struct timeval tv = {LONG_S, 0};

    must(l->fd = eventfd(0, EFD_NONBLOCK), "eventfd");
    must(l->poll = epoll_create1(0), "epoll");
    must(epoll_ctl(l->poll, EPOLL_CTL_ADD, l->fd, &e), "epoll");
    must(l->semaphores = semget(IPC_PRIVATE, 1, 0600), "semget");
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, l->ends), "socketpair");
    must(setsockopt(l->ends[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv), "setsockopt");
    sigemptyset(&l->set);
    sigaddset(&l->set, SIGUSR1);
}

/* --- the cases --- */

static struct count *add_count(const char *name)
{
    struct count *c = &counts->of[counts->kinds++];

    snprintf(c->name, sizeof c->name, "%s", name);
    return c;
}

static void prepare(int writes)
{
    static const char *const names[] = {"write to stdout", "write to another fd"};

    for (int i = 0; i < 2 && writes; i++) {
        writers[i].count = add_count(names[i]);
        must(pipe(writers[i].ends), "pipe");
    }
    for (int i = 0; i < WAITS && !writes; i++) {
        lanes[i].count = add_count(waits[i].name);
        lanes[i].wait = &waits[i];
        open_lane(&lanes[i]);
    }
}

static void print_on(void)
{
    int null = open("/dev/null", O_WRONLY);

    dup2(null, 1);
    for (;;) {
        must((int)write(1, "tick\n", 5), "write");
        take_a_break();
    }
}

static void run_writes(void)
{
    dup2(writers[0].ends[1], 1);
    writers[0].fd = 1;
    writers[1].fd = writers[1].ends[1];
    for (int i = 0; i < 2; i++) {
        start(write_on, &writers[i], NULL);
        start(write_on, &writers[i], NULL);
    }
}

static void run_waits(int woken)
{
    for (int i = 0; i < WAITS; i++) {
        start(wait_on, &lanes[i], &lanes[i].thread);
        if (woken)
            start(wake_on, &lanes[i], NULL);
    }
}

static void run_target(const char *name)
{
    sigset_t set;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (strcmp(name, "writes") == 0)
        run_writes();
    else
        run_waits(strcmp(name, "woken") == 0);
    __atomic_store_n(&counts->pid, (uint64_t)getpid(), __ATOMIC_RELEASE);
    if (strcmp(name, "idle") == 0)
        print_on();
    for (;;)
        pause();
}

static void open_counts(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);

    must(fd, path);
    must(ftruncate(fd, sizeof *counts), path);
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(counts == MAP_FAILED ? -1 : 0, path);
    close(fd);
}

int main(int argc, char **argv)
{
    char room[64];

    if (argc != 3) {
        fprintf(stderr, "usage: felt writes|woken|idle FILE\n");
        return 2;
    }
    open_counts(argv[2]);
    prepare(strcmp(argv[1], "writes") == 0);
    pid_t pid = fork();
    must(pid, "fork");
    if (pid == 0)
        run_target(argv[1]);
    for (int i = 0; i < 2 && writers[i].count; i++) {
        close(writers[i].ends[1]);
        start(read_slowly, &writers[i], NULL);
    }
    while (read(0, room, sizeof room) > 0)
        ;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    for (int i = 0; i < WAITS && lanes[i].count; i++)
        semctl(lanes[i].semaphores, 0, IPC_RMID);
    return 0;
}
