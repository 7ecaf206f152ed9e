/* The lines are the matching processes, and in the tree their ancestors. They are made again when
 * a new list has come or the user changes what is shown. The selected process then stays in its
 * row of the screen, if that is possible. */
#include "view/list/procview.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "view/list/procview-state.h"

#define NONE SIZE_MAX

struct procview *procview_new(void)
{
    struct procview *pv = xcalloc(1, sizeof *pv);

    pv->tree = true;
    pv->order[false] = ORDER_CPU;
    pv->order[true] = ORDER_PID;
    return pv;
}

void procview_free(struct procview *pv)
{
    if (!pv)
        return;
    free(pv->lines);
    free(pv->tags);
    free(pv->complaint);
    free(pv->machine);
    free(pv);
}

void procview_open(struct procview *pv, const struct processes *list, const char *machine)
{
    procview_close(pv);
    pv->machine = machine ? xstrdup(machine) : NULL;
    pv->open = true;
    pv->list = list;
    pv->stale = true;
}

void procview_close(struct procview *pv)
{
    pv->open = false;
    free(pv->machine);
    pv->machine = NULL;
    pv->find[0] = '\0';
    pv->ntags = 0;
    pv->selected = (struct proc_key){0};
    pv->at = pv->top = 0;
    procview_complain(pv, NULL);
}

bool procview_is_open(const struct procview *pv)
{
    return pv->open;
}

void procview_complain(struct procview *pv, const char *text)
{
    free(pv->complaint);
    pv->complaint = text ? xstrdup(text) : NULL;
}

/* ---- the lines and their order ---- */

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_processes(const struct process *a, const struct process *b, enum order order)
{
    int by = 0;

    if (order == ORDER_CPU)
        by = compare_numbers(b->load, a->load);
    else if (order == ORDER_USER)
        by = strcmp(a->user, b->user);
    else if (order == ORDER_AGE)
        by = (b->start > a->start) - (b->start < a->start);
    else if (order == ORDER_COMMAND)
        by = strcmp(a->comm, b->comm);
    return by ? by : (a->pid > b->pid) - (a->pid < b->pid);
}

static int by_order(const void *a, const void *b, void *user)
{
    const struct procview *pv = user;

    return compare_processes(&pv->list->items[*(const size_t *)a],
                             &pv->list->items[*(const size_t *)b], pv->order[pv->tree]);
}

/* Case matters only when the text has an upper case letter. */
static bool matches(const struct procview *pv, const struct process *p)
{
    char pid[24];
    bool exact = false;

    for (const char *c = pv->find; *c; c++)
        exact = exact || (*c >= 'A' && *c <= 'Z');
    char *(*find)(const char *, const char *) =
        exact ? (char *(*)(const char *, const char *))strstr : strcasestr;
    snprintf(pid, sizeof pid, "%" PRIu64, p->pid);
    return strstr(pid, pv->find) || find(p->user, pv->find) || find(p->comm, pv->find) ||
           find(p->command, pv->find);
}

static bool is_wanted(const struct procview *pv, const struct process *p)
{
    return (pv->kernel || !p->kernel) && matches(pv, p);
}

static struct proc_line *add_line(struct procview *pv, size_t item)
{
    if (pv->count == pv->cap) {
        pv->cap = pv->cap ? 2 * pv->cap : 256;
        pv->lines = xrealloc(pv->lines, pv->cap * sizeof *pv->lines);
    }
    pv->lines[pv->count] = (struct proc_line){.item = item};
    return &pv->lines[pv->count++];
}

/* The indexes of all processes, sort_items. The caller frees them. */
static size_t *sort_items(struct procview *pv)
{
    size_t n = pv->list->count, *items = xmalloc((n + 1) * sizeof *items);

    for (size_t i = 0; i < n; i++)
        items[i] = i;
    qsort_r(items, n, sizeof *items, by_order, pv);
    return items;
}

static void make_flat_lines(struct procview *pv, const size_t *items)
{
    for (size_t i = 0; i < pv->list->count; i++)
        if (is_wanted(pv, &pv->list->items[items[i]]))
            add_line(pv, items[i]);
    pv->matches = pv->count;
}

/* The place of a process in the tree, as indexes: its parent, its first child and its next sibling,
 * of those that are shown. NONE: there is none. */
struct proc_links {
    size_t parent, child, next;
    bool match, shown;
};

static size_t parent_of(const struct processes *list, size_t item)
{
    const struct process *p = processes_find(list, list->items[item].parent);

    return p && p != &list->items[item] ? (size_t)(p - list->items) : NONE;
}

