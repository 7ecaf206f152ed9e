# What the watched program can't tell: programs that complain, and the test that attaches to them.
UNFELT_TRACEES = tests/unfelt/waits tests/unfelt/longwrite tests/unfelt/queue tests/unfelt/supervised
check_PROGRAMS += $(UNFELT_TRACEES)
if PYTEST
PROGRAM_TESTS += tests/unfelt/test_unfelt.py
endif
EXTRA_DIST += tests/unfelt/test_unfelt.py

tests_unfelt_waits_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_unfelt_waits_LDFLAGS =
tests_unfelt_waits_LDADD = -lutil -lpthread
tests_unfelt_longwrite_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_unfelt_longwrite_LDFLAGS =
tests_unfelt_queue_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_unfelt_queue_LDFLAGS =
tests_unfelt_queue_LDADD = -lpthread
tests_unfelt_supervised_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_unfelt_supervised_LDFLAGS =
