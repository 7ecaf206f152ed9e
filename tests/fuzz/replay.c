/* Runs a fuzz target as a test: once for each file of its corpus (CORPUS, a directory beside this
 * file). */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/xmalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const char *path)
{
    FILE *file = fopen(path, "r");
    struct buf b = {0};

    if (!file)
        abort();
    while (!feof(file))
        b.len += fread(buf_reserve(&b, 4096), 1, 4096, file);
    fclose(file);
    uint8_t *exact = xmemdup(b.data, b.len); /* so that a read beyond its end is noticed */
    LLVMFuzzerTestOneInput(exact, b.len);
    free(exact);
    buf_free(&b);
}

int main(void)
{
    const char *top = getenv("PCAT_SRCDIR");
    char *dir = xasprintf("%s/tests/fuzz/%s", top ? top : ".", CORPUS);
    struct dirent **entries;
    int n = scandir(dir, &entries, not_hidden, alphasort);

    printf("1..%d\n", n > 0 ? n : 1);
    if (n <= 0)
        printf("not ok 1 - %s is empty or missing\n", dir);
    for (int i = 0; i < n; i++) {
        char *path = xasprintf("%s/%s", dir, entries[i]->d_name);
        replay(path);
        printf("ok %d - %s\n", i + 1, entries[i]->d_name);
        free(path);
        free(entries[i]);
    }
    if (n > 0)
        free(entries);
    free(dir);
    return n <= 0;
}
