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

# What could make both stand for good.
HANG_TRACEES = tests/hang/storm tests/hang/stuck
check_PROGRAMS += $(HANG_TRACEES)
if PYTEST
PROGRAM_TESTS += tests/hang/test_hang.py
endif
EXTRA_DIST += tests/hang/test_hang.py tests/hang/circle.py

tests_hang_storm_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_hang_storm_LDFLAGS =
tests_hang_storm_LDADD = -lpthread
tests_hang_stuck_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_hang_stuck_LDFLAGS =
tests_hang_stuck_LDADD = -lpthread
