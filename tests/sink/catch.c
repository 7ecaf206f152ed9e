#include "catch.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

void catch_open(struct catch *c)
{
    *c = (struct catch){.fd = memfd_create("catch", MFD_CLOEXEC)};
    assert_true(c->fd >= 0);
    c->out = out_new(c->fd);
}

void catch_close(struct catch *c)
{
    out_free(c->out);
    close(c->fd);
    buf_free(&c->text);
}

const char *catch_text(struct catch *c)
{
    struct stat st;

    assert_int_equal(fstat(c->fd, &st), 0);
    buf_clear(&c->text);
    ssize_t n = pread(c->fd, buf_reserve(&c->text, (size_t)st.st_size + 1), (size_t)st.st_size, 0);
    assert_int_equal(n, st.st_size);
    c->text.len = (size_t)n;
    buf_addc(&c->text, 0);
    c->text.len--;
    return (const char *)c->text.data;
}
