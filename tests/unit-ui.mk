# The tests of source, term, view and ui, without a terminal. Screens are compared with tests/screens/*.txt; GENERATE=1
# in the environment writes those anew.
UI_TESTS = tests/term/test_canvas tests/source/test_child tests/ui/test_config tests/term/test_input tests/view/test_layout tests/ui/test_keys \
	tests/ui/test_screen tests/term/test_vtview tests/ui/test_terminal tests/ui/test_find tests/ui/test_look tests/ui/test_notice tests/ui/test_process tests/ui/test_replay tests/ui/test_sources tests/ui/test_time tests/ui/test_tree tests/ui/test_trouble tests/ui/test_details tests/ui/test_window tests/ui/test_fuzz tests/ui/test_select
check_PROGRAMS += $(UI_TESTS)
UNIT_TESTS += $(UI_TESTS)
UI_SCREENS = tests/screens/replay-100x24.txt tests/screens/details-120x36.txt tests/screens/lastwords-80x24.txt tests/screens/summary-80x24.txt tests/screens/sources-80x24.txt tests/screens/locked-120x24.txt tests/screens/sparklines-120x24.txt tests/screens/windows-120x30.txt tests/screens/tagged-80x24.txt tests/screens/filtered-tree-80x24.txt tests/screens/escaped-80x24.txt tests/screens/hex-80x24.txt tests/screens/results-80x24.txt tests/screens/story-200x50.txt tests/screens/story-20x5-pane.txt tests/screens/execs-120x24.txt tests/screens/times-120x24.txt \
	tests/screens/processes-80x24.txt tests/screens/processes-200x50.txt tests/screens/processes-20x5.txt \
	tests/screens/story-20x5-tree.txt tests/screens/story-80x24.txt \
	tests/screens/waiting-80x24.txt
UI_SCREENS += tests/screens/timeline-120x24.txt
EXTRA_DIST += $(UI_SCREENS)

tests_term_test_canvas_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_term_test_canvas_LDADD = $(TERM_LINK) $(CMOCKA_LIBS)

tests_source_test_child_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_source_test_child_LDADD = $(SOURCE_LINK) $(CMOCKA_LIBS)

tests_ui_test_config_SOURCES = tests/ui/test_config.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_config_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_config_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_config_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_term_test_input_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_term_test_input_LDADD = $(TERM_LINK) $(CMOCKA_LIBS)

tests_view_test_layout_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_view_test_layout_LDADD = $(VIEW_LINK) $(CMOCKA_LIBS)

tests_ui_test_keys_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_keys_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_screen_SOURCES = tests/ui/test_screen.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_screen_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_screen_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_screen_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_find_SOURCES = tests/ui/test_find.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_find_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_find_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_find_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_look_SOURCES = tests/ui/test_look.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_look_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_look_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_look_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_tree_SOURCES = tests/ui/test_tree.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_tree_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_tree_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_tree_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_trouble_SOURCES = tests/ui/test_trouble.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_trouble_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_trouble_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_trouble_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_details_SOURCES = tests/ui/test_details.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_details_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_details_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_details_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_time_SOURCES = tests/ui/test_time.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_time_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_time_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_time_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_replay_SOURCES = tests/ui/test_replay.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_replay_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_replay_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_replay_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_sources_SOURCES = tests/ui/test_sources.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_sources_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_sources_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_sources_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_notice_SOURCES = tests/ui/test_notice.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_notice_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_notice_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_notice_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_process_SOURCES = tests/ui/test_process.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_process_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_process_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_process_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_fuzz_SOURCES = tests/ui/test_fuzz.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_fuzz_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_fuzz_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_window_SOURCES = tests/ui/test_window.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_window_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_window_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_window_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_ui_test_select_SOURCES = tests/ui/test_select.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_select_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_select_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_select_LDADD = $(UI_LINK) $(CMOCKA_LIBS)

tests_term_test_vtview_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_term_test_vtview_LDADD = $(TERM_LINK) $(CMOCKA_LIBS)

tests_ui_test_terminal_SOURCES = tests/ui/test_terminal.c tests/ui/screen.c tests/ui/screen.h
tests_ui_test_terminal_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/ui
tests_ui_test_terminal_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_ui_test_terminal_LDADD = $(UI_LINK) $(CMOCKA_LIBS)
