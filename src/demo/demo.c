/* Imitates a busy server, as a program to watch: a master process with three workers of four
 * threads each, which print from time to time, and short-lived children that end in different ways.
 * All messages are made up.
 *
 * A speaker is a thread that prints a line again and again. The main thread of a worker is its
 * first speaker. Every line is one write(2). */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 3, SPEAKERS = 4, CHILD_EVERY_MS = 2500 };

struct voice;

struct speaker {
    const char *name; /* of the thread */
    unsigned every;   /* average ms between two lines; each pause is 0.5 to 1.5 times as long */
    void (*say)(struct voice *v);
};

/* The state of a running speaker. */
struct voice {
    const struct speaker *speaker;
    uint64_t random;  /* state of the random number generator */
    unsigned counter; /* lines printed so far */
};

static double rate = 1.0; /* of --rate: all pauses are divided by it */
static sigset_t ending; /* the signals that end us, blocked in every thread */

static unsigned pick(struct voice *v, unsigned below)
{
    v->random = v->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(v->random >> 33) % below;
}

#define ONE_OF(v, table) ((table)[pick(v, sizeof(table) / sizeof *(table))])

__attribute__((format(printf, 2, 3))) static void say(int fd, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0 && write(fd, line, (size_t)n) < 0 && errno == EPIPE)
        _exit(0);
}

/* "12:03:04.056" */
static const char *clock_text(char text[16])
{
    struct timespec now;
    struct tm tm;

    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &tm);
    snprintf(text, 16, "%02u:%02u:%02u.%03u", (unsigned)tm.tm_hour % 24, (unsigned)tm.tm_min % 60,
             (unsigned)tm.tm_sec % 61, (unsigned)(now.tv_nsec / 1000000) % 1000);
    return text;
}

#define CLOCK clock_text((char[16]){0})

static void say_access(struct voice *v)
{
    static const char *const paths[] = {"/", "/index.html", "/api/v1/orders", "/api/v1/orders/8812",
                                        "/static/app.css", "/login", "/search?q=t%C3%A9l%C3%A9"};
    static const struct {
        const char *colour;
        int status;
    } results[] = {{"32", 200}, {"32", 200}, {"32", 200}, {"36", 304}, {"33", 404}, {"31;1", 502}};
    unsigned r = pick(v, sizeof results / sizeof *results);

    say(STDOUT_FILENO, "%s 10.0.%u.%u \"GET %s\" \033[%sm%d\033[0m %uB %ums\n", CLOCK, pick(v, 4),
        pick(v, 250) + 1, ONE_OF(v, paths), results[r].colour, results[r].status, pick(v, 9000),
        pick(v, 90) + 1);
}

static void say_tls(struct voice *v)
{
    static const char *const what[] = {"handshake failed: no shared cipher",
                                       "peer closed connection in handshake",
                                       "certificate expires in 9 days"};

    say(STDERR_FILENO, "%s \033[1;31merror\033[0m tls: %s, client 10.0.0.%u\n", CLOCK,
        ONE_OF(v, what), pick(v, 250) + 1);
}

static void say_health(struct voice *v)
{
    say(STDOUT_FILENO, "%s \033[1mhealth\033[0m %u connections, %u idle, up %u ticks\n", CLOCK,
        pick(v, 400), pick(v, 40), v->counter);
}

static void say_mail(struct voice *v)
{
    static const char *const names[] = {"Zoë", "Jürgen", "Søren", "Łukasz", "Ngọc", "Ελένη"};

    say(STDOUT_FILENO, "%s mail %08x to %s queued, %u in line\n", CLOCK, pick(v, 1u << 31),
        ONE_OF(v, names), pick(v, 30));
}

