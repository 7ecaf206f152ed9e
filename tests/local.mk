# Every test speaks TAP (https://testanything.org), so that each case counts and not each file.
#   C:       tests/unit-*.mk; cmocka prints TAP by itself
#   shell:   tests/*.sh, with tests/tap.sh
#   python:  test_*.py, run by pytest with tests/tap.py
# PROGRAM_TESTS are those that run the finished programs: `make check-programs` runs them alone.
TESTS = $(UNIT_TESTS) $(HOUSE_TESTS) $(PROGRAM_TESTS)
UNIT_TESTS =
HOUSE_TESTS = tests/aarch64.sh tests/actions.sh tests/features.sh tests/layers.sh tests/map.sh tests/man.sh
PROGRAM_TESTS =
check_PROGRAMS =

include tests/unit-unfelt.mk

if CMOCKA
include tests/unit-event.mk
include tests/unit-capture.mk
if TUI
include tests/unit-model.mk
include tests/unit-ui.mk
endif
endif

TEST_EXTENSIONS = .sh .py
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
LOG_COMPILER = timeout 300
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(SHELL)
PY_LOG_DRIVER = $(TAP_DRIVER)
PY_LOG_COMPILER = timeout 900 $(PYTEST)
AM_PY_LOG_FLAGS = --tb=short -p no:cacheprovider -p tap

# PCAT_BUILDDIR and PCAT_SRCDIR are found at run time, so that a copied tree tests itself.
AM_TESTS_ENVIRONMENT = \
	PCAT_BUILDDIR=`pwd`; export PCAT_BUILDDIR; \
	PCAT_SRCDIR=`cd '$(srcdir)' && pwd`; export PCAT_SRCDIR; \
	PYTHONPATH=$$PCAT_SRCDIR/tests; export PYTHONPATH; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	LSAN_OPTIONS=suppressions=$$PCAT_SRCDIR/tests/lsan.supp:print_suppressions=0; export LSAN_OPTIONS; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C.UTF-8; export LC_ALL; \
	CC='$(CC) $(AM_CFLAGS) $(CFLAGS) $(LDFLAGS)'; export CC; \
	BASE_LINK='$(BASE_LINK)'; export BASE_LINK; \
	EVENT_LINK='$(EVENT_LINK)'; export EVENT_LINK; \
	CAPTURE_LINK='$(CAPTURE_LINK)'; export CAPTURE_LINK; \
	PTRACE_LINK='$(PTRACE_LINK)'; export PTRACE_LINK; \
	SINK_LINK='$(SINK_LINK)'; export SINK_LINK; \
	$(TUI_TESTS_ENVIRONMENT)

if TUI
TUI_TESTS_ENVIRONMENT = \
	MODEL_LINK='$(MODEL_LINK)'; export MODEL_LINK; \
	SOURCE_LINK='$(SOURCE_LINK)'; export SOURCE_LINK; \
	TERM_LINK='$(TERM_LINK)'; export TERM_LINK; \
	VIEW_LINK='$(VIEW_LINK)'; export VIEW_LINK; \
	UI_LINK='$(UI_LINK)'; export UI_LINK;
endif

CLI_TESTS = tests/cli/test_asciicast.py tests/cli/test_blocked.py tests/cli/test_capable.py tests/cli/test_formats.py tests/cli/test_hide.py tests/cli/test_input.py tests/cli/test_list.py tests/cli/test_names.py tests/cli/test_patterns.py tests/cli/test_private.py tests/cli/test_record.py tests/cli/test_schema.py tests/cli/test_spawn.py \
	tests/cli/test_stop.py tests/cli/test_terminal.py
if PYTEST
PROGRAM_TESTS += $(CLI_TESTS)
endif

TMUX_TESTS = tests/tmux/test_bad_input.py tests/tmux/test_children.py tests/tmux/test_config.py tests/tmux/test_jobs.py tests/tmux/test_life.py tests/tmux/test_picker.py tests/tmux/test_privileges.py \
	tests/tmux/test_notice.py tests/tmux/test_recording.py tests/tmux/test_replay.py tests/tmux/test_terminal.py tests/tmux/test_time.py tests/tmux/test_trouble.py tests/tmux/test_via.py tests/tmux/test_view.py
if TUI
if TMUX
check_PROGRAMS += tests/tmux/setuid
tests_tmux_setuid_SOURCES = tests/tmux/setuid.c
tests_tmux_setuid_CFLAGS = $(TRACEE_CFLAGS) $(WERROR)
tests_tmux_setuid_LDFLAGS =
PROGRAM_TESTS += $(TMUX_TESTS)
endif
endif

check-programs: all $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(PROGRAM_TESTS)'

screenshots: all
	$(PYTHON) $(srcdir)/tests/screenshots.py --build . --output $(srcdir)/screenshots

# What tracing costs, beside other tracers: BENCH_FLAGS='--workloads ac --conditions quiet' for less of it.
EXTRA_PROGRAMS = tests/bench/workload
tests_bench_workload_SOURCES = tests/bench/workload.c
tests_bench_workload_CFLAGS = $(TRACEE_CFLAGS) -pthread
tests_bench_workload_LDFLAGS =
CLEANFILES += tests/bench/workload$(EXEEXT)

bench: all tests/bench/workload$(EXEEXT)
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/bench/bench.py --build . --output $(srcdir)/doc/bench $(BENCH_FLAGS)

# The same in CPU time, which a loaded machine changes little: for looking at a change.
bench-cpu: all tests/bench/workload$(EXEEXT)
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/bench/cpu.py --build . $(BENCH_FLAGS)

# How often a program feels that the tracer is killed. KILLS_FLAGS='--cases woken --rounds 1000' for another sample.
EXTRA_PROGRAMS += tests/bench/felt
tests_bench_felt_SOURCES = tests/bench/felt.c
tests_bench_felt_CFLAGS = $(TRACEE_CFLAGS) $(WERROR) -pthread
tests_bench_felt_LDFLAGS =
CLEANFILES += tests/bench/felt$(EXEEXT)

kills: all tests/bench/felt$(EXEEXT)
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/bench/kills.py --build . $(KILLS_FLAGS)

# How soon the viewer answers. BENCH_FLAGS='--only idle,flood --count 100' for less of it.
if TUI
EXTRA_PROGRAMS += tests/bench/apply
tests_bench_apply_SOURCES = tests/bench/apply.c
tests_bench_apply_LDADD = $(MODEL_LINK)
CLEANFILES += tests/bench/apply$(EXEEXT)

bench-ui: all tests/bench/apply$(EXEEXT)
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/bench/ui.py --build . --output $(srcdir)/doc/bench-ui.json $(BENCH_FLAGS)
endif

.PHONY: beside-strace bench bench-cpu bench-ui check-programs kills real-programs screenshots

EXTRA_DIST += tests/fuzz/fuzz_terminal.py tests/tap.sh tests/tap.py tests/lsan.supp $(HOUSE_TESTS) $(TMUX_TESTS) $(CLI_TESTS) \
	tests/cli/conftest.py tests/tmux/conftest.py tests/tmux/tracee.py tests/render.py tests/screenshots.py \
	tests/bench/bench.py tests/bench/chart.py tests/bench/cpu.py tests/bench/kills.py tests/bench/measure.py tests/bench/real.py tests/bench/replay.py tests/bench/scale.py tests/bench/ui.py
