/* What the tests make setuid root. It opens the file "secret" beside itself, which only root can
 * read, says "ready", and then writes each line of its input, behind "secret-", there and to its
 * standard output. With "all" it gives up its own user first, so that all its ids are root's. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int put(int fd, const char *text)
{
    return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

int main(int argc, char **argv)
{
    char path[4096], line[256] = "secret-";
    const size_t start = strlen(line);
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/secret");

    if (n < 0 || (argc > 1 && strcmp(argv[1], "all") == 0 && setresuid(0, 0, 0) < 0))
        return 1;
    path[n] = '\0';
    strcpy(strrchr(path, '/'), "/secret");
    int secret = open(path, O_WRONLY | O_APPEND);
    if (secret < 0 || put(STDOUT_FILENO, "ready\n") < 0)
        return 1;
    while ((n = read(STDIN_FILENO, line + start, sizeof line - start - 1)) > 0) {
        line[start + (size_t)n] = '\0';
        if (put(secret, line) < 0 || put(STDOUT_FILENO, line) < 0)
            return 1;
    }
    return 0;
}
