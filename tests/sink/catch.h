/* An out whose bytes end in memory. */
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

/* All that was written so far (not what is still in the out's buffer), with a final NUL. */
const char *catch_text(struct catch *c);

#endif