/* Marks the matches and all their ancestors as shown. */
static void mark_shown(struct procview *pv, struct proc_links *links)
{
    for (size_t i = 0; i < pv->list->count; i++) {
        links[i] =
            (struct proc_links){.parent = parent_of(pv->list, i), .child = NONE, .next = NONE};
        links[i].match = is_wanted(pv, &pv->list->items[i]);
    }
    for (size_t i = 0; i < pv->list->count; i++)
        for (size_t up = i; links[i].match && up != NONE && !links[up].shown; up = links[up].parent)
            links[up].shown = true;
}

/* Links siblings in their order: each is put in front, beginning with the last. Returns the first
 * process without a parent. */
static size_t link_siblings(struct procview *pv, struct proc_links *links, const size_t *items)
{
    size_t first = NONE;

    for (size_t i = pv->list->count; i-- > 0;) {
        struct proc_links *k = &links[items[i]];
        if (!k->shown)
            continue;
        size_t *head = k->parent == NONE ? &first : &links[k->parent].child;
        k->next = *head;
        *head = items[i];
    }
    return first;
}

static void add_tree_line(struct procview *pv, const struct proc_links *k, size_t item,
                          unsigned depth, uint64_t guides)
{
    struct proc_line *l = add_line(pv, item);

    l->depth = depth;
    l->guides = guides;
    l->last = k->next == NONE;
    l->ancestor = !k->match;
    pv->matches += k->match;
}

static uint64_t guide_bit(unsigned depth)
{
    return depth <= PROC_DEPTH_MAX ? (uint64_t)1 << depth : 0;
}

static void make_tree_lines(struct procview *pv, const size_t *items)
{
    struct proc_links *links = xmalloc((pv->list->count + 1) * sizeof *links);
    uint64_t guides = 0;
    unsigned depth = 0;

    mark_shown(pv, links);
    size_t at = link_siblings(pv, links, items);
    while (at != NONE) {
        add_tree_line(pv, &links[at], at, depth, guides);
        if (links[at].child != NONE) {
            guides =
                links[at].next != NONE ? guides | guide_bit(depth) : guides & ~guide_bit(depth);
            depth++;
            at = links[at].child;
            continue;
        }
        while (at != NONE && links[at].next == NONE) {
            at = links[at].parent;
            depth -= depth > 0;
        }
        if (at != NONE)
            at = links[at].next;
    }
    free(links);
}

/* ---- the selection ---- */

static const struct process *process_at(const struct procview *pv, size_t line)
{
    return line < pv->count ? &pv->list->items[pv->lines[line].item] : NULL;
}

static struct proc_key key_of(const struct process *p)
{
    return (struct proc_key){p->pid, p->start};
}

static bool is_key(const struct process *p, struct proc_key key)
{
    return p->pid == key.pid && p->start == key.start;
}

static void select_line(struct procview *pv, size_t line)
{
    pv->at = line < pv->count ? line : pv->count ? pv->count - 1 : 0;
    if (pv->count)
        pv->selected = key_of(process_at(pv, pv->at));
}

static bool reselect(struct procview *pv)
{
    for (size_t i = 0; i < pv->count; i++)
        if (is_key(process_at(pv, i), pv->selected)) {
            pv->at = i;
            return true;
        }
    return false;
}

/* Selects the process with exactly that PID, else the first match that may be traced, else the
 * first match. */
static void select_best(struct procview *pv)
{
    size_t exact = strtoull(pv->find, NULL, 10), best = NONE, first = NONE;

    for (size_t i = 0; i < pv->count; i++) {
        const struct process *p = process_at(pv, i);
        if (pv->lines[i].ancestor)
            continue;
        if (exact && p->pid == exact)
            best = first = i;
        if (first == NONE)
            first = i;
        if (best == NONE && !*p->refused)
            best = i;
    }
    select_line(pv, best != NONE ? best : first != NONE ? first : 0);
}

void procview_update(struct procview *pv)
{
    size_t row = pv->at > pv->top ? pv->at - pv->top : 0;

    if (!pv->list || (!pv->stale && pv->serial == pv->list->serial))
        return;
    pv->stale = false;
    pv->serial = pv->list->serial;
    pv->count = pv->matches = pv->total = 0;
    for (size_t i = 0; i < pv->list->count; i++)
        pv->total += pv->kernel || !pv->list->items[i].kernel;
    size_t *items = sort_items(pv);
    if (pv->tree)
        make_tree_lines(pv, items);
    else
        make_flat_lines(pv, items);
    free(items);
    if (pv->selected.pid == 0) {
        select_best(pv);
        pv->top = 0;
        return;
    }
    if (!reselect(pv))
        select_line(pv, pv->at);
    pv->top = pv->at > row ? pv->at - row : 0;
}