static void say_index(struct voice *v)
{
    /* Text that is hard to draw: wide characters, emoji, a joined emoji, combining accents, and a
     * right-to-left script. */
    static const char *const titles[] = {"東京の天気は晴れ", "서울 지하철 노선도", "北京欢迎你",
                                         "shipping 📦 → 🚚 → 🏠", "team 👩‍💻👨‍🔧 on call",
                                         "cafe\u0301 re\u0301sume\u0301 nai\u0308ve", "שלום עולם"};

    say(STDOUT_FILENO, "%s index #%u \033[35m%s\033[0m\n", CLOCK, v->counter, ONE_OF(v, titles));
}

static void say_upload(struct voice *v)
{
    enum { WIDTH = 30 };
    static const char full[] = "##############################";
    unsigned step = v->counter % (WIDTH + 1);

    say(STDOUT_FILENO, "\rupload part-%03u [%-*.*s] %3u%%%s", v->counter / (WIDTH + 1), (int)WIDTH,
        (int)step, full, step * 100 / WIDTH, step == WIDTH ? " done\n" : "");
}

static void say_jobs(struct voice *v)
{
    say(STDOUT_FILENO, "%s jobs: \033[38;5;208m%u waiting\033[0m, %u running, load \033[7m %u.%02u "
        "\033[0m\n", CLOCK, pick(v, 60), pick(v, 8), pick(v, 4), pick(v, 100));
}

static void say_query(struct voice *v)
{
    static const char *const queries[] = {"SELECT * FROM orders WHERE id = $1",
                                          "UPDATE stock SET n = n - 1 WHERE sku = $1",
                                          "INSERT INTO audit VALUES ($1, $2, now())"};
    unsigned ms = pick(v, 20) ? pick(v, 12) : 800 + pick(v, 900);

    say(STDOUT_FILENO, "%s %s%4u ms\033[0m %s\n", CLOCK, ms > 100 ? "\033[33;1m" : "\033[2m", ms,
        ONE_OF(v, queries));
}

static void say_vacuum(struct voice *v)
{
    say(STDERR_FILENO, "%s \033[33mwarning\033[0m vacuum: %u dead rows in \"sessions\" can't be removed "
        "yet\n", CLOCK, 100 + pick(v, 9000));
}

static void say_checkpoint(struct voice *v)
{
    say(STDOUT_FILENO, "%s checkpoint %u complete: wrote %u buffers (\033[38;2;120;180;255m%u.%u%%\033[0m)\n",
        CLOCK, v->counter, pick(v, 3000), pick(v, 20), pick(v, 10));
}

static const struct speaker workers[WORKERS][SPEAKERS] = {
    {{"web", 5000, say_health}, {"http-1", 250, say_access}, {"http-2", 420, say_access},
     {"tls", 1900, say_tls}},
    {{"jobs", 3000, say_jobs}, {"mail", 800, say_mail}, {"index", 1300, say_index},
     {"upload", 140, say_upload}},
    {{"db", 6000, say_checkpoint}, {"query-1", 350, say_query}, {"query-2", 1100, say_query},
     {"vacuum", 2700, say_vacuum}},
};

/* The short-lived children: each is a shell script. */
static const struct {
    const char *name, *script;
} children[] = {
    {"backup", "echo 'backup: 3 tables, 41 MB'; sleep 1; echo 'backup: done'; exit 0"},
    {"rotate", "echo 'rotate: access.log'; date; echo 'rotate: no space left on /var/log' >&2; exit 1"},
    {"thumbs", "for i in 1 2 3; do echo \"thumbs: $i of 3\"; sleep 0.3; done; exit 0"},
    {"probe", "echo 'probe: 2 of 3 peers answer' >&2; exit 3"},
    {"import", "echo 'import: line 1204: unexpected end'; kill -SEGV $$"},
    {"report", "echo 'report: takes too long'; sleep 0.5; kill -TERM $$"},
    {"resize", "echo 'resize: 4000x3000'; (sleep 0.2; echo 'resize: from a grandchild'); kill -KILL $$"},
};

static struct timespec wait_time(double ms)
{
    double s = ms / 1000 / rate;

    return (struct timespec){.tv_sec = (time_t)s, .tv_nsec = (long)((s - (double)(time_t)s) * 1e9)};
}

