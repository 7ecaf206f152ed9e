/* Search and filter of the fork tree, and their previews. */
#include "view/tree/treeview.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "view/tree/treeview-state.h"

/* The text in which find and filter search. The caller frees it. */
static char *searchable_text(const struct task *t)
{
    char *command = task_command(t);
    char *text = xasprintf("%" PRIu64 " %s %s", t->tid, t->comm, command);

    free(command);
    return text;
}

enum regex_answer tree_matches(struct regex *re, const struct task *t)
{
    char *text = searchable_text(t);
    enum regex_answer answer = regex_matches(re, text, strlen(text));

    free(text);
    return answer;
}

bool treeview_find_next(struct treeview *tv, bool same)
{
    bool forward = tv->forward == same;
    treeview_update(tv);
    if (!tv->find || tv->count == 0)
        return false;
    for (size_t n = 1; n <= tv->count; n++) {
        size_t i = (tv->selected_line + (forward ? n : tv->count - n)) % tv->count;
        const struct task *t = tv->lines[i].step ? NULL : model_task(tv->model, tv->lines[i].id);
        if (t && tree_matches(tv->find, t) == REGEX_YES) {
            treeview_select_line(tv, i);
            return true;
        }
    }
    return false;
}

bool treeview_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                   char **cause, size_t *at)
{
    if (*pattern || !tv->find) {
        struct regex *re = regex_new(pattern, cause, at);
        if (!re)
            return false;
        regex_free(tv->find);
        tv->find = re;
    }
    tv->forward = forward;
    tv->follow = false;
    *found = treeview_find_next(tv, true);
    return true;
}

bool treeview_filter(struct treeview *tv, const char *text, char **cause, size_t *at)
{
    bool exclude = *text == '!';
    struct regex *re = NULL;

    if (text[exclude]) {
        re = regex_new(text + exclude, cause, at);
        if (!re) {
            *at += exclude;
            return false;
        }
    }
    regex_free(tv->filter);
    free(tv->filter_text);
    tv->filter = re;
    tv->filter_text = re ? xstrdup(text) : NULL;
    tv->exclude = exclude;
    tv->revealed = 0;
    tv->stale = true;
    return true;
}

const char *treeview_filter_text(const struct treeview *tv)
{
    return tv->filter_text;
}

/* ---- previews ---- */

void treeview_try(struct treeview *tv)
{
    struct tree_trial *t = xcalloc(1, sizeof *t);

    treeview_decide(tv, false);
    treeview_update(tv);
    *t = (struct tree_trial){.selected = tv->selected,
                             .selected_line = tv->selected_line,
                             .top = tv->top,
                             .follow = tv->follow,
                             .forward = tv->forward,
                             .exclude = tv->exclude,
                             .find = tv->find,
                             .filter = tv->filter,
                             .filter_text = tv->filter_text};
    tv->trial = t;
}

/* Restores all that the tree was when the preview began. The preview goes on. */
static void restore_tree(struct treeview *tv)
{
    struct tree_trial *t = tv->trial;

    if (tv->find != t->find)
        regex_free(tv->find);
    if (tv->filter != t->filter)
        regex_free(tv->filter);
    if (tv->filter_text != t->filter_text)
        free(tv->filter_text);
    tv->stale = tv->stale || tv->filter != t->filter;
    tv->find = t->find;
    tv->filter = t->filter;
    tv->filter_text = t->filter_text;
    tv->forward = t->forward;
    tv->exclude = t->exclude;
    tv->follow = t->follow;
    tv->selected = t->selected;
    tv->selected_line = t->selected_line;
    tv->top = t->top;
    treeview_update(tv);
    treeview_keep_selection(tv);
}

bool treeview_try_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                       char **cause, size_t *at)
{
    struct regex *re = *pattern ? regex_new(pattern, cause, at) : NULL;

    *found = true;
    if (*pattern && !re)
        return false;
    restore_tree(tv);
    if (!re)
        return true;
    tv->find = re;
    tv->forward = forward;
    tv->follow = false;
    *found = treeview_find_next(tv, true);
    return true;
}

bool treeview_try_filter(struct treeview *tv, const char *text, char **cause, size_t *at)
{
    bool exclude = *text == '!';
    struct regex *re = text[exclude] ? regex_new(text + exclude, cause, at) : NULL;

    if (text[exclude] && !re) {
        *at += exclude;
        return false;
    }
    restore_tree(tv);
    if (!re)
        return true;
    tv->filter = re;
    tv->revealed = 0;
    tv->filter_text = xstrdup(text);
    tv->exclude = exclude;
    tv->stale = true;
    return true;
}

void treeview_decide(struct treeview *tv, bool keep)
{
    struct tree_trial *t = tv->trial;

    if (!t)
        return;
    if (!keep)
        restore_tree(tv);
    if (tv->find != t->find)
        regex_free(t->find);
    if (tv->filter != t->filter)
        regex_free(t->filter);
    if (tv->filter_text != t->filter_text)
        free(t->filter_text);
    free(t);
    tv->trial = NULL;
}
