/* The control channel: reads commands from options->control_fd, one text line each, and answers
 * each with a `reply` event. */
#ifndef PCAT_CAPTURE_CONTROL_H
#define PCAT_CAPTURE_CONTROL_H

struct proc_status;
struct session;
struct task;

/* To be called when control_fd is readable: reads it once, and carries out all whole lines. The end
 * of the file counts as `quit`. */
void control_read(struct session *session);

/* To be called when wake_fd was written: sends the `process` events that the lister has ready, and
 * the reply to `list` when that was all. */
void control_tell_list(struct session *session);

/* Checks whether the user of the control channel may see the output of a task. To be called when
 * the task has become our tracee, and at the stop of each exec. If not, its process is `withheld`:
 * a note says why, nothing of it is captured from now on, and it is detached. *s: the task's
 * status, read after it became our tracee; NULL: it can't be read, which means no. */
void control_judge(struct session *session, struct task *task, const struct proc_status *s);

#endif
