/* Packs a syscall into four bytes: the number of its name in a table, and its duration as a
 * floating-point number. Each line of a stream has one, so every byte counts.
 *
 * Inner: only files of src/model include this. */
#ifndef PCAT_MODEL_CALLS_H
#define PCAT_MODEL_CALLS_H

#include <stdint.h>

#include "base/bytes.h"

#define CALLS_MAX 256 /* names in the table */

/* The table of names. A zeroed struct is empty. */
struct calls {
    char *names[CALLS_MAX]; /* [0] stays NULL: the name is not known */
    size_t lens[CALLS_MAX]; /* bytes of each name */
    unsigned count, last;   /* names in the table; the number that was used last */
};

/* Frees the names and zeroes the struct. */
void calls_free(struct calls *c);

/* Packs a name and a duration (ns; 0: not known). A new name is added to the table. An empty name,
 * a name of more than 32 bytes, and any new name when the table is full become "not known".
 * A duration of more than 13 days becomes 13 days. */
uint32_t calls_pack(struct calls *c, struct bytes name, int64_t duration);

/* The name in a packed call; "": not known. It belongs to the table. */
const char *calls_name(const struct calls *c, uint32_t call);
/* The duration in a packed call, in ns; 0: not known. It is too small by less than 4 millionths. */
int64_t calls_duration(uint32_t call);

#endif
