/* Actions of the keys in an open prompt. */
#include "ui/action.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/complete.h"
#include "ui/state.h"

/* accept may open another prompt and return false: that one stays open. */
void action_prompt_accept(struct ui *ui, int arg, const char *text)
{
    prompt_fn *accept = ui->accept;
    char *line = xstrdup(prompt_text(ui->prompt));
    char kind = prompt_kind(ui->prompt);

    (void)arg, (void)text;
    if (accept(ui, line) && prompt_is_open(ui->prompt)) {
        if (kind != 'y')
            prompt_remember(ui->prompt);
        prompt_close(ui->prompt);
    }
    free(line);
}

void action_prompt_cancel(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    prompt_close(ui->prompt);
}

void action_prompt_erase(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!*prompt_text(ui->prompt))
        prompt_close(ui->prompt);
    else
        prompt_erase(ui->prompt, arg);
}

void action_prompt_erase_word(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    prompt_erase_word(ui->prompt);
}

void action_prompt_erase_line(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (arg < 0)
        prompt_erase_to_start(ui->prompt);
    else
        prompt_erase_to_end(ui->prompt);
}

void action_prompt_move(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_move(ui->prompt, arg);
}

void action_prompt_word(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_move_word(ui->prompt, arg);
}

void action_prompt_jump(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (arg < 0)
        prompt_home(ui->prompt);
    else
        prompt_end(ui->prompt);
}

void action_prompt_history(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_history(ui->prompt, arg);
}

/* Completes the line, and lists the candidates below it. */
void action_prompt_complete(struct ui *ui, int arg, const char *text)
{
    const char *typed = prompt_text(ui->prompt);
    struct completion done;

    (void)arg, (void)text;
    switch (prompt_kind(ui->prompt)) {
    case ':':
        done = complete_command(typed);
        break;
    case 's':
        done = complete_file(typed);
        break;
    case '|':
        done = complete_shell(typed);
        break;
    default:
        return;
    }
    if (strcmp(done.text, typed) != 0)
        prompt_set(ui->prompt, done.text);
    prompt_set_note(ui->prompt, done.list, false);
    free(done.text);
    free(done.list);
}
