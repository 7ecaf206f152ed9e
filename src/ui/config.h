/* The configuration file: options, keys, colours and notices. inih splits it into sections, names
 * and values; this module interprets them. A line with an error is reported, all others are used.
 */
#ifndef PCAT_UI_CONFIG_H
#define PCAT_UI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "term/theme.h"
#include "ui/watch.h"
#include "view/gutter.h"

struct config {
    struct watches watches; /* from the section [notices]; config_free() frees them */
#define KIND_SIZE size_t
#define KIND_FLAG bool
#define KIND_THEME enum theme_name
#define KIND_TIMES enum stamps
#define KIND_SPAN int64_t
#define OPTION(kind, name, otherwise, values, help) KIND_##kind name;
#include "ui/config.def"
#undef OPTION
#undef KIND_SIZE
#undef KIND_FLAG
#undef KIND_THEME
#undef KIND_TIMES
#undef KIND_SPAN
};

/* Sets all options to their defaults, also the (global) keys and colours. *c is overwritten without
 * being freed. */
void config_init(struct config *c);
/* Frees the notices; c itself stays the caller's. */
void config_free(struct config *c);

/* The default path of the file: pcat/config below XDG_CONFIG_HOME, else below .config in the home
 * directory. After sudo, when the process runs as the user that called sudo, only the home
 * directory of that user counts. The caller frees the path. NULL: there is no home directory. */
char *config_path(void);

/* Reads options and notices into *c; keys and colours take effect at once. complain is called for
 * each line with an error: "FILE:LINE: ...". Returns false with errno when the file can't be read.
 */
bool config_read(struct config *c, const char *path, void (*complain)(void *user, const char *text),
                 void *user);

/* Parses a size in bytes: "512M", "64k", "1000". False: it is not a size. */
bool config_size(const char *text, size_t *out);

/* Parses a duration into ns: "30" (seconds), "30s", "5m", "1h", "2d". False: it is not a duration.
 */
bool config_span(const char *text, int64_t *out);

#endif
