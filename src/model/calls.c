/* The table of names is searched from its start, but most calls have the same name as the call
 * before. */
#include "model/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* From the top: 8 bits for the name, 5 for the exponent of the duration, 19 for its mantissa. */
enum { EXPONENT_BITS = 5, MANTISSA_BITS = 19, NAME_SHIFT = EXPONENT_BITS + MANTISSA_BITS };
#define MANTISSA_END (UINT64_C(1) << MANTISSA_BITS)
#define EXPONENT_END (1u << EXPONENT_BITS)
#define NAME_MAX 32

void calls_free(struct calls *c)
{
    for (unsigned i = 0; i <= c->count; i++)
        free(c->names[i]);
    *c = (struct calls){0};
}

static int is_name(const struct calls *c, unsigned i, struct bytes name)
{
    return c->lens[i] == name.len && memcmp(c->names[i], name.data, name.len) == 0;
}

static unsigned find_or_add_name(struct calls *c, struct bytes name)
{
    if (name.len == 0 || name.len > NAME_MAX)
        return 0;
    if (c->last && is_name(c, c->last, name))
        return c->last;
    for (unsigned i = 1; i <= c->count; i++)
        if (is_name(c, i, name))
            return c->last = i;
    if (c->count + 1 == CALLS_MAX)
        return 0;
    c->last = ++c->count;
    c->names[c->last] = xmalloc(name.len + 1);
    memcpy(c->names[c->last], name.data, name.len);
    c->names[c->last][name.len] = '\0';
    c->lens[c->last] = name.len;
    return c->last;
}

uint32_t calls_pack(struct calls *c, struct bytes name, int64_t duration)
{
    uint64_t mantissa = duration > 0 ? (uint64_t)duration : 0;
    uint32_t exponent = 0;

    for (; mantissa >= MANTISSA_END && exponent + 1 < EXPONENT_END; exponent++)
        mantissa >>= 1;
    if (mantissa >= MANTISSA_END)
        mantissa = MANTISSA_END - 1;
    return find_or_add_name(c, name) << NAME_SHIFT | exponent << MANTISSA_BITS | (uint32_t)mantissa;
}

const char *calls_name(const struct calls *c, uint32_t call)
{
    const char *name = c->names[call >> NAME_SHIFT];

    return name ? name : "";
}

int64_t calls_duration(uint32_t call)
{
    uint64_t mantissa = call & (MANTISSA_END - 1);

    return (int64_t)(mantissa << (call >> MANTISSA_BITS & (EXPONENT_END - 1)));
}
