/* In the order of a call: decoding (call_decode), segments and early bytes (call_prepare), parts
 * (call_complete), bytes of a piece (call_bytes). All memory of the tracee is read by
 * remote_read() and remote_read_present() of capture/remote.c. */
#include "ptrace/call.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"

enum {
    KEEP = 64 * 1024, /* bytes: an early buffer larger than this is freed after the call, ... */
    SEGMENTS_KEEP = 4 * CALL_SEGMENTS_MAX, /* ... and so is a longer list of segments */
    MESSAGES_MAX = 1024
};

/* The calls of socketcall(2), by its first argument. */
static const struct {
    const char *name;
    enum shape shape;
    bool input;
} socketcalls[] = {
    [9] = {"send", SHAPE_BUF, false},      [10] = {"recv", SHAPE_BUF, true},
    [11] = {"sendto", SHAPE_BUF, false},   [12] = {"recvfrom", SHAPE_BUF, true},
    [16] = {"sendmsg", SHAPE_MSG, false},  [17] = {"recvmsg", SHAPE_MSG, true},
    [19] = {"recvmmsg", SHAPE_MMSG, true}, [20] = {"sendmmsg", SHAPE_MMSG, false},
};

enum { SOCKETCALLS = sizeof socketcalls / sizeof *socketcalls };

static bool read_exactly(pid_t tid, struct memory *memory, uint64_t at, void *to, size_t n)
{
    return remote_read(tid, memory, (raddr_t){at}, to, n) == n;
}

/* An unsigned word of the tracee, of 4 or 8 bytes. */
static uint64_t word_at(const unsigned char *p, size_t word)
{
    uint32_t narrow;
    uint64_t wide;

    if (word == 8) {
        memcpy(&wide, p, 8);
        return wide;
    }
    memcpy(&narrow, p, 4);
    return narrow;
}

/* --- decoding --- */

/* The kernel ignores the high halves of the registers of a 32-bit call; so must we. */
static void clear_high_halves(struct call *c)
{
    for (int i = 0; i < 6 && sysent_word(c->arch) == 4; i++)
        c->args[i] = (uint32_t)c->args[i];
}

/* Reads the arguments of the call that a socketcall(2) stands for. */
static bool resolve_socketcall(struct call *c, pid_t tid, struct memory *memory)
{
    uint64_t number = c->args[0];
    unsigned char raw[4 * 4] = {0}; /* some calls have three: a fourth may be unmapped */

    if (number >= SOCKETCALLS || !socketcalls[number].name ||
        remote_read(tid, memory, (raddr_t){c->args[1]}, raw, sizeof raw) < 3 * 4)
        return false;
    c->name = socketcalls[number].name;
    c->shape = socketcalls[number].shape;
    c->input = socketcalls[number].input;
    c->fd = (int)(uint32_t)word_at(raw, 4);
    for (int i = 0; i < 3; i++)
        c->args[i] = word_at(raw + 4 * (i + 1), 4);
    return true;
}

/* A call of the recv family with this MSG_* flag. The flags are args[2], of recvmsg args[1]. */
static bool receives_with(const struct call *c, uint64_t flag)
{
    uint64_t flags = c->args[c->shape == SHAPE_MSG ? 1 : 2];

    return c->input && strncmp(c->name, "recv", 4) == 0 && (flags & flag);
}

static bool only_peeks(const struct call *c)
{
    return receives_with(c, MSG_PEEK);
}

/* With MSG_TRUNC a TCP socket drops the bytes that it counts: the buffer keeps its old contents.
 * Streams of AF_UNIX ignore the flag, and of a datagram the beginning arrives in the buffer. */
static bool drops_bytes(const struct call *c, pid_t tid)
{
    int type = 0, domain = 0, dup;
    socklen_t n = sizeof type, m = sizeof domain;
    struct fd_stat st;

    if (!receives_with(c, MSG_TRUNC))
        return false;
    if (procfs_fd_stat(tid, c->fd, &st) < 0 || !S_ISSOCK(st.type) ||
        (dup = procfs_fd_dup(tid, c->fd, &st)) < 0)
        return true;
    bool known = getsockopt(dup, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
                 getsockopt(dup, SOL_SOCKET, SO_DOMAIN, &domain, &m) == 0;
    close(dup);
    return !known || (type == SOCK_STREAM && domain != AF_UNIX);
}

void call_begin(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6])
{
    c->ent = ent;
    c->name = ent->name;
    c->shape = ent->shape;
    c->input = ent->input;
    c->hidden = c->dropped = false;
    c->arch = arch;
    memcpy(c->args, args, sizeof c->args);
}

bool call_decode(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6],
                 pid_t tid, struct memory *memory)
{
    call_begin(c, ent, arch, args);
    c->source = -1;
    clear_high_halves(c);
    if (ent->shape == SHAPE_SOCKETCALL)
        return resolve_socketcall(c, tid, memory) && !only_peeks(c);
    c->fd = (int)(uint32_t)c->args[ent->fd];
    if (ent->a)
        memmove(c->args, c->args + ent->a, (6 - ent->a) * sizeof *c->args);
    return !only_peeks(c);
}

