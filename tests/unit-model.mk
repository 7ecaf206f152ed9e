# The tests of the model, and of base/text. Most link with a model whose buffers hold next to nothing, so that every
# test crosses every boundary.
SMALL_MODEL = -DSTREAM_FLOOR=16 -DSTREAM_BLOCK=8 -DSTREAM_BLOCK_MIN=2 -DENTRIES_CHUNK=4 -DMODEL_DEAD_MAX=20 \
	-DTIMELINE_BUCKETS=8 -DTIMELINE_ROWS=3 -DRATES_MAX=2 -DCHAPTERS_EVENTS=16 -DCHAPTERS_COST=0 -DTRANSCRIPT_PIECES_MAX=6
check_LIBRARIES = tests/model/libsmall.a
tests_model_libsmall_a_SOURCES = $(MODEL_SOURCES)
tests_model_libsmall_a_CPPFLAGS = $(AM_CPPFLAGS) $(SMALL_MODEL)
tests_model_libsmall_a_CFLAGS = $(AM_CFLAGS)
SMALL_LINK = tests/model/libsmall.a $(EVENT_LINK) $(CMOCKA_LIBS)

MODEL_TESTS = tests/base/test_text tests/model/test_regex tests/model/test_stream \
	tests/model/test_tree tests/model/test_timeline tests/model/test_notice tests/model/test_instant tests/model/test_model tests/model/test_view \
	tests/model/test_search tests/model/test_transcript tests/model/test_snapshot tests/model/test_chapters tests/model/test_random \
	tests/fuzz/replay_model
check_PROGRAMS += $(MODEL_TESTS)
UNIT_TESTS += $(MODEL_TESTS)
FEED = tests/model/feed.c tests/model/feed.h
TEST_MODEL_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/model $(SMALL_MODEL)

tests_base_test_text_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_base_test_text_LDADD = $(BASE_LINK) $(CMOCKA_LIBS)

tests_model_test_regex_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_regex_LDADD = $(MODEL_LINK) $(CMOCKA_LIBS)

tests_model_test_stream_SOURCES = tests/model/test_stream.c
tests_model_test_stream_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_stream_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_stream_LDADD = $(SMALL_LINK)

tests_model_test_tree_SOURCES = tests/model/test_tree.c $(FEED)
tests_model_test_tree_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_tree_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_tree_LDADD = $(SMALL_LINK)

tests_model_test_instant_SOURCES = tests/model/test_instant.c $(FEED)
tests_model_test_instant_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_instant_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_instant_LDADD = $(SMALL_LINK)

tests_model_test_timeline_SOURCES = tests/model/test_timeline.c $(FEED)
tests_model_test_timeline_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_timeline_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_timeline_LDADD = $(SMALL_LINK)

tests_model_test_notice_SOURCES = tests/model/test_notice.c $(FEED)
tests_model_test_notice_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_notice_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_notice_LDADD = $(SMALL_LINK)

tests_model_test_model_SOURCES = tests/model/test_model.c $(FEED)
tests_model_test_model_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_model_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_model_LDADD = $(SMALL_LINK)

tests_model_test_snapshot_SOURCES = tests/model/test_snapshot.c $(FEED)
tests_model_test_snapshot_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_snapshot_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_snapshot_LDADD = $(SMALL_LINK)

tests_model_test_view_SOURCES = tests/model/test_view.c $(FEED)
tests_model_test_view_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_view_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_view_LDADD = $(SMALL_LINK)

tests_model_test_search_SOURCES = tests/model/test_search.c $(FEED)
tests_model_test_search_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_search_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_search_LDADD = $(SMALL_LINK)

tests_model_test_chapters_SOURCES = tests/model/test_chapters.c
tests_model_test_chapters_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_chapters_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_chapters_LDADD = $(SMALL_LINK)

tests_model_test_random_SOURCES = tests/model/test_random.c $(FEED)
tests_model_test_random_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_random_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_random_LDADD = $(SMALL_LINK)

tests_model_test_transcript_SOURCES = tests/model/test_transcript.c $(FEED)
tests_model_test_transcript_CPPFLAGS = $(TEST_MODEL_CPPFLAGS)
tests_model_test_transcript_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_model_test_transcript_LDADD = $(SMALL_LINK)

tests_fuzz_replay_model_SOURCES = tests/fuzz/fuzz_model.c tests/fuzz/replay.c
tests_fuzz_replay_model_CPPFLAGS = $(TEST_MODEL_CPPFLAGS) '-DCORPUS="corpus-model"'
tests_fuzz_replay_model_CFLAGS = $(AM_CFLAGS)
tests_fuzz_replay_model_LDADD = $(SMALL_LINK)
EXTRA_DIST += tests/fuzz/corpus-model
