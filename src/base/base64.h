/* Base64 (RFC 4648, section 4) with padding. */
#ifndef PCAT_BASE_BASE64_H
#define PCAT_BASE_BASE64_H

#include "base/buf.h"

/* Appends the Base64 text of n bytes of data to out. */
void base64_encode(struct buf *out, const void *data, size_t n);

#endif
