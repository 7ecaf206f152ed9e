/* Each entry of the table only passes on to a function of tracer.h or spawn.h. */
#include "ptrace/engine.h"

#include "ptrace/tracer.h"

/* ptrace(2) is there always; whether a process may be traced is asked for each. */
static char *probe(const struct engine_options *options)
{
    (void)options;
    return NULL;
}

static void *start(struct session *s)
{
    return tracer_new(s);
}

static void end(void *engine)
{
    tracer_free(engine);
}

static int attach(void *engine, pid_t pid, bool asked_for, char **cause)
{
    return tracer_attach(engine, pid, asked_for, cause);
}

static int spawn(void *engine, char **cause)
{
    return tracer_spawn(engine, cause);
}

static int error_of_spawn(void *engine)
{
    return spawn_error(&((struct tracer *)engine)->spawn);
}

static void detach(void *engine, struct proc *proc)
{
    tracer_detach(engine, proc);
}

static void hear_signal(void *engine, const struct signalfd_siginfo *info)
{
    tracer_hear_signal(engine, info);
}

static void has_room(void *engine)
{
    tracer_retry_held(engine);
}

static bool tick(void *engine)
{
    return tracer_tick(engine);
}

static void turn(void *engine)
{
    tracer_step(engine);
}

static void leave(void *engine)
{
    tracer_finish(engine);
}

const struct engine_kind ptrace_engine = {.name = "ptrace",
                                          .probe = probe,
                                          .start = start,
                                          .end = end,
                                          .attach = attach,
                                          .spawn = spawn,
                                          .spawn_error = error_of_spawn,
                                          .detach = detach,
                                          .turn = turn,
                                          .leave = leave,
                                          .hear_signal = hear_signal,
                                          .has_room = has_room,
                                          .tick = tick};
