# The tests of capture and ptrace: their pure parts, and all of it against what the tracees know.
CAPTURE_TESTS = tests/ptrace/test_stop tests/capture/test_sysent tests/capture/test_fdset tests/capture/test_fds \
	tests/capture/test_backlog tests/capture/test_doctor tests/capture/test_pack tests/capture/test_rights tests/fuzz/replay_stop
check_PROGRAMS += $(CAPTURE_TESTS)
UNIT_TESTS += $(CAPTURE_TESTS)

tests_ptrace_test_stop_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ptrace_test_stop_LDADD = $(PTRACE_LINK) $(CMOCKA_LIBS)

tests_capture_test_sysent_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(SECCOMP_CFLAGS)
tests_capture_test_sysent_LDADD = $(CAPTURE_LINK) $(SECCOMP_LIBS) $(CMOCKA_LIBS)

tests_capture_test_fdset_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_fdset_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_capture_test_fds_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_fds_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_capture_test_backlog_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_backlog_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_capture_test_doctor_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_doctor_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_capture_test_pack_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_pack_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_capture_test_rights_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_capture_test_rights_LDADD = $(CAPTURE_LINK) $(CMOCKA_LIBS)

tests_fuzz_replay_stop_SOURCES = tests/fuzz/fuzz_stop.c tests/fuzz/replay.c
tests_fuzz_replay_stop_CPPFLAGS = $(AM_CPPFLAGS) '-DCORPUS="corpus-stop"'
tests_fuzz_replay_stop_CFLAGS = $(AM_CFLAGS)
tests_fuzz_replay_stop_LDADD = $(PTRACE_LINK)
EXTRA_DIST += tests/fuzz/corpus-stop

# The cases that get traced, with the record of what they did.
check_PROGRAMS += tests/tracees/tracee
tests_tracees_tracee_SOURCES = tests/tracees/main.c tests/tracees/tracee.h \
	tests/tracees/truth.c tests/tracees/truth.h tests/tracees/int80.h tests/tracees/abi.c tests/tracees/abi-family.c tests/tracees/churn.c \
	tests/tracees/clone.c tests/tracees/death.c tests/tracees/exec.c tests/tracees/fd.c \
	tests/tracees/file.c tests/tracees/fork.c tests/tracees/input.c tests/tracees/leader.c tests/tracees/memory.c \
	tests/tracees/partial.c tests/tracees/signal.c tests/tracees/socket.c \
	tests/tracees/sandbox.c tests/tracees/special.c tests/tracees/vector.c tests/tracees/write.c
tests_tracees_tracee_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_tracees_tracee_LDFLAGS =

# A file system that may stop answering.
check_PROGRAMS += tests/tracees/fusefs
tests_tracees_fusefs_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_tracees_fusefs_LDFLAGS =
tests_tracees_fusefs_LDADD = -lpthread

TRUTH_TESTS = tests/capture/test_truth.py tests/capture/test_company.py tests/capture/test_nowait.py tests/capture/test_reads.py
if PYTEST
PROGRAM_TESTS += $(TRUTH_TESTS)
endif
EXTRA_DIST += $(TRUTH_TESTS) tests/capture/conftest.py tests/capture/truth.py tests/tracees/m32.c \
	tests/capture/beside_strace.py tests/capture/real_programs.py

# Not tests but evidence, printed: the cases beside strace and the truth; real programs beside their sink.
beside-strace: all tests/tracees/tracee$(EXEEXT)
	PCAT_BUILDDIR=`pwd` PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/capture/beside_strace.py $(BESIDE_FLAGS)

real-programs: all
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/capture/real_programs.py --build . $(BESIDE_FLAGS)
