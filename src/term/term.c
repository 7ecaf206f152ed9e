/* The only file that uses curses. ncurses only draws and finds out which cells have changed: it
 * reads no keys, handles no signals and does not read the window size by itself.
 *
 * shown: a copy of the canvas that was drawn last. */
#include "term/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/xmalloc.h"

/* All that this program writes to the terminal by itself, except the rescue string. */
static const char modes_on[] = "\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?2004h";
static const char modes_off[] = "\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l";
static const char mouse_on[] = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
static const char mouse_off[] = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
static const char copy_start[] = "\x1b]52;c;", copy_end[] = "\x07"; /* Base64 in between */

struct terminal {
    SCREEN *screen;
    struct cell *shown; /* rows * cols cells; NULL: all must be drawn */
    int rows, cols;
    bool has_modes; /* the terminal type has a mouse, so it knows these modes */
    bool mouse;     /* mouse reports are on */
    bool coloured;
    colour last_fg, last_bg; /* the colours of last_pair */
    int last_pair;           /* the pair used last, -1: none */
};

/* All that a fatal signal needs to restore the terminal. */
static struct {
    volatile sig_atomic_t armed;
    struct termios saved;
    char restore[256];
    size_t len;
} rescue;

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS};
#define FATALS (sizeof fatal_signals / sizeof *fatal_signals)

static void write_stdout(const char *text, size_t n)
{
    while (n > 0) {
        ssize_t put = write(STDOUT_FILENO, text, n);
        if (put <= 0)
            return;
        text += put;
        n -= (size_t)put;
    }
}

bool terminal_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool window_size(int *rows, int *cols)
{
    struct winsize ws;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_row == 0 || ws.ws_col == 0)
        return false;
    *rows = ws.ws_row;
    *cols = ws.ws_col;
    return true;
}

static int check_type(const char *type, char **cause)
{
    int problem = 0;

    if (!type || !*type) {
        *cause = xasprintf("TERM is not set: the type of the terminal is not known");
        return -1;
    }
    if (setupterm(type, STDOUT_FILENO, &problem) == ERR) {
        *cause = xasprintf("TERM=%s: this type of terminal is not known", type);
        return -1;
    }
    if (!cursor_address || !clear_screen) {
        *cause = xasprintf("TERM=%s: this terminal can't move its cursor", type);
        return -1;
    }
    return 0;
}

int terminal_check(char **cause)
{
    int rows, cols;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        *cause = xasprintf("standard %s is not a terminal; pcat prints without one",
                           isatty(STDIN_FILENO) ? "output" : "input");
        return -1;
    }
    if (check_type(getenv("TERM"), cause) < 0)
        return -1;
    if (window_size(&rows, &cols) && (rows < TERM_MIN_ROWS || cols < TERM_MIN_COLS)) {
        *cause = xasprintf("the terminal is too small: %dx%d, at least %dx%d is needed", cols, rows,
                           TERM_MIN_COLS, TERM_MIN_ROWS);
        return -1;
    }
    return 0;
}

void terminal_emergency(void)
{
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    write_stdout(rescue.restore, rescue.len);
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.saved);
}

static void on_fatal(int number)
{
    terminal_emergency();
    raise(number); /* SA_RESETHAND: the default action follows when this handler returns */
}

/* Appends a string of terminfo, without its padding marks ($<...>). */
static void add_capability(char *out, size_t size, const char *text)
{
    size_t len = strlen(out);

    while (text && *text && len + 1 < size) {
        const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
        if (end)
            text = end + 1;
        else
            out[len++] = *text++;
    }
    out[len] = '\0';
}

