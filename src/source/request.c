#include "source/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/model.h"

enum { COMMAND_MAX = 4096, UNDER_WAY = MODEL_REPLIES_MAX / 2 };

struct request {
    const struct source *source;
    char *command;
    uint64_t id; /* 0: not sent yet */
    request_fn *fn;
    uint64_t value;
};

struct requests {
    request_sender *send;
    void *sender, *user;
    struct request *all; /* the oldest first */
    size_t count, sent;
};

struct requests *requests_new(request_sender *send, void *sender, void *user)
{
    struct requests *e = xcalloc(1, sizeof *e);

    e->send = send;
    e->sender = sender;
    e->user = user;
    return e;
}

void requests_free(struct requests *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->count; i++)
        free(e->all[i].command);
    free(e->all);
    free(e);
}

/* Takes it off the list before its function is called, which may send others. */
static void finish(struct requests *e, size_t i, bool ok, const char *text)
{
    struct request done = e->all[i];

    memmove(e->all + i, e->all + i + 1, (--e->count - i) * sizeof *e->all);
    e->sent -= done.id != 0;
    free(done.command);
    done.fn(e->user, done.value, ok, text);
}

static void send_some(struct requests *e)
{
    for (size_t i = 0; i < e->count && e->sent < UNDER_WAY; i++) {
        struct request *one = &e->all[i];
        if (one->id)
            continue;
        one->id = e->send ? e->send(e->sender, one->source, one->command) : 0;
        if (!one->id) {
            finish(e, i, false, "nothing is being captured any more");
            return; /* what waits behind it is told at the next turn */
        }
        e->sent++;
    }
}

void request_send(struct requests *e, const struct source *source, request_fn *fn, uint64_t value,
                  const char *format, ...)
{
    char command[COMMAND_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    e->all = xrealloc(e->all, (e->count + 1) * sizeof *e->all);
    e->all[e->count++] = (struct request){source, xstrdup(command), 0, fn, value};
    send_some(e);
}

void requests_tick(struct requests *e)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct source *source = e->all[i].source;
        const struct reply *reply = e->all[i].id ? source_reply(source, e->all[i].id) : NULL;
        if (reply)
            finish(e, i--, reply->ok, reply->text);
        else if (e->all[i].id && source->ended)
            finish(e, i--, false, "the capture has ended");
    }
    send_some(e);
}
