/* The viewer without a terminal: a test feeds events and keys, and reads the screen as text. Time
 * passes only in screen_wait(). */
#ifndef PCAT_TESTS_UI_SCREEN_H
#define PCAT_TESTS_UI_SCREEN_H

#include "model/model.h"
#include "ui/ui.h"

struct screen {
    struct model *model;
    struct source *source;
    struct ui *ui;
    struct input *input;
    void (*after_key)(struct screen *s); /* takes the wishes, as the program does; NULL: none */
    struct player *player;               /* NULL: not a recording; see screen_replay() */
    uint64_t seq;
    int64_t time, now;
    char *control;              /* the last command sent, "" for none */
    const struct source *asked; /* the source it was sent to */
    uint64_t commands;
    char *ran; /* "COMMAND: WHAT COMM PID TID fd FD xCOUNT: LINE", the last; "" for none */
};

#define TAB "\t"
#define ESC "\x1b"
#define ENTER "\r"
#define CTRL(c)                                                                                    \
    (char[])                                                                                       \
    {                                                                                              \
        (c) & 0x1f, 0                                                                              \
    }

/* A test case that begins with an empty screen of 80x24, or with screen_story() on it. */
int screen_setup(void **state);
int screen_setup_story(void **state);
int screen_teardown(void **state);
#define EMPTY_CASE(f) cmocka_unit_test_setup_teardown(f, screen_setup, screen_teardown)
#define STORY_CASE(f) cmocka_unit_test_setup_teardown(f, screen_setup_story, screen_teardown)

struct screen *screen_new(int rows, int cols);
void screen_free(struct screen *s);

/* Events. */
void screen_event(struct screen *s, struct event e);
void screen_task(struct screen *s, uint64_t tid, uint64_t pid, uint64_t parent, enum event_how how,
                 const char *comm);
void screen_armed(struct screen *s, uint64_t pid, uint64_t threads);
void screen_fd(struct screen *s, uint64_t pid, uint64_t fd, const char *target);
/* The fd refers to the terminal /dev/pts/NUMBER. */
void screen_tty(struct screen *s, uint64_t pid, uint64_t fd, uint64_t number, uint64_t rows,
                uint64_t cols);
void screen_write(struct screen *s, uint64_t tid, uint64_t pid, uint64_t fd, const char *text);
void screen_other(struct screen *s, uint64_t pid, uint64_t fd, const char *target, uint64_t bytes);
void screen_lost(struct screen *s, uint64_t tid, uint64_t pid, uint64_t fd, uint64_t bytes);
void screen_exit(struct screen *s, uint64_t tid, uint64_t pid, int code, int signal);
void screen_end(struct screen *s, const char *why);

/* Makes this a recording, of which only the hello event has been read. Later events go into it. */
void screen_replay(struct screen *s);

/* A master with two workers of two threads each, of which one printed, and a child that failed. */
void screen_story(struct screen *s);

/* Feeds bytes as if they came from the terminal. */
void screen_keys(struct screen *s, const char *bytes);
void screen_resize(struct screen *s, int rows, int cols);
void screen_wait(struct screen *s, double seconds);

/* The screen as text. The caller frees it. */
char *screen_text(struct screen *s);
/* Fails unless the screen holds this text on one line; or if it does. */
void assert_screen(struct screen *s, const char *part);
void assert_no_screen(struct screen *s, const char *part);
/* Fails unless the screen equals tests/screens/NAME.txt. With GENERATE=1 in the environment, writes
 * that file. */
void assert_screen_file(struct screen *s, const char *name);

#endif
