/* Opens files that receive the output of other processes. Such output may be secret, so a new file
 * is readable by its owner alone, and no other user can redirect the output by a symbolic link. */
#ifndef PCAT_BASE_PRIVATE_FILE_H
#define PCAT_BASE_PRIVATE_FILE_H

/* Opens path for writing and returns the fd. A missing file is created with mode 0600 less the
 * umask; an existing file keeps its mode. how: any of O_APPEND, O_NONBLOCK, O_TRUNC (regular files
 * only) and O_EXCL (fails with EEXIST if the path exists). O_CLOEXEC and O_NOCTTY are always set.
 *
 * Others may write to a directory if its mode lets its group or all users write, or if its owner is
 * neither we nor root. In such a directory a symbolic link is refused as the last name of the path,
 * and followed before that only if it is ours or root's. In a directory that all users may write
 * to, an existing file is refused too, unless it is ours or root's.
 *
 * On failure returns -1 with errno, and sets *cause to the reason in words, which the caller frees.
 */
int private_open(const char *path, int how, char **cause);

#endif