const struct process *procview_selected(const struct procview *pv)
{
    return process_at(pv, pv->at);
}

void procview_move(struct procview *pv, int lines)
{
    procview_update(pv);
    procview_complain(pv, NULL);
    if (lines < 0)
        select_line(pv,
                    (size_t) - (int64_t)lines < pv->at ? pv->at - (size_t) - (int64_t)lines : 0);
    else
        select_line(pv, pv->at + (size_t)lines);
}

void procview_page(struct procview *pv, int halves)
{
    procview_move(pv, halves * (pv->drawn.rows > 1 ? pv->drawn.rows / 2 : 1));
}

bool procview_click(struct procview *pv, int row, int col)
{
    size_t line = pv->top + (size_t)(row - pv->drawn.row), before = pv->at;

    procview_update(pv);
    if (!rect_holds(pv->drawn, row, col) || line >= pv->count)
        return false;
    procview_complain(pv, NULL);
    select_line(pv, line);
    return line == before;
}

/* ---- the search ---- */

static void search_again(struct procview *pv)
{
    procview_complain(pv, NULL);
    pv->stale = true;
    pv->selected = (struct proc_key){0};
    pv->at = pv->top = 0;
    procview_update(pv);
}

void procview_type(struct procview *pv, int32_t cp)
{
    char text[4];
    size_t n = utf8_encode(cp, text), len = strlen(pv->find);

    if (n == 0 || len + n >= sizeof pv->find)
        return;
    memcpy(pv->find + len, text, n);
    pv->find[len + n] = '\0';
    search_again(pv);
}

void procview_erase(struct procview *pv)
{
    size_t len = strlen(pv->find);

    if (len == 0)
        return;
    while (len > 1 && (pv->find[len - 1] & 0xc0) == 0x80)
        len--;
    pv->find[len - 1] = '\0';
    search_again(pv);
}

bool procview_forget(struct procview *pv)
{
    bool any = pv->find[0] != '\0';

    pv->find[0] = '\0';
    if (any)
        search_again(pv);
    return any;
}

/* ---- tags ---- */

static size_t find_tag(const struct procview *pv, const struct process *p)
{
    for (size_t i = 0; i < pv->ntags; i++)
        if (is_key(p, pv->tags[i]))
            return i;
    return NONE;
}

bool procview_is_tagged(const struct procview *pv, const struct process *p)
{
    return find_tag(pv, p) != NONE;
}

void procview_toggle_tag(struct procview *pv)
{
    procview_update(pv);
    const struct process *p = procview_selected(pv);
    size_t tag = p ? find_tag(pv, p) : NONE;

    if (!p)
        return;
    if (tag != NONE) {
        pv->tags[tag] = pv->tags[--pv->ntags];
    } else {
        pv->tags = xrealloc(pv->tags, (pv->ntags + 1) * sizeof *pv->tags);
        pv->tags[pv->ntags++] = key_of(p);
    }
    procview_move(pv, 1);
}

void procview_untag(struct procview *pv, uint64_t pid)
{
    for (size_t i = 0; i < pv->ntags; i++)
        if (pv->tags[i].pid == pid)
            pv->tags[i--] = pv->tags[--pv->ntags];
}

uint64_t *procview_chosen(struct procview *pv, size_t *count)
{
    procview_update(pv);
    const struct process *p = procview_selected(pv);
    uint64_t *pids;

    *count = pv->ntags ? pv->ntags : p != NULL;
    if (*count == 0)
        return NULL;
    pids = xmalloc(*count * sizeof *pids);
    if (pv->ntags == 0)
        pids[0] = p->pid;
    for (size_t i = 0; i < pv->ntags; i++)
        pids[i] = pv->tags[i].pid;
    return pids;
}

/* ---- how it looks ---- */

bool procview_toggle_tree(struct procview *pv)
{
    pv->tree = !pv->tree;
    pv->stale = true;
    return pv->tree;
}

bool procview_toggle_kernel(struct procview *pv)
{
    pv->kernel = !pv->kernel;
    pv->stale = true;
    return pv->kernel;
}

const char *procview_next_order(struct procview *pv)
{
    static const char *const names[ORDERS] = {"processor time", "PID", "user",
                                              "age, youngest first", "name"};
    enum order *order = &pv->order[pv->tree];

    *order = (*order + 1) % ORDERS;
    pv->stale = true;
    return names[*order];
}
