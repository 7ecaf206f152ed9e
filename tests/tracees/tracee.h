/* The cases: each is one way to write or to live, told by its name on the command
 * line. A case returns the exit status of the program. */
#ifndef PCAT_TESTS_TRACEE_H
#define PCAT_TESTS_TRACEE_H

#include <stddef.h>

typedef int case_fn(int argc, char **argv);

/* One table a file. A case that is `late` calls truth_ready() and truth_wait() by itself. */
struct tracee_case {
    const char *name;
    case_fn *run;
    int late;
};

extern const struct tracee_case cases_write[], cases_vector[], cases_partial[], cases_memory[],
    cases_socket[], cases_file[], cases_fd[], cases_fork[], cases_exec[], cases_leader[],
    cases_clone[], cases_churn[], cases_special[], cases_death[], cases_abi[], cases_signal[],
    cases_input[], cases_family[], cases_sandbox[];

/* A condition without which the case tests nothing. If it does not hold, the program ends, and a
 * line in $TRUTH.failed says why (not stderr: that is captured). */
#define NEED(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            need_failed(__FILE__, __LINE__, #condition);                                           \
    } while (0)
_Noreturn void need_failed(const char *file, int line, const char *condition);

/* A pointer to unmapped memory; the compiler can't see that. */
extern void *volatile nowhere;

/* n pseudo-random bytes, the same for the same seed. */
void fill(void *to, size_t n, unsigned seed);

/* Runs this very program again as another case. */
_Noreturn void exec_case(const char *name, const char *arg);

/* fn in a thread of its own; a thread that can't be made ends the program. */
unsigned long start_thread(void *(*fn)(void *), void *arg);
void end_thread(unsigned long thread);

void sleep_ms(int ms);

#endif