static void arm_rescue(bool modes)
{
    char *out = rescue.restore;
    size_t size = sizeof rescue.restore;
    struct sigaction act = {.sa_handler = on_fatal, .sa_flags = SA_RESETHAND | SA_ONSTACK};
    static char stack[32768];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};

    *out = '\0';
    if (modes)
        add_capability(out, size, modes_off);
    add_capability(out, size, exit_attribute_mode);
    add_capability(out, size, orig_pair);
    add_capability(out, size, cursor_normal);
    add_capability(out, size, exit_ca_mode);
    rescue.len = strlen(out);
    sigaltstack(&alternate, NULL);
    for (size_t i = 0; i < FATALS; i++)
        sigaction(fatal_signals[i], &act, NULL);
    rescue.armed = 1;
}

static void disarm_rescue(void)
{
    rescue.armed = 0;
    for (size_t i = 0; i < FATALS; i++)
        signal(fatal_signals[i], SIG_DFL);
}

/* Removes the signal handlers of ncurses. */
static void reset_handlers(void)
{
    static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        signal(taken[i], SIG_DFL);
}

static void switch_modes(const struct terminal *t, bool on)
{
    if (!t->has_modes)
        return;
    fflush(stdout);
    if (on)
        write_stdout(modes_on, sizeof modes_on - 1);
    else
        write_stdout(modes_off, sizeof modes_off - 1);
    if (on && !t->mouse)
        write_stdout(mouse_off, sizeof mouse_off - 1);
}

void terminal_mouse(struct terminal *t, bool on)
{
    t->mouse = on;
    if (!t->has_modes)
        return;
    if (on)
        write_stdout(mouse_on, sizeof mouse_on - 1);
    else
        write_stdout(mouse_off, sizeof mouse_off - 1);
}

void terminal_bell(struct terminal *t)
{
    (void)t;
    beep();
}

void terminal_copy(struct terminal *t, const void *data, size_t n)
{
    struct buf out = {0};

    if (!t->has_modes)
        return;
    buf_adds(&out, copy_start);
    base64_encode(&out, data, n < TERM_COPY_MAX ? n : TERM_COPY_MAX);
    buf_adds(&out, copy_end);
    fflush(stdout);
    write_stdout((const char *)out.data, out.len);
    buf_free(&out);
}

int terminal_colours(const struct terminal *t)
{
    return t->coloured ? COLORS : 0;
}

static void set_screen_modes(void)
{
    raw();
    noecho();
    nonl();
    scrollok(stdscr, FALSE);
    idlok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
}

static bool setup_colours(void)
{
    const char *no = getenv("NO_COLOR");

    if (no && *no)
        return false;
    if (!has_colors() || start_color() == ERR)
        return false;
    use_default_colors();
    return COLORS >= 8;
}

struct terminal *terminal_open(char **cause)
{
    struct terminal *t = xcalloc(1, sizeof *t);

    tcgetattr(STDIN_FILENO, &rescue.saved);
    t->screen = newterm(NULL, stdout, stdin);
    if (!t->screen) {
        *cause = xasprintf("the terminal can't be opened");
        free(t);
        return NULL;
    }
    reset_handlers();
    t->has_modes = key_mouse != NULL;
    t->mouse = true;
    arm_rescue(t->has_modes);
    set_screen_modes();
    t->coloured = setup_colours();
    t->last_pair = -1;
    switch_modes(t, true);
    terminal_size(t, &t->rows, &t->cols);
    return t;
}

void terminal_close(struct terminal *t)
{
    if (!t)
        return;
    switch_modes(t, false);
    curs_set(1);
    endwin();
    disarm_rescue();
    delscreen(t->screen);
    free(t->shown);
    free(t);
}

void terminal_size(struct terminal *t, int *rows, int *cols)
{
    int r = LINES, c = COLS;

    window_size(&r, &c);
    if (r != LINES || c != COLS)
        resizeterm(r, c);
    if (r != t->rows || c != t->cols)
        terminal_redraw(t);
    t->rows = *rows = r;
    t->cols = *cols = c;
}

void terminal_suspend(struct terminal *t)
{
    switch_modes(t, false);
    curs_set(1);
    endwin();
    fflush(stdout);
}

