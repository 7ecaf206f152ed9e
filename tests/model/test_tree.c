#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"

static struct feed f;

static int setup(void **state)
{
    (void)state;
    f = feed_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(&f);
    return 0;
}

/* Compares the tree with a text: tids in display order; dots for the depth, x for dead tasks, t for
 * threads. */
static void tree_is(const char *expected)
{
    char got[4096] = "";
    size_t len = 0;
    struct task *before = NULL;

    for (struct task *t = model_first_task(f.m); t; t = model_next_task(f.m, t)) {
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%.*s%d%s%s", len ? " " : "",
                                (int)t->depth, "........", (int)t->tid, t->process ? "" : "t",
                                t->state == TASK_DEAD ? "x" : "");
        assert_ptr_equal(task_prev(t, NULL) ? task_prev(t, NULL) : NULL,
                         before && before->source == t->source ? before : NULL);
        before = t;
    }
    assert_string_equal(got, expected);
}

static void forks_and_threads(void **state)
{
    (void)state;
    struct task *t = feed_task(&f, 10, 10, 1, HOW_ATTACHED, "server");
    assert_int_equal(t->how, HOW_ATTACHED);
    assert_string_equal(t->comm, "server");
    assert_true(t->process && t->state == TASK_RUNNING);
    feed_task(&f, 11, 10, 10, HOW_THREAD, "worker");
    feed_task(&f, 20, 20, 10, HOW_FORK, "child");
    feed_task(&f, 21, 20, 20, HOW_THREAD, "w");
    feed_task(&f, 30, 30, 20, HOW_VFORK, "grandchild");
    feed_task(&f, 40, 40, 11, HOW_FORK, "of a thread");
    tree_is("10 .11t .20 ..21t ..30 .40");
    assert_int_equal(t->children, 3);
    assert_int_equal(t->threads, 1);
    assert_int_equal(f.s->tasks_alive, 6);
    assert_int_equal(f.s->processes_alive, 4);
    assert_ptr_equal(task_process(feed_find(&f, 11)), t);
    assert_true(task_within(feed_find(&f, 30), t));
    assert_false(task_within(t, feed_find(&f, 30)));
    assert_ptr_equal(model_task(f.m, t->id), t);
    assert_null(model_task(f.m, 999));
}

static void the_dead_stay_with_their_status(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    struct task *thread = feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    struct task *child = feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    feed_exit(&f, 20, 20, 3, 0);
    assert_int_equal(child->state, TASK_DEAD);
    assert_int_equal(child->code, 3);
    assert_true(child->status_known && task_failed(child));
    assert_int_equal(child->end, f.time);
    feed_exit(&f, 10, 10, -1, 9);
    tree_is("10x .11tx .20x");
    assert_false(thread->status_known);
    assert_false(task_failed(thread));
    assert_int_equal(thread->parent->threads, 0);
    assert_int_equal(f.s->tasks_alive, 0);
    assert_int_equal(f.s->tasks_dead, 3);
    feed_exit(&f, 11, 10, -1, 9); /* the exit of a thread comes after that of its process */
    assert_true(thread->status_known);
    assert_int_equal(thread->signal, 9);
    assert_int_equal(f.s->tasks_dead, 3);

    struct task_sum sum;
    task_sum(feed_find(&f, 10), &sum);
    assert_int_equal(sum.tasks, 3);
    assert_int_equal(sum.alive, 0);
    assert_int_equal(sum.failed, 2);
}

static void a_tid_that_is_used_again(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    uint64_t old = feed_task(&f, 20, 20, 10, HOW_FORK, "first")->id;
    feed_write(&f, 20, 20, 1, "old\n");
    feed_exit(&f, 20, 20, 0, 0);
    uint64_t new = feed_task(&f, 20, 20, 10, HOW_FORK, "second")->id;
    assert_true(new != old);
    tree_is("10 .20x .20");
    feed_write(&f, 20, 20, 1, "new!\n");
    assert_int_equal(model_task(f.m, old)->out[STREAM_STDOUT].bytes, 4);
    assert_int_equal(model_task(f.m, new)->out[STREAM_STDOUT].bytes, 5);
    assert_string_equal(model_task(f.m, old)->comm, "first");
}

static void a_death_that_was_not_seen(void **state)
{
    struct event e = {.type = EVENT_TASK};

    (void)state;
    e.task = (struct ev_task){.tid = 20, .pid = 20, .how = HOW_FORK, .start = 1 * FEED_SECOND};
    feed_event(&f, e);
    uint64_t old = feed_find(&f, 20)->id;
    feed_event(&f, e); /* a second event about the same task */
    assert_int_equal(feed_find(&f, 20)->id, old);
    e.task.start = 100 * FEED_SECOND;
    feed_event(&f, e);
    assert_int_not_equal(feed_find(&f, 20)->id, old);
    assert_int_equal(model_task(f.m, old)->state, TASK_DEAD);
    assert_false(model_task(f.m, old)->status_known);
}

