# The tests of base, event and sink.
EVENT_TESTS = tests/base/test_utf8 tests/base/test_names tests/base/test_printable \
	tests/event/test_wire tests/event/test_reader \
	tests/sink/test_lines tests/sink/test_plain tests/sink/test_prefix tests/sink/test_json \
	tests/sink/test_pick \
	tests/fuzz/replay_reader
check_PROGRAMS += $(EVENT_TESTS)
UNIT_TESTS += $(EVENT_TESTS)

SAMPLE = tests/event/sample.c tests/event/sample.h
CATCH = tests/sink/catch.c tests/sink/catch.h
TEST_EVENT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/event -I$(top_srcdir)/tests/sink

tests_base_test_printable_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_printable_LDADD = $(BASE_LINK) $(CMOCKA_LIBS)

tests_base_test_utf8_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_utf8_LDADD = $(BASE_LINK) $(CMOCKA_LIBS)

tests_base_test_names_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_names_LDADD = $(BASE_LINK) $(CMOCKA_LIBS)

tests_event_test_wire_SOURCES = tests/event/test_wire.c $(SAMPLE)
tests_event_test_wire_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_event_test_wire_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_event_test_wire_LDADD = $(EVENT_LINK) $(CMOCKA_LIBS)

tests_event_test_reader_SOURCES = tests/event/test_reader.c $(SAMPLE)
tests_event_test_reader_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_event_test_reader_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_event_test_reader_LDADD = $(EVENT_LINK) $(CMOCKA_LIBS)

tests_sink_test_lines_SOURCES = tests/sink/test_lines.c src/sink/lines.c
tests_sink_test_lines_CPPFLAGS = $(AM_CPPFLAGS) -DLINES_MAX=8
tests_sink_test_lines_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_sink_test_lines_LDADD = $(EVENT_LINK) $(CMOCKA_LIBS)

tests_sink_test_plain_SOURCES = tests/sink/test_plain.c $(CATCH) $(SAMPLE)
tests_sink_test_plain_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_sink_test_plain_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_sink_test_plain_LDADD = $(SINK_LINK) $(CMOCKA_LIBS)

tests_sink_test_prefix_SOURCES = tests/sink/test_prefix.c $(CATCH) $(SAMPLE)
tests_sink_test_prefix_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_sink_test_prefix_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_sink_test_prefix_LDADD = $(SINK_LINK) $(CMOCKA_LIBS)

tests_sink_test_json_SOURCES = tests/sink/test_json.c $(CATCH) $(SAMPLE)
tests_sink_test_json_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_sink_test_json_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_sink_test_json_LDADD = $(SINK_LINK) $(CMOCKA_LIBS)

tests_sink_test_pick_SOURCES = tests/sink/test_pick.c $(CATCH)
tests_sink_test_pick_CPPFLAGS = $(TEST_EVENT_CPPFLAGS)
tests_sink_test_pick_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_sink_test_pick_LDADD = $(SINK_LINK) $(CMOCKA_LIBS)

tests_fuzz_replay_reader_SOURCES = tests/fuzz/fuzz_reader.c tests/fuzz/replay.c
tests_fuzz_replay_reader_CPPFLAGS = $(AM_CPPFLAGS) '-DCORPUS="corpus-reader"'
tests_fuzz_replay_reader_CFLAGS = $(AM_CFLAGS)
tests_fuzz_replay_reader_LDADD = $(SINK_LINK)

EXTRA_DIST += tests/golden tests/fuzz/corpus-reader
