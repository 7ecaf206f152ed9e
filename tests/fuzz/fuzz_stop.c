/* Feeds arbitrary wait statuses to the classifier of stops. Each result must have a name and agree
 * with the macros of <sys/wait.h>.
 *
 * With clang:  clang -fsanitize=fuzzer,address,undefined ... fuzz_stop.c, then run it on a
 * directory. With replay.c it is a test that takes each file of the corpus once. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "ptrace/stop.h"

static void check(int status)
{
    enum stop stop = stop_classify(status);

    if ((unsigned)stop > STOP_OTHER || !*stop_name(stop) || strcmp(stop_name(stop), "?") == 0)
        abort();
    if ((stop == STOP_EXITED) != !!WIFEXITED(status))
        abort();
    if ((stop == STOP_KILLED) != (!WIFEXITED(status) && WIFSIGNALED(status)))
        abort();
    if (!WIFSTOPPED(status))
        return;
    /* A signal is passed on only at a stop at which the kernel is about to deliver one. */
    if (stop == STOP_SIGNAL && (status >> 16 != 0 || WSTOPSIG(status) == (SIGTRAP | 0x80)))
        abort();
    if (stop == STOP_GROUP && WSTOPSIG(status) == SIGTRAP)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int status; size >= sizeof status; data += sizeof status, size -= sizeof status) {
        memcpy(&status, data, sizeof status);
        check(status);
    }
    return 0;
}
