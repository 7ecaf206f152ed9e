/* The bytes of a pane into a file. */
#ifndef PCAT_SOURCE_SAVE_H
#define PCAT_SOURCE_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/view.h"

enum save_result {
    SAVE_DONE,
    SAVE_EXISTS, /* nothing was written: ask, then come again with overwrite */
    SAVE_FAILED
};

/* Opens a file for writing, as all of ours: a new one, or with overwrite an old regular one.
 * SAVE_FAILED: *said gets a line, to be freed. */
enum save_result save_open(const char *path, bool overwrite, int *fd, char **said);

/* A view of one stream: all bytes of the stream that are held, exactly as they were written,
 * whatever the filter. Others: the bytes of the lines seen, in their order, also of
 * those that the view has not taken in yet. *said gets a line for
 * the user (to be freed). */
enum save_result save_view(struct view *v, const char *path, bool overwrite, char **said);
/* The bytes of the lines from one entry to another. */
enum save_result save_lines(struct view *v, uint64_t from, uint64_t to, const char *path,
                            bool overwrite, char **said);

#endif