/* --- segments --- */

static void add_segment(struct call *c, uint64_t addr, uint64_t len)
{
    if (c->nsegments == c->segments_cap) {
        c->segments_cap = c->segments_cap ? 2 * c->segments_cap : 8;
        c->segments = xrealloc(c->segments, c->segments_cap * sizeof *c->segments);
    }
    c->segments[c->nsegments++] = (struct segment){{addr}, len};
    c->joined += len;
}

static struct part *add_part(struct call *c)
{
    if (c->nparts == c->parts_cap) {
        c->parts_cap = c->parts_cap ? 2 * c->parts_cap : 1;
        c->parts = xrealloc(c->parts, c->parts_cap * sizeof *c->parts);
    }
    c->parts[c->nparts] = (struct part){0};
    return &c->parts[c->nparts++];
}

static void add_iovec(struct call *c, pid_t tid, struct memory *memory, uint64_t at, uint64_t count)
{
    unsigned char raw[CALL_SEGMENTS_MAX * 16];
    size_t word = sysent_word(c->arch);

    if (count > CALL_SEGMENTS_MAX)
        return; /* EINVAL */
    size_t got = remote_read(tid, memory, (raddr_t){at}, raw, count * 2 * word) / (2 * word);
    for (size_t i = 0; i < got; i++)
        add_segment(c, word_at(raw + 2 * i * word, word), word_at(raw + (2 * i + 1) * word, word));
}

/* struct msghdr: the iovec pointer and its count are its words 2 and 3 (name, namelen + padding).
 */
static void add_message(struct call *c, pid_t tid, struct memory *memory, uint64_t at)
{
    size_t word = sysent_word(c->arch);
    unsigned char raw[4 * 8];

    if (read_exactly(tid, memory, at, raw, 4 * word))
        add_iovec(c, tid, memory, word_at(raw + 2 * word, word), word_at(raw + 3 * word, word));
}

static void add_messages(struct call *c, pid_t tid, struct memory *memory)
{
    size_t word = sysent_word(c->arch);
    size_t header = 7 * word,
           stride = word == 8 ? 64 : 32; /* struct mmsghdr: header, length, padding */
    uint64_t count = c->args[1] < MESSAGES_MAX ? c->args[1] : MESSAGES_MAX;

    for (uint64_t i = 0; i < count; i++) {
        struct part *p = add_part(c);
        uint64_t at = c->args[0] + i * stride;
        p->base = c->joined;
        p->result = (raddr_t){at + header};
        add_message(c, tid, memory, at);
    }
}

/* Reads the first bytes of the segments into c->early, max at the most. Before a write only pages
 * that are present: the others are fetched by the kernel in the call, and read at its exit. */
static void read_early(struct call *c, pid_t tid, struct memory *memory, uint64_t max)
{
    size_t (*read)(pid_t, struct memory *, raddr_t, void *, size_t) =
        c->input ? remote_read : remote_read_present;
    size_t left = max < CALL_EARLY ? (size_t)max : CALL_EARLY;

    for (size_t i = 0; i < c->nsegments && left; i++) {
        const struct segment *s = &c->segments[i];
        size_t want = s->len < left ? (size_t)s->len : left;
        size_t got = read(tid, memory, s->addr, buf_reserve(&c->early, want), want);
        c->early.len += got;
        left -= got;
        if (got < want)
            break;
    }
}

/* --- files as a source --- */

static void find_source(struct call *c, pid_t tid, struct memory *memory)
{
    int fd = (int)(uint32_t)c->args[0];
    size_t word = c->shape == SHAPE_FILE32 ? 4 : 8;
    unsigned char raw[8];
    struct fd_stat st;

    /* Only a regular file may be read: of a FIFO or a device the program would miss the bytes. */
    if (procfs_fd_stat(tid, fd, &st) < 0 || !S_ISREG(st.type))
        return;
    if (c->args[1] == 0) {
        if (procfs_fd_info(tid, fd, NULL, &c->source_pos) < 0)
            return;
    } else if (read_exactly(tid, memory, c->args[1], raw, word)) {
        c->source_pos = (int64_t)word_at(raw, word);
    } else {
        return;
    }
    c->source = procfs_fd_dup(tid, fd, &st);
}

void call_prepare(struct call *c, pid_t tid, struct memory *memory)
{
    switch (c->shape) {
    case SHAPE_BUF:
        add_segment(c, c->args[0], c->args[1]);
        break;
    case SHAPE_IOV:
        add_iovec(c, tid, memory, c->args[0], c->args[1]);
        break;
    case SHAPE_MSG:
        add_message(c, tid, memory, c->args[0]);
        break;
    case SHAPE_MMSG:
        add_messages(c, tid, memory);
        break;
    case SHAPE_FILE:
    case SHAPE_FILE32:
        find_source(c, tid, memory);
        break;
    default:
        break;
    }
    if (c->input)
        c->dropped = drops_bytes(c, tid);
    else
        read_early(c, tid, memory, CALL_EARLY);
}

