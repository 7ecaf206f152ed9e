/* Lines of streams as text: the one place that decides which bytes of a line
 * are drawn and matched, so that drawing, filters and searches agree. Of a line
 * longer than TEXT_MAX that is its end when it overstrikes itself (a progress
 * bar), else its beginning. */
#ifndef PCAT_MODEL_LINETEXT_H
#define PCAT_MODEL_LINETEXT_H

#include "base/bytes.h"
#include "base/text.h"
#include "model/stream.h"

/* Memory that is used again from line to line. */
struct linetext;
struct linetext *linetext_new(void);
void linetext_free(struct linetext *lt);

/* Cells of a line; marks give a text of their own: "… 1234 bytes in 7 writes lost …".
 * Valid until the next call on the same lt. */
const struct text *linetext_render(struct linetext *lt, const struct stream *s,
                                   const struct line *line);

/* The same line with all its bytes, escaped (text.h), the newline at its end too. */
const struct text *linetext_escape(struct linetext *lt, const struct stream *s,
                                   const struct line *line);

/* Bytes of the line, and 1 more when a newline ends it. */
uint64_t linetext_bytes(const struct stream *s, const struct line *line);

/* Only the plain text, much quicker for lines without escapes; marks give an empty one.
 * Equal to what linetext_render() has in plain. Valid until the next call on the same lt. */
struct bytes linetext_plain(struct linetext *lt, const struct stream *s, const struct line *line);

#endif
