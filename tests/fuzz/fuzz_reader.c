/* Feeds arbitrary bytes to the reader, twice, split in two ways that must give the same events.
 * Each event is encoded and decoded again, and goes through the sinks. Of damaged compressed bytes,
 * one split may give more events than the other: a block that is stored without compression comes
 * out piece by piece.
 *
 * With clang:  clang -fsanitize=fuzzer,address,undefined ... fuzz_reader.c, then run it on a
 * directory. With replay.c it is a test that takes each file of the corpus once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "event/reader.h"
#include "event/wire.h"
#include "event/zip.h"
#include "sink/sinks.h"

enum { SINKS = 2 };

struct run {
    struct buf events; /* the events, encoded again */
    struct sink *sinks[SINKS];
    size_t count;
};

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct run *run = user;
    struct buf again = {0}, argv = {0};
    struct event back;

    run->count++;
    wire_encode(&again, ev);
    if (again.len > EVENT_WIRE_MAX ||
        reader_decode((struct bytes){again.data, again.len}, &back, &argv) < 0 ||
        back.type != ev->type || back.seq != ev->seq || back.time != ev->time)
        abort();
    for (int i = 0; i < SINKS; i++)
        sink_event(run->sinks[i], ev, wire);
    buf_add(&run->events, again.data, again.len);
    buf_free(&again);
    buf_free(&argv);
}

/* Feeds the bytes in pieces of this size. The sinks write to a bad fd, so their output is dropped.
 */
static void run_split(struct run *run, const uint8_t *data, size_t size, size_t piece)
{
    struct out *out = out_new(-1);
    struct prefix_options options = {
        .time = PREFIX_TIME_MICRO, .show_target = true, .color = true, .escape = true};
    struct reader *r = reader_new(on_event, run);

    run->sinks[0] = sink_json_new(out);
    run->sinks[1] = sink_prefix_new(out, &options);
    for (size_t at = 0; at < size; at += piece)
        if (reader_feed(r, data + at, size - at < piece ? size - at : piece) < 0)
            break;
    if (reader_finish(r) < 0 && !reader_error(r))
        abort();
    if (reader_offset(r) > size && !(size && unzip_knows(data[0])))
        abort();
    for (int i = 0; i < SINKS; i++)
        sink_free(run->sinks[i]);
    reader_free(r);
    out_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run whole = {0}, split = {0};

    run_split(&whole, data, size, size ? size : 1);
    run_split(&split, data, size, size ? 1 + data[size / 2] % 64 : 1);
    size_t least = whole.events.len < split.events.len ? whole.events.len : split.events.len;
    if (least && memcmp(whole.events.data, split.events.data, least) != 0)
        abort();
    if ((whole.count != split.count || whole.events.len != split.events.len) &&
        !(size && unzip_knows(data[0])))
        abort();
    buf_free(&whole.events);
    buf_free(&split.events);
    return 0;
}