/* Sleeps until the next line is due. False: a signal has told the process to end. */
static bool pause_voice(struct voice *v)
{
    unsigned every = v->speaker->every;
    struct timespec t = wait_time(every / 2 + pick(v, every));

    return sigtimedwait(&ending, NULL, &t) < 0;
}

static void *speak(void *arg)
{
    struct voice v = {.speaker = arg, .random = (uint64_t)(uintptr_t)arg ^ (uint64_t)gettid()};

    pthread_setname_np(pthread_self(), v.speaker->name);
    do {
        v.speaker->say(&v);
        v.counter++;
    } while (pause_voice(&v));
    _exit(0);
}

/* Prepares a process of the demo. It gets SIGTERM when its parent ends. Yama's ptrace_scope may
 * restrict tracing to ancestors; this lets every process of the same user trace it. */
static void prepare_process(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    if (getppid() != parent)
        _exit(0);
}

static void run_worker(const struct speaker *speakers)
{
    pthread_t thread;

    for (int i = 1; i < SPEAKERS; i++)
        pthread_create(&thread, NULL, speak, (void *)&speakers[i]);
    speak((void *)&speakers[0]);
}

/* Forks, and calls prepare_process() in the child. Returns as fork(2). */
static pid_t fork_child(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        prepare_process(parent);
    return pid;
}

static void start_child(unsigned which)
{
    if (fork_child() != 0)
        return;
    prctl(PR_SET_NAME, children[which].name);
    sigprocmask(SIG_UNBLOCK, &ending, NULL);
    say(STDOUT_FILENO, "%s: started\n", children[which].name);
    execl("/bin/sh", "sh", "-c", children[which].script, (char *)NULL);
    _exit(127);
}

static void reap(void)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (WIFSIGNALED(status))
            say(STDERR_FILENO, "%s \033[1;31mmaster\033[0m child %d killed by %s\n", CLOCK, (int)pid,
                strsignal(WTERMSIG(status)));
        else
            say(STDOUT_FILENO, "%s \033[1mmaster\033[0m child %d ended with status %d\n", CLOCK,
                (int)pid, WEXITSTATUS(status));
    }
}

/* Starts children until a signal tells the demo to end, or for so many seconds (0: no limit). */
static void run_master(unsigned seconds)
{
    struct timespec t = wait_time(CHILD_EVERY_MS);
    time_t end = time(NULL) + (time_t)seconds;

    for (unsigned n = 0; !seconds || time(NULL) < end; n++) {
        start_child(n % (sizeof children / sizeof *children));
        if (sigtimedwait(&ending, NULL, &t) > 0)
            break;
        reap();
    }
}

static void usage(FILE *to)
{
    fprintf(to, "usage: pcat-demo [--seconds N] [--rate X]\n"
                "Prints like a busy server, as a program to watch with pcat-tui.\n"
                "  --seconds N   end after N seconds (default: only by a signal)\n"
                "  --rate X      print X times as fast (default: 1)\n");
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'},
                                            {"rate", required_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    unsigned seconds = 0;

    for (int c; (c = getopt_long(argc, argv, "+h", options, NULL)) != -1;) {
        if (c == 's') {
            seconds = (unsigned)strtoul(optarg, NULL, 10);
        } else if (c == 'r') {
            rate = strtod(optarg, NULL);
        } else {
            usage(c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    }
    if (optind < argc || !(rate > 0.001 && rate < 100000)) {
        usage(stderr);
        return 2;
    }
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, NULL);
    prepare_process(getppid());

    pid_t pids[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if ((pids[i] = fork_child()) == 0)
            run_worker(workers[i]);
    say(STDOUT_FILENO, "%s \033[1mmaster\033[0m %d workers started\n", CLOCK, WORKERS);
    run_master(seconds);
    for (int i = 0; i < WORKERS; i++)
        if (pids[i] > 0 && kill(pids[i], SIGTERM) == 0)
            waitpid(pids[i], NULL, 0);
    return 0; /* short-lived children get SIGTERM when this process ends, see prepare_process() */
}
