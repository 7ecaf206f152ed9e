/* Renders a line of a stream as text. Drawing, filters and searches all use this, so that they
 * agree on which bytes of a line count. When a line is longer than TEXT_MAX bytes, only its
 * beginning counts. When a long line is a progress bar (many carriage returns), only its end
 * counts.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_LINETEXT_H
#define PCAT_MODEL_LINETEXT_H

#include "base/bytes.h"
#include "base/text.h"
#include "model/stream.h"

/* The buffers for rendering, which are reused from line to line. */
struct linetext;
struct linetext *linetext_new(void);
void linetext_free(struct linetext *lt); /* NULL is fine */

/* The line as cells to draw. A mark gives a text such as "… 1234 bytes in 7 writes lost …". Valid
 * until the next call with the same lt. */
const struct text *linetext_render(struct linetext *lt, const struct stream *s,
                                   const struct line *line);

/* The line with all its bytes escaped (text_escape()), with the newline at its end. At most
 * TEXT_MAX bytes. Marks are as in linetext_render(). Valid until the next call with the same lt. */
const struct text *linetext_escape(struct linetext *lt, const struct stream *s,
                                   const struct line *line);

/* How many bytes of the line are held, with the newline if one ends it. */
uint64_t linetext_bytes(const struct stream *s, const struct line *line);

/* The plain text of the line: the same as `plain` of linetext_render(), but much faster for lines
 * without escape sequences. A mark gives an empty text. Valid until the next call with this lt. */
struct bytes linetext_plain(struct linetext *lt, const struct stream *s, const struct line *line);

#endif
