/* The list holds the commands that wait for a reply and the ones that were not sent yet. */
#include "source/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/model.h"

enum {
    COMMAND_MAX = 4096,
    UNDER_WAY = MODEL_REPLIES_MAX / 2 /* commands that wait for a reply at the same time */
};

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
    size_t count, sent;  /* of all; of those that wait for a reply */
};

struct requests *requests_new(request_sender *send, void *sender, void *user)
{
    struct requests *r = xcalloc(1, sizeof *r);

    r->send = send;
    r->sender = sender;
    r->user = user;
    return r;
}

void requests_free(struct requests *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        free(r->all[i].command);
    free(r->all);
    free(r);
}

/* Removes request i from the list, then calls its function. The order matters, since the function
 * may add requests to the list. */
static void finish_request(struct requests *r, size_t i, bool ok, const char *text)
{
    struct request done = r->all[i];

    memmove(r->all + i, r->all + i + 1, (--r->count - i) * sizeof *r->all);
    r->sent -= done.id != 0;
    free(done.command);
    done.fn(r->user, done.value, ok, text);
}

static void send_queued(struct requests *r)
{
    for (size_t i = 0; i < r->count && r->sent < UNDER_WAY; i++) {
        struct request *one = &r->all[i];
        if (one->id)
            continue;
        one->id = r->send ? r->send(r->sender, one->source, one->command) : 0;
        if (!one->id) {
            finish_request(r, i, false, "nothing is being captured any more");
            return; /* the list may have changed; the other requests fail at the next tick */
        }
        r->sent++;
    }
}

void request_send(struct requests *r, const struct source *source, request_fn *fn, uint64_t value,
                  const char *format, ...)
{
    char command[COMMAND_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    r->all = xrealloc(r->all, (r->count + 1) * sizeof *r->all);
    r->all[r->count++] = (struct request){source, xstrdup(command), 0, fn, value};
    send_queued(r);
}

void requests_tick(struct requests *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct source *source = r->all[i].source;
        const struct reply *reply = r->all[i].id ? source_reply(source, r->all[i].id) : NULL;
        if (reply)
            finish_request(r, i--, reply->ok, reply->text);
        else if (r->all[i].id && source->ended)
            finish_request(r, i--, false, "the capture has ended");
    }
    send_queued(r);
}
