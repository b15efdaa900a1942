// Datagram sockets and epoll(7), with addresses as plain bytes: what the C library asks of a caller are casts between
// kinds of addresses, which Swift cannot make without unsafe pointers.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// An address of either family. An IPv4 address is in the last four bytes, as RFC 4291 maps it.
typedef struct {
    uint64_t high, low;
    uint16_t port;
    bool is_v6;
} tonewall_address;

static inline socklen_t tonewall_to_system(tonewall_address from, struct sockaddr_storage *to) {
    memset(to, 0, sizeof *to);
    uint8_t bytes[16];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(from.high >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(from.low >> (56 - 8 * i));
    }
    if (from.is_v6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(from.port);
        memcpy(&v6->sin6_addr, bytes, 16);
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(from.port);
    memcpy(&v4->sin_addr, bytes + 12, 4);
    return sizeof *v4;
}

static inline tonewall_address tonewall_from_bytes(const uint8_t bytes[16], uint16_t port, bool is_v6) {
    tonewall_address address = {0, 0, port, is_v6};
    for (int i = 0; i < 8; i++) {
        address.high = address.high << 8 | bytes[i];
        address.low = address.low << 8 | bytes[8 + i];
    }
    return address;
}

static inline tonewall_address tonewall_from_system(const struct sockaddr_storage *from) {
    uint8_t bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
        memcpy(bytes, &v6->sin6_addr, 16);
        return tonewall_from_bytes(bytes, ntohs(v6->sin6_port), true);
    }
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    memcpy(bytes + 12, &v4->sin_addr, 4);
    return tonewall_from_bytes(bytes, ntohs(v4->sin_port), false);
}

// Reads an address in dotted or colon form. False if it is neither.
static inline bool tonewall_read_address(const char *text, uint16_t port, tonewall_address *address) {
    uint8_t bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (inet_pton(AF_INET, text, bytes + 12) == 1) {
        *address = tonewall_from_bytes(bytes, port, false);
        return true;
    }
    if (inet_pton(AF_INET6, text, bytes) == 1) {
        *address = tonewall_from_bytes(bytes, port, true);
        return true;
    }
    return false;
}

// A datagram socket bound to an address, non-blocking; -1 with errno. `traffic_class` is the DSCP byte.
static inline int tonewall_bind(tonewall_address address, int traffic_class) {
    struct sockaddr_storage to;
    socklen_t length = tonewall_to_system(address, &to);
    int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int on = 1;
    if (address.is_v6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
    } else {
        setsockopt(fd, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class);
    }
    if (bind(fd, (struct sockaddr *)&to, length) != 0) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

// The address to which a socket is bound.
static inline tonewall_address tonewall_bound_address(int fd) {
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &length);
    return tonewall_from_system(&at);
}

// Receives a datagram; its length, or -1 with errno.
static inline long tonewall_receive(int fd, void *buffer, size_t size, tonewall_address *from) {
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof at;
    long count = recvfrom(fd, buffer, size, 0, (struct sockaddr *)&at, &length);
    if (count >= 0) *from = tonewall_from_system(&at);
    return count;
}

static inline long tonewall_send(int fd, const void *bytes, size_t count, tonewall_address address) {
    struct sockaddr_storage to;
    socklen_t length = tonewall_to_system(address, &to);
    return sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&to, length);
}

// epoll(7): `tag` comes back with every event.
static inline int tonewall_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int tonewall_epoll_add(int epoll, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
// Waits for events; their number, or -1 with errno. Their tags are in `tags`, which has room for 64.
static inline int tonewall_epoll_wait(int epoll, uint64_t tags[64], int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, milliseconds);
    for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
    return count;
}

// eventfd(2): wakes a loop from another thread.
static inline int tonewall_wakeup(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void tonewall_wake(int fd) {
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0) return;
}
static inline void tonewall_woken(int fd) {
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;
}