/* --- after the call --- */

/* Where the segments of a part end. */
static uint64_t end_of_part(const struct call *c, size_t i)
{
    return i + 1 < c->nparts ? c->parts[i + 1].base : c->joined;
}

/* With MSG_TRUNC the length of a datagram includes bytes that did not fit into the buffer. */
static void clip_input(struct call *c)
{
    for (size_t i = 0; c->input && i < c->nparts; i++) {
        uint64_t room = end_of_part(c, i) - c->parts[i].base;
        if (c->parts[i].len > room)
            c->parts[i].len = room;
    }
}

/* sendmmsg and recvmmsg return the number of messages; the kernel stores the length of each. */
static void complete_messages(struct call *c, int64_t sent, pid_t tid, struct memory *memory)
{
    uint32_t len;

    for (size_t i = 0; i < c->nparts && i < (size_t)sent; i++)
        if (read_exactly(tid, memory, c->parts[i].result.at, &len, sizeof len))
            c->parts[i].len = len;
    clip_input(c);
    if ((size_t)sent < c->nparts)
        c->nparts = (size_t)sent;
}

/* Input is read at once, before the call may be held in its exit-stop: meanwhile another thread may
 * reuse the buffer. */
static void read_input(struct call *c, pid_t tid, struct memory *memory)
{
    const struct part *last = c->nparts ? &c->parts[c->nparts - 1] : NULL;

    if (c->input && last && !c->hidden && !c->dropped)
        read_early(c, tid, memory, last->base + last->len);
}

void call_complete(struct call *c, int64_t result, pid_t tid, struct memory *memory)
{
    c->part = 0;
    c->pos = 0;
    if (c->shape == SHAPE_MMSG) {
        complete_messages(c, result, tid, memory);
    } else {
        c->nparts = 0;
        if (result > 0)
            add_part(c)->len = (uint64_t)result;
        if (!c->dropped)
            clip_input(c);
    }
    read_input(c, tid, memory);
}

uint64_t call_total(const struct call *c)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < c->nparts; i++)
        sum += c->parts[i].len;
    return sum;
}

/* Reads n bytes at an offset of the joined segments. Returns how many were read. */
static size_t read_segments(const struct call *c, pid_t tid, struct memory *memory, uint64_t offset,
                            unsigned char *to, size_t n)
{
    size_t done = 0;

    for (size_t i = 0; i < c->nsegments && done < n; i++) {
        const struct segment *s = &c->segments[i];
        if (offset >= s->len) {
            offset -= s->len;
            continue;
        }
        size_t want = s->len - offset < n - done ? (size_t)(s->len - offset) : n - done;
        size_t got = remote_read(tid, memory, (raddr_t){s->addr.at + offset}, to + done, want);
        done += got;
        if (got < want)
            break;
        offset = 0;
    }
    return done;
}

bool call_is_read(const struct call *c)
{
    for (size_t i = 0; i < c->nparts; i++)
        if (c->parts[i].base + c->parts[i].len > c->early.len)
            return false;
    return true;
}

struct bytes call_bytes(const struct call *c, pid_t tid, struct memory *memory, struct buf *scratch,
                        size_t n, bool *reread)
{
    uint64_t offset = c->parts[c->part].base + c->pos;
    void *to;

    *reread = c->source >= 0;
    if (c->dropped)
        return (struct bytes){0};
    if (!*reread && offset < c->early.len) {
        size_t have = c->early.len - (size_t)offset;
        return (struct bytes){c->early.data + offset, n < have ? n : have};
    }
    buf_clear(scratch);
    to = buf_reserve(scratch, n);
    if (!*reread)
        return (struct bytes){to, read_segments(c, tid, memory, offset, to, n)};
    ssize_t got = pread(c->source, to, n, (off_t)(c->source_pos + (int64_t)c->pos));
    return (struct bytes){to, got > 0 ? (size_t)got : 0};
}

bool call_needs_exit(const struct call *c)
{
    if (!c->ent)
        return false;
    return sysent_is_transfer(c->ent) ? !c->input : c->shape == SHAPE_CLONE;
}

void call_reset(struct call *c)
{
    if (c->ent && c->source >= 0)
        close(c->source);
    c->ent = NULL;
    c->source = -1;
    c->left = 0;
    c->nsegments = c->nparts = 0;
    c->joined = 0;
    if (c->segments_cap > SEGMENTS_KEEP) {
        free(c->segments);
        c->segments = NULL;
        c->segments_cap = 0;
    }
    if (c->early.cap > KEEP)
        buf_free(&c->early);
    buf_clear(&c->early);
}

void call_free(struct call *c)
{
    call_reset(c);
    buf_free(&c->early);
    free(c->segments);
    free(c->parts);
    *c = (struct call){0};
}
