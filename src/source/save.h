/* Saves the bytes of a pane to a file. */
#ifndef PCAT_SOURCE_SAVE_H
#define PCAT_SOURCE_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/view.h"

enum save_result {
    SAVE_DONE,
    SAVE_EXISTS, /* the file exists, nothing was written: ask the user, then call with overwrite */
    SAVE_FAILED
};

/* Opens a file for writing, by the rules of private_open(). Without overwrite, only a new file is
 * opened; with it, also an existing regular file, which loses its content. SAVE_DONE: *fd is the
 * file. SAVE_FAILED: *said gets a line for the user, which the caller frees. */
enum save_result save_open(const char *path, bool overwrite, int *fd, char **said);

/* Saves a view. If it shows one stream: all bytes that the model holds of the stream, exactly as
 * they were written, regardless of filters. Else: the bytes of the lines that the view shows, in
 * its order, after it has looked through all lines. Unless the file exists, *said gets a line for
 * the user, which the caller frees. */
enum save_result save_view(struct view *v, const char *path, bool overwrite, char **said);
/* Saves the bytes of the lines of the entries from `from` to `to`, see excerpt_begin(). */
enum save_result save_lines(struct view *v, uint64_t from, uint64_t to, const char *path,
                            bool overwrite, char **said);

#endif
