/* The viewer: options, the capture child, the loop. The loop is the only place
 * that waits, reads the clock, and draws:
 *
 *   ppoll(tty, stream, the child's stderr, signals) -> apply what came, bounded
 *     -> handle keys -> draw once
 *
 * It never calls ptrace, opens nothing below /proc but the link to its own executable, and
 * signals nobody but itself and its own process group (^Z). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <inttypes.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/xmalloc.h"
#include "model/model.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/source.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/ui.h"

#define VERSION_TEXT "pcat-tui 0.1.0"

#define MS ((int64_t)1000000)
#define FRAME (25 * MS)             /* between frames that no key asked for */
#define APPLY_TIME (8 * MS)         /* for events in one turn */
#define APPLY_SLICE (512 * 1024)    /* bytes between two looks at the clock */
#define WORK_BYTES (512 * 1024)     /* of text for views and searches in one turn */
#define TICK 500                    /* ms: rates, messages that fade */
#define LEAVE_TIME (1000 * MS)      /* for the engine to let go after `q` */
#define STATUS_TIME (300 * MS)      /* for the news of its death after its stream ended */
#define SCROLLBACK ((size_t)256 << 20)

struct options {
    const char *recording; /* of -r */
    size_t scrollback;
    char **engine; /* arguments for the capture child, ends with NULL */
    int nengine;
    bool have_target;
};

struct app {
    struct model *model;
    struct source *from;          /* the model's */
    struct source_feed *unused;   /* keeps the two kinds of source apart for readers: see `feed` */
    struct feed *feed;
    struct ui *ui;
    struct terminal *term;
    struct input *input;
    int signals;       /* signalfd */
    bool hello, ready; /* hello came; and a task */
    bool leaving, hung_up, ended;
    int64_t end_seen;   /* when the stream ended, 0: it has not */
    int64_t last_draw, input_since;
    uint64_t commands;  /* sent so far */
    bool more_work, key_came;
};
