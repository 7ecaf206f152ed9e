/* The table itself: one list of fields for each type of event. EVENT_STOP and EVENT_CONT share one,
 * and so do EVENT_WRITE and EVENT_READ. */
#include "event/fields.h"

/* clang-format off */
#define F(NAME, KIND, MEMBER) {NAME, sizeof NAME - 1, FIELD_##KIND, offsetof(struct event, MEMBER)}
#define COMMON F("seq", NUMBER, seq), F("time", TIME, time)

static const struct field hello[] = {
    COMMON,
    F("magic", TEXT, hello.magic), F("version", NUMBER, hello.version),
    F("program", TEXT, hello.program), F("host", TEXT, hello.host),
    F("boot_id", TEXT, hello.boot_id), F("pid", UINT, hello.pid), F("fds", TEXT, hello.fds),
    F("argv", ARGV, hello.argv), F("monotonic", DURATION, hello.monotonic),
    F("ring", BOOL, hello.ring),
};
static const struct field task[] = {
    COMMON,
    F("pid", NUMBER, task.pid), F("tid", NUMBER, task.tid), F("parent", UINT, task.parent),
    F("how", HOW, task.how), F("nspid", UINT, task.nspid), F("uid", NUMBER, task.uid),
    F("comm", TEXT, task.comm), F("argv", ARGV, task.argv), F("start", TIME, task.start),
};
static const struct field armed[] = {
    COMMON,
    F("pid", NUMBER, armed.pid), F("threads", NUMBER, armed.threads),
};
static const struct field exec[] = {
    COMMON,
    F("pid", NUMBER, exec.pid), F("tid", NUMBER, exec.tid), F("former", UINT, exec.former),
    F("comm", TEXT, exec.comm), F("exe", TEXT, exec.exe), F("argv", ARGV, exec.argv),
};
static const struct field exited[] = {
    COMMON,
    F("pid", NUMBER, exit.pid), F("tid", NUMBER, exit.tid), F("code", CODE, exit.code),
    F("signal", UINT, exit.signal), F("core", BOOL, exit.core),
};
static const struct field detached[] = {
    COMMON,
    F("pid", NUMBER, detached.pid), F("tid", NUMBER, detached.tid), F("why", TEXT, detached.why),
};
static const struct field stop[] = {
    COMMON,
    F("pid", NUMBER, stop.pid), F("tid", NUMBER, stop.tid), F("signal", UINT, stop.signal),
};
static const struct field fd[] = {
    COMMON,
    F("pid", NUMBER, fd.pid), F("fd", NUMBER, fd.fd), F("target", TEXT, fd.target),
    F("dev", UINT, fd.dev), F("ino", UINT, fd.ino), F("stream", STREAM, fd.stream),
    F("rows", UINT, fd.rows), F("cols", UINT, fd.cols), F("raw", BOOL, fd.raw),
    F("reader", UINT, fd.reader),
    F("reader_comm", TEXT, fd.reader_comm),
};
static const struct field written[] = {
    COMMON,
    F("pid", NUMBER, write.pid), F("tid", NUMBER, write.tid), F("comm", TEXT, write.comm),
    F("fd", NUMBER, write.fd), F("stream", STREAM, write.stream),
    F("syscall", TEXT, write.syscall), F("duration", DURATION, write.duration),
    F("total", TOTAL, write.total), F("offset", UINT, write.offset), F("len", NUMBER, write.len),
    F("more", BOOL, write.more), F("unavailable", BOOL, write.unavailable),
    F("reread", BOOL, write.reread), F("hidden", BOOL, write.hidden), F("data", PAYLOAD, write.data),
};
static const struct field blocked[] = {
    COMMON,
    F("pid", NUMBER, blocked.pid), F("tid", NUMBER, blocked.tid), F("fd", NUMBER, blocked.fd),
    F("since", TIME, blocked.since), F("reader", UINT, blocked.reader),
    F("reader_comm", TEXT, blocked.reader_comm), F("why", TEXT, blocked.why),
    F("over", BOOL, blocked.over),
};
static const struct field other[] = {
    COMMON,
    F("pid", NUMBER, other.pid), F("fd", NUMBER, other.fd), F("target", TEXT, other.target),
    F("writes", NUMBER, other.writes), F("bytes", NUMBER, other.bytes),
};
static const struct field lost[] = {
    COMMON,
    F("pid", NUMBER, lost.pid), F("tid", NUMBER, lost.tid), F("fd", NUMBER, lost.fd),
    F("stream", STREAM, lost.stream), F("writes", NUMBER, lost.writes),
    F("bytes", NUMBER, lost.bytes), F("why", TEXT, lost.why),
};
static const struct field note[] = {
    COMMON,
    F("pid", UINT, note.pid), F("text", TEXT, note.text),
};
static const struct field reply[] = {
    COMMON,
    F("id", NUMBER, reply.id), F("ok", ANSWER, reply.ok), F("text", TEXT, reply.text),
};
static const struct field process[] = {
    COMMON,
    F("id", UINT, process.id), F("pid", NUMBER, process.pid), F("parent", UINT, process.parent),
    F("uid", NUMBER, process.uid), F("user", TEXT, process.user), F("comm", TEXT, process.comm),
    F("argv", ARGV, process.argv), F("kernel", BOOL, process.kernel),
    F("threads", NUMBER, process.threads), F("cpu", DURATION, process.cpu),
    F("start", TIME, process.start), F("stdout", TEXT, process.stdout_),
    F("stderr", TEXT, process.stderr_), F("traced", BOOL, process.traced),
    F("refused", TEXT, process.refused),
};
static const struct field end[] = {
    COMMON,
    F("why", TEXT, end.why), F("writes", NUMBER, end.writes), F("bytes", NUMBER, end.bytes),
    F("lost_writes", UINT, end.lost_writes), F("lost_bytes", UINT, end.lost_bytes),
};

