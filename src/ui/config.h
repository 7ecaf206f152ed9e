/* The configuration file: keys, colours, and what else there is to choose. inih splits
 * it into lines; what they mean is decided here. A bad line is complained of, and the rest is used.
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
    struct watches watches; /* of [notices]; see config_free() */
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

/* What holds when nothing is said, also for keys and colours. What it held before must have been
 * freed. */
void config_init(struct config *c);
void config_free(struct config *c);

/* Where it is when nobody says where: below XDG_CONFIG_HOME, or .config of the home directory; when
 * sudo started us, in the home directory of who did. To be freed; NULL: there is no such place. */
char *config_path(void);

/* Takes options into *c; keys and colours are in force at once. complain gets a line for each line
 * that is no good: "FILE:LINE: ...". False with errno when the file can't be read. */
bool config_read(struct config *c, const char *path, void (*complain)(void *user, const char *text),
                 void *user);

/* "512M", "64k", "1000". False: it is no size. */
bool config_size(const char *text, size_t *out);

/* "30", "30s", "5m", "1h", "2d": ns. False: it is no time. */
bool config_span(const char *text, int64_t *out);

#endif