static void execs_are_steps(void **state)
{
    (void)state;
    struct task *t = feed_task(&f, 10, 10, 1, HOW_FORK, "sh");
    feed_exec(&f, 10, 0, "/bin/env");
    feed_exec(&f, 10, 0, "/bin/true");
    assert_int_equal(t->step_count, 3);
    assert_string_equal(t->steps[0].exe, "");
    assert_string_equal(t->steps[0].argv, "sh");
    assert_string_equal(t->steps[2].exe, "/bin/true");
    assert_string_equal(t->comm, "/bin/true");
    for (int i = 0; i < 100; i++)
        feed_exec(&f, 10, 0, "/again");
    assert_int_equal(t->step_count, MODEL_STEPS_MAX);
    assert_int_equal(t->steps_dropped, 103 - MODEL_STEPS_MAX);
}

static void exec_ends_the_other_threads(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    feed_exec(&f, 10, 0, "/x");
    tree_is("10 .11tx .20");
}

static void exec_of_a_thread_that_does_not_lead(void **state)
{
    struct event e = {.type = EVENT_FD};

    (void)state;
    feed_task(&f, 5, 5, 1, HOW_ATTACHED, "sh");
    struct task *old = feed_task(&f, 10, 10, 5, HOW_FORK, "a");
    feed_task(&f, 6, 6, 5, HOW_FORK, "sibling");
    struct task *thread = feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_task(&f, 12, 10, 10, HOW_THREAD, "u");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    e.fd = (struct ev_fd){.pid = 10, .fd = 1, .target = bytes_of("/dev/null")};
    feed_event(&f, e);
    feed_write(&f, 11, 10, 1, "before\n");
    feed_write(&f, 10, 10, 1, "leader\n");
    feed_exec(&f, 10, 11, "/x");
    tree_is("5 .10 ..10tx ..12tx ..20 .6");
    assert_ptr_equal(feed_find(&f, 10), thread);
    assert_null(feed_find(&f, 11));
    assert_int_equal(old->successor, thread->id);
    assert_int_equal(old->state, TASK_DEAD);
    assert_int_equal(thread->step_count, 2);
    assert_int_equal(thread->threads, 0);
    assert_string_equal(task_fd(thread, 1)->target, "/dev/null");
    feed_write(&f, 10, 10, 1, "after\n");
    assert_int_equal(thread->out[STREAM_STDOUT].bytes, 13);
    assert_int_equal(f.s->tasks_alive, 4);
    assert_int_equal(f.s->processes_alive, 4);
    feed_exit(&f, 10, 10, 0, 0);
    assert_int_equal(thread->state, TASK_DEAD);
    assert_int_equal(f.s->tasks_dead, 3);
}

static void unknown_tids_are_made_on_the_fly(void **state)
{
    (void)state;
    feed_write(&f, 31, 30, 1, "x\n");
    tree_is("30 .31t");
    assert_int_equal(feed_find(&f, 31)->how, HOW_UNKNOWN);
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 30, 30, 10, HOW_FORK, "late");
    tree_is("10 .30 ..31t");
    assert_int_equal(feed_find(&f, 31)->depth, 2);
    feed_exit(&f, 99, 99, 1, 0);
    tree_is("10 .30 ..31t 99x");
}

static void orphans_come_to_their_parent(void **state)
{
    (void)state;
    feed_task(&f, 20, 20, 10, HOW_ATTACHED, "child first");
    tree_is("20");
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "parent");
    tree_is("10 .20");
}

static void a_loop_of_parents_stays_a_tree(void **state)
{
    (void)state;
    feed_task(&f, 1, 1, 2, HOW_FORK, "a");
    feed_task(&f, 2, 2, 3, HOW_FORK, "b");
    feed_task(&f, 3, 3, 1, HOW_FORK, "c");
    feed_task(&f, 4, 4, 4, HOW_FORK, "its own");
    unsigned n = 0;
    for (struct task *t = model_first_task(f.m); t; t = model_next_task(f.m, t))
        n++;
    assert_int_equal(n, 4);
}

static void stops_and_detachment(void **state)
{
    struct event stop = {.type = EVENT_STOP, .stop = {10, 10, 19}};
    struct event cont = {.type = EVENT_CONT, .stop = {10, 10, 18}};
    struct event detached = {.type = EVENT_DETACHED, .detached = {10, 10, {"asked to", 8}}};

    (void)state;
    struct task *t = feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    struct task *thread = feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_event(&f, stop);
    assert_int_equal(t->state, TASK_STOPPED);
    assert_int_equal(t->stop_signal, 19);
    feed_event(&f, cont);
    assert_int_equal(t->state, TASK_RUNNING);
    feed_event(&f, detached);
    assert_int_equal(t->state, TASK_DETACHED);
    assert_int_equal(thread->state, TASK_DETACHED);
    assert_string_equal(t->why, "asked to");
    assert_int_equal(f.s->tasks_alive, 0);
    assert_int_equal(f.s->tasks_dead, 0);
    uint64_t id = t->id;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    assert_int_equal(feed_find(&f, 10)->id, id);
    assert_int_equal(t->state, TASK_RUNNING);
    feed_exit(&f, 10, 10, 0, 0);
    feed_event(&f, stop);
    assert_int_equal(t->state, TASK_DEAD);
}

