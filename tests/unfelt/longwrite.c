/* Writes pieces of 256 KiB to a blocking stdout whose reader is slow. Each write(2) must move its
 * whole piece, whatever tracer attaches or leaves meanwhile; a short count is printed on stderr.
 * Arguments: the number of pieces; "writev" to write each piece by a writev of 5 entries, one of
 * them empty. Byte n of the output is n / 1000, so that the reader can check it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

static ssize_t put(unsigned char *piece, int vector)
{
    struct iovec iov[] = {{piece, 100000},
                          {piece + 100000, 1},
                          {NULL, 0},
                          {piece + 100001, 50000},
                          {piece + 150001, PIECE - 150001}};

    return vector ? writev(1, iov, 5) : write(1, piece, PIECE);
}

int main(int argc, char **argv)
{
    static unsigned char piece[PIECE];
    int pieces = argc > 1 ? atoi(argv[1]) : 1;
    unsigned long at = 0;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < pieces; i++) {
        for (int k = 0; k < PIECE; k++, at++)
            piece[k] = (unsigned char)(at / 1000);
        ssize_t n = put(piece, argc > 2);
        if (n != PIECE) {
            fprintf(stderr, "short: %zd\n", n);
            at -= (unsigned long)(PIECE - (n > 0 ? n : 0));
        }
    }
    return 0;
}
