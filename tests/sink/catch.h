/* An out whose bytes a test can read: it writes to a file in memory. */
#ifndef PCAT_TESTS_CATCH_H
#define PCAT_TESTS_CATCH_H

#include "base/buf.h"
#include "base/out.h"

struct catch
{
    int fd;
    struct out *out;
    struct buf text;
};

void catch_open(struct catch *c);
void catch_close(struct catch *c);

/* All bytes that were written so far, without the ones in the out's buffer. Ends with a NUL byte.
 * Belongs to c. */
const char *catch_text(struct catch *c);

#endif
