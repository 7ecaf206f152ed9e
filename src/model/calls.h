/* The call that brought a line, in four bytes: the name of the syscall by number, and how long
 * it took, to some millionths. */
#ifndef PCAT_MODEL_CALLS_H
#define PCAT_MODEL_CALLS_H

#include <stdint.h>

#include "base/bytes.h"

#define CALLS_MAX 256

/* Zeroed: no names. */
struct calls {
    char *names[CALLS_MAX]; /* [0] stays NULL: not known */
    size_t lens[CALLS_MAX];
    unsigned count, last;
};

void calls_free(struct calls *c);

/* duration: ns, 0: not known. */
uint32_t calls_pack(struct calls *c, struct bytes name, int64_t duration);

/* "": not known. Lives as long as c. */
const char *calls_name(const struct calls *c, uint32_t call);
int64_t calls_duration(uint32_t call);

#endif
