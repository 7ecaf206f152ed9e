/* Files that get other people's output: what one process prints is for the eyes of whoever may look
 * at that process. */
#ifndef PCAT_BASE_PRIVATE_FILE_H
#define PCAT_BASE_PRIVATE_FILE_H

/* Opens path to write to it. A file that is not there is made, with mode 0600 less the umask; one
 * that is there keeps its mode. How, of O_APPEND, O_NONBLOCK, O_TRUNC (regular files alone) and
 * O_EXCL (only a new one; else EEXIST), besides what goes for all: O_CLOEXEC, O_NOCTTY.
 *
 * In a directory that others may write to (by its mode, or as its owner; root is trusted) a path
 * that ends in a symbolic link is refused, and on the way there such links are followed as are ours
 * or root's. Where everybody may write, so is a file that is neither ours nor root's.
 *
 * -1: errno, and *cause gets it in words, to be freed. */
int private_open(const char *path, int how, char **cause);

#endif