#define T(LIST) {LIST, sizeof LIST / sizeof *LIST}
static const struct fields by_type[EVENT_TYPES] = {
    [EVENT_HELLO] = T(hello), [EVENT_TASK] = T(task), [EVENT_ARMED] = T(armed),
    [EVENT_EXEC] = T(exec), [EVENT_EXIT] = T(exited), [EVENT_DETACHED] = T(detached),
    [EVENT_STOP] = T(stop), [EVENT_CONT] = T(stop), [EVENT_FD] = T(fd),
    [EVENT_WRITE] = T(written), [EVENT_READ] = T(written), [EVENT_BLOCKED] = T(blocked),
    [EVENT_OTHER] = T(other), [EVENT_LOST] = T(lost), [EVENT_NOTE] = T(note),
    [EVENT_REPLY] = T(reply), [EVENT_PROCESS] = T(process), [EVENT_END] = T(end),
};
/* clang-format on */

_Static_assert(sizeof written / sizeof *written <= FIELDS_MAX, "FIELDS_MAX is too small");
_Static_assert(sizeof hello / sizeof *hello <= FIELDS_MAX, "FIELDS_MAX is too small");

struct fields fields_of(enum event_type type)
{
    return (unsigned)type < EVENT_TYPES ? by_type[type] : (struct fields){0};
}

uint64_t event_pid(const struct event *ev)
{
    struct fields fields = fields_of(ev->type);

    for (size_t i = 0; i < fields.count; i++)
        if (strcmp(fields.list[i].name, "pid") == 0)
            return *(const uint64_t *)field_get(&fields.list[i], ev);
    return 0;
}

bool field_says_something(const struct field *f, const struct event *ev)
{
    const void *value = field_get(f, ev);

    switch ((enum field_kind)f->kind) {
    case FIELD_NUMBER:
    case FIELD_ANSWER:
        return true;
    case FIELD_UINT:
        return *(const uint64_t *)value != 0;
    case FIELD_TOTAL:
        return *(const uint64_t *)value != ev->write.len;
    case FIELD_CODE:
        return *(const int64_t *)value != -1;
    case FIELD_TIME:
    case FIELD_DURATION:
        return *(const int64_t *)value != 0;
    case FIELD_BOOL:
        return *(const bool *)value;
    case FIELD_HOW:
        return *(const enum event_how *)value != HOW_UNKNOWN;
    case FIELD_STREAM:
        return *(const enum event_stream *)value != STREAM_OTHER;
    case FIELD_TEXT:
    case FIELD_ARGV:
    case FIELD_PAYLOAD:
        return ((const struct bytes *)value)->len != 0;
    }
    return false;
}