void terminal_resume(struct terminal *t)
{
    refresh(); /* leaves endwin()'s state */
    set_screen_modes();
    switch_modes(t, true);
    terminal_redraw(t);
}

void terminal_redraw(struct terminal *t)
{
    free(t->shown);
    t->shown = NULL;
}

/* ---- colours ---- */

static int cube_level(int n)
{
    return n < 48 ? 0 : n < 115 ? 1 : (n - 35) / 40;
}

static int square(int n)
{
    return n * n;
}

/* The nearest of xterm's 256 colours, in its colour cube or its grey levels. */
static int rgb_to_256(int r, int g, int b)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    int cr = cube_level(r), cg = cube_level(g), cb = cube_level(b);
    int grey = (r + g + b) / 3;
    int step = grey < 8 ? 0 : grey > 238 ? 23 : (grey - 3) / 10;
    int value = 8 + 10 * step;
    int far_cube = square(r - levels[cr]) + square(g - levels[cg]) + square(b - levels[cb]);
    int far_grey = square(r - value) + square(g - value) + square(b - value);

    return far_grey < far_cube ? 232 + step : 16 + 36 * cr + 6 * cg + cb;
}

/* The RGB value of one of xterm's 256 colours. */
static void palette_rgb(int n, int rgb[3])
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    static const int low[16][3] = {{0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
                                   {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
                                   {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
                                   {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};

    if (n < 16)
        memcpy(rgb, low[n], sizeof low[n]);
    else if (n < 232)
        for (int i = 0, div = 36; i < 3; i++, div /= 6)
            rgb[i] = levels[(n - 16) / div % 6];
    else
        rgb[0] = rgb[1] = rgb[2] = 8 + 10 * (n - 232);
}

/* The nearest of the first `count` colours of the palette. */
static int nearest_low(const int rgb[3], int count)
{
    int best = 0, least = -1;

    for (int i = 0; i < count; i++) {
        int low[3];
        palette_rgb(i, low);
        int far = square(low[0] - rgb[0]) + square(low[1] - rgb[1]) + square(low[2] - rgb[2]);
        if (least < 0 || far < least) {
            least = far;
            best = i;
        }
    }
    return best;
}

/* The number of a colour that this terminal has, as near as possible to c; -1: the default colour.
 */
static int colour_number(colour c)
{
    int rgb[3] = {(int)(c >> 16 & 0xff), (int)(c >> 8 & 0xff), (int)(c & 0xff)};
    int n = (int)(c & 0xff);

    if (c == COLOUR_DEFAULT)
        return -1;
    if (c >> 24 == 2) {
        if (COLORS > 256)
            return (int)(c & 0xffffff);
        n = rgb_to_256(rgb[0], rgb[1], rgb[2]);
    }
    if (n < COLORS && (COLORS <= 256 || n < 8))
        return n;
    palette_rgb(n, rgb);
    if (COLORS > 256)
        return rgb[0] << 16 | rgb[1] << 8 | rgb[2];
    return nearest_low(rgb, COLORS >= 16 ? 16 : 8);
}

static int colour_pair(struct terminal *t, const struct style *s)
{
    if (!t->coloured || (s->fg == COLOUR_DEFAULT && s->bg == COLOUR_DEFAULT))
        return 0;
    if (t->last_pair >= 0 && s->fg == t->last_fg && s->bg == t->last_bg)
        return t->last_pair;
    int pair = alloc_pair(colour_number(s->fg), colour_number(s->bg));
    t->last_fg = s->fg;
    t->last_bg = s->bg;
    t->last_pair = pair < 0 ? 0 : pair;
    return t->last_pair;
}

static attr_t curses_attrs(const struct terminal *t, const struct style *s)
{
    static const struct {
        uint32_t from;
        attr_t to;
    } table[] = {{ATTR_BOLD, A_BOLD},           {ATTR_DIM, A_DIM},     {ATTR_ITALIC, A_ITALIC},
                 {ATTR_UNDERLINE, A_UNDERLINE}, {ATTR_BLINK, A_BLINK}, {ATTR_REVERSE, A_REVERSE}};
    attr_t attrs = A_NORMAL;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (s->attrs & table[i].from)
            attrs |= table[i].to;
    if (t->coloured && COLORS == 8 && s->fg >= COLOUR_INDEX(8) && s->fg <= COLOUR_INDEX(15))
        attrs |= A_BOLD;
    return attrs;
}

/* ---- cells ---- */

/* True for combining marks that never change the width of their character. Joiners and variation
 * selectors may change it, and terminals differ in that. */
static bool is_safe_mark(int32_t cp)
{
    return wcwidth((wchar_t)cp) == 0 && cp != 0x200d && (cp < 0xfe00 || cp > 0xfe0f);
}

/* Writes the characters of a cell to `out` and returns their width in columns. Where the C library
 * (and so ncurses) has another width for the character than the cell, a replacement character is
 * written instead. */
static int wide_text(const struct cell *cell, wchar_t out[CELL_CHARS + 2])
{
    int n = 0;

    for (int i = 0; i < CELL_CHARS && cell->chars[i]; i++)
        if (i == 0 || is_safe_mark(cell->chars[i]))
            out[n++] = (wchar_t)cell->chars[i];
    if (wcwidth(out[0]) != (int)cell->width) {
        out[0] = cell->width == 1 && wcwidth(0xfffd) == 1 ? 0xfffd : L'?';
        n = 1;
    }
    out[n] = L'\0';
    return wcwidth(out[0]);
}

static void draw_cell(struct terminal *t, int row, int col, const struct cell *cell)
{
    wchar_t text[CELL_CHARS + 2];
    cchar_t out;
    int pair = colour_pair(t, &cell->style);

    if (cell->width == 0)
        return;
    int width = wide_text(cell, text);
    setcchar(&out, text, curses_attrs(t, &cell->style), (short)(pair < 32768 ? pair : 0), &pair);
    mvadd_wch(row, col, &out);
    if (width < (int)cell->width) {
        setcchar(&out, L" ", curses_attrs(t, &cell->style), 0, &pair);
        mvadd_wch(row, col + 1, &out);
    }
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Draws the changed cells of a row. When one half of a wide character has changed, both are drawn.
 */
static void draw_row(struct terminal *t, int row, const struct cell *now, struct cell *before)
{
    for (int col = 0; col < t->cols; col++) {
        bool changed = !before || !same_cell(now + col, before + col);

        if (before && !changed && now[col].width == 2 && col + 1 < t->cols)
            changed = !same_cell(now + col + 1, before + col + 1);
        if (changed)
            draw_cell(t, row, col, now + col);
    }
}

static void place_cursor(const struct canvas *c)
{
    int row, col;

    if (canvas_cursor(c, &row, &col)) {
        move(row, col);
        curs_set(1);
    } else
        curs_set(0);
}

void terminal_blit(struct terminal *t, const struct canvas *c)
{
    size_t width = (size_t)t->cols;
    bool fresh = !t->shown;

    if (canvas_rows(c) != t->rows || canvas_cols(c) != t->cols)
        return; /* the size has just changed: another frame follows */
    if (fresh) {
        t->shown = xcalloc(width * (size_t)t->rows, sizeof *t->shown);
        erase();
        clearok(stdscr, TRUE);
    }
    for (int row = 0; row < t->rows; row++) {
        const struct cell *now = canvas_row(c, row);
        struct cell *before = t->shown + (size_t)row * width;

        if (!fresh && memcmp(now, before, width * sizeof *now) == 0)
            continue;
        draw_row(t, row, now, fresh ? NULL : before);
        memcpy(before, now, width * sizeof *now);
    }
    place_cursor(c);
    refresh();
}
