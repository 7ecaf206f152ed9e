/* The control channel: one text command a line on options->control_fd, each answered by a `reply`
 * event. */
#ifndef PCAT_CAPTURE_CONTROL_H
#define PCAT_CAPTURE_CONTROL_H

struct proc_status;
struct session;
struct task;

/* It can be read: takes the commands that have come. */
void control_read(struct session *session);

/* wake_fd was written: tells what the lister has made so far. */
void control_tell_list(struct session *session);

/* Asks whether a task may be shown to whoever steers us: when it has come under the
 * tracer, and at each exec. When not, nothing of its process is captured from now on, which is told
 * once, and it is let go. *s: what was read after it was ours; NULL: that can't be read. */
void control_judge(struct session *session, struct task *task, const struct proc_status *s);

#endif
