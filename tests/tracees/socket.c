/* Output by the calls of sockets. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

/* Makes fd 1 a socket; the other end. */
static int socket_stdout(int type)
{
    int fds[2];

    NEED(socketpair(AF_UNIX, type, 0, fds) == 0 && dup2(fds[1], 1) == 1);
    close(fds[1]);
    return fds[0];
}

static void send_all_ways(int fd)
{
    char a[] = "first\n", b[] = "second piece\n", name[] = "";
    struct iovec iov[] = {{a, 6}, {name, 0}, {b, 13}};
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = 3};

    struct record *r = truth_begin(fd, fd, b, 13);
    truth_end(r, send(fd, b, 13, MSG_NOSIGNAL));
    r = truth_begin(fd, fd, a, 6);
    truth_end(r, sendto(fd, a, 6, 0, NULL, 0));
    r = truth_begin(fd, fd, "first\nsecond piece\n", 19);
    truth_end(r, sendmsg(fd, &m, MSG_NOSIGNAL));
    NEED(r->value == 19);
    truth_write(fd, "plain\n", 6);
    NEED(send(99, a, 6, 0) < 0);
    NEED(sendmsg(fd, nowhere, 0) < 0 && errno == EFAULT);
}

static void send_many(int fd, unsigned count)
{
    char text[64][40];
    struct iovec iov[64][2];
    struct mmsghdr m[64] = {0};
    struct record *r[64];

    for (unsigned i = 0; i < count; i++) {
        fill(text[i], sizeof text[i], i);
        iov[i][0] = (struct iovec){text[i], i % 20 + 1};
        iov[i][1] = (struct iovec){text[i] + i % 20 + 1, 19};
        m[i].msg_hdr = (struct msghdr){.msg_iov = iov[i], .msg_iovlen = 2};
        r[i] = truth_begin(fd, fd, text[i], i % 20 + 20);
    }
    int sent = sendmmsg(fd, m, count, MSG_DONTWAIT);
    for (unsigned i = 0; i < count; i++)
        truth_end(r[i], sent > (int)i ? (ssize_t)m[i].msg_len : 0);
}

static int sockets(int argc, char **argv)
{
    char bytes[4096];

    (void)argc, (void)argv;
    send_all_ways(1); /* what the test gave us */
    int from = socket_stdout(SOCK_STREAM);
    send_all_ways(1);
    send_many(1, 20);
    NEED(read(from, bytes, sizeof bytes) > 0);
    from = socket_stdout(SOCK_DGRAM);
    for (int i = 0; i < 20; i++)
        send_many(1, 64); /* the queue of a datagram socket is short: some are refused */
    while (recv(from, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
    send_many(1, 5);
    struct mmsghdr broken[2] = {
        {.msg_hdr = {.msg_iov = &(struct iovec){bytes, 5}, .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = nowhere, .msg_iovlen = 1}}};
    NEED(sendmmsg(1, broken, 2, MSG_DONTWAIT) == 1);
    truth_add(1, TRUTH_OUT, bytes, 5, 0);
    close(from);
    NEED(send(1, "x", 1, MSG_NOSIGNAL) < 0);
    return 0;
}

const struct tracee_case cases_socket[] = {{"sockets", sockets, 0}, {0}};