static void the_end_of_a_source_lets_go(void **state)
{
    struct event e = {.type = EVENT_END, .end = {.why = {"all done", 8}, .bytes = 7}};

    (void)state;
    struct task *t = feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    feed_exit(&f, 20, 20, 0, 0);
    feed_event(&f, e);
    assert_int_equal(t->state, TASK_DETACHED);
    assert_int_equal(feed_find(&f, 20)->state, TASK_DEAD);
    assert_true(f.s->ended && f.s->clean);
    assert_string_equal(f.s->why, "all done");
    assert_int_equal(f.s->totals.bytes, 7);
    model_source_end(f.m, f.s, "again");
    assert_string_equal(f.s->why, "all done");
}

static void two_sources_keep_apart(void **state)
{
    (void)state;
    struct feed g = {.m = f.m, .s = model_source_add(f.m, "other")};
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&g, 10, 10, 1, HOW_ATTACHED, "b");
    assert_ptr_not_equal(feed_find(&f, 10), feed_find(&g, 10));
    tree_is("10 10");
    model_source_end(f.m, g.s, "gone");
    assert_false(g.s->clean);
    assert_int_equal(feed_find(&f, 10)->state, TASK_RUNNING);
    assert_int_equal(feed_find(&g, 10)->state, TASK_DETACHED);
}

static void the_longest_dead_are_dropped(void **state)
{
    struct model_totals totals;

    (void)state;
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    uint64_t talker = feed_task(&f, 2, 2, 1, HOW_FORK, "talks")->id;
    feed_write(&f, 2, 2, 1, "something\n");
    feed_exit(&f, 2, 2, 0, 0);
    for (uint64_t tid = 100; tid < 200; tid++) {
        feed_task(&f, tid, tid, 1, HOW_FORK, "quiet");
        feed_exit(&f, tid, tid, 0, 0);
    }
    model_totals(f.m, &totals);
    assert_int_equal(totals.tasks_dead, MODEL_DEAD_MAX);
    assert_int_equal(totals.dropped, 101 - MODEL_DEAD_MAX);
    assert_non_null(model_task(f.m, talker));
    assert_null(feed_find(&f, 100));
    assert_non_null(feed_find(&f, 199));
    for (uint64_t tid = 200; tid < 300; tid++) {
        feed_task(&f, tid, tid, 1, HOW_FORK, "loud");
        feed_write(&f, tid, tid, 1, "bye\n");
        feed_exit(&f, tid, tid, 0, 0);
    }
    assert_null(model_task(f.m, talker));
    model_totals(f.m, &totals);
    assert_int_equal(totals.tasks_dead, MODEL_DEAD_MAX);
    assert_int_equal(totals.streams, MODEL_DEAD_MAX);
}

static void a_dead_parent_outlives_its_children(void **state)
{
    (void)state;
    for (uint64_t tid = 1; tid <= 100; tid++)
        feed_task(&f, tid, tid, tid - 1, HOW_FORK, "deep");
    for (uint64_t tid = 1; tid <= 100; tid++)
        feed_exit(&f, tid, tid, 0, 0);
    for (struct task *t = model_first_task(f.m); t; t = model_next_task(f.m, t))
        assert_true(t->depth == 0 || t->parent->depth + 1 == t->depth);
    assert_in_range(f.s->tasks_dead, MODEL_DEAD_MAX, 100);
}

static void commands_as_text(void **state)
{
    struct event e = {.type = EVENT_TASK};

    (void)state;
    e.task = (struct ev_task){.tid = 5, .pid = 5, .comm = bytes_of("ls"), .argv = {"ls\0-l\0", 6}};
    feed_event(&f, e);
    char *text = task_command(feed_find(&f, 5));
    assert_string_equal(text, "ls -l");
    free(text);
    text = task_command(feed_task(&f, 6, 5, 5, HOW_THREAD, "thread"));
    assert_string_equal(text, "thread");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(forks_and_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(the_dead_stay_with_their_status, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tid_that_is_used_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_death_that_was_not_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(execs_are_steps, setup, teardown),
        cmocka_unit_test_setup_teardown(exec_ends_the_other_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(exec_of_a_thread_that_does_not_lead, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_tids_are_made_on_the_fly, setup, teardown),
        cmocka_unit_test_setup_teardown(orphans_come_to_their_parent, setup, teardown),
        cmocka_unit_test_setup_teardown(a_loop_of_parents_stays_a_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(stops_and_detachment, setup, teardown),
        cmocka_unit_test_setup_teardown(the_end_of_a_source_lets_go, setup, teardown),
        cmocka_unit_test_setup_teardown(two_sources_keep_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(the_longest_dead_are_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dead_parent_outlives_its_children, setup, teardown),
        cmocka_unit_test_setup_teardown(commands_as_text, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
