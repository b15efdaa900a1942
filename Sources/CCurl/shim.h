#pragma once
#include <curl/curl.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one function a type of argument.

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*ccurl_transfer)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_reader(CURL *handle, ccurl_transfer reader, void *context) {
    curl_easy_setopt(handle, CURLOPT_READDATA, context);
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
}

static inline CURLcode ccurl_set_writer(CURL *handle, ccurl_transfer writer, void *context) {
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, writer);
}

static inline CURLcode ccurl_set_header_reader(CURL *handle, ccurl_transfer reader, void *context) {
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    return curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, reader);
}

typedef curl_socket_t (*ccurl_opener)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode ccurl_set_opener(CURL *handle, ccurl_opener opener, void *context) {
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
}

// Whether an address is this machine's own: 127.0.0.0/8, ::1, or 127.0.0.0/8 as IPv6 writes it (::ffff:127.0.0.1).
static inline bool ccurl_is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    if (address->sa_family != AF_INET6) return false;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
}

static inline bool ccurl_is_for_loopback(const struct curl_sockaddr *address) {
    return ccurl_is_loopback(&address->addr);
}

static inline curl_socket_t ccurl_open(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Whether a host has addresses, and all are of this machine.
static inline bool ccurl_resolves_to_loopback(const char *host) {
    struct addrinfo wish = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, NULL, &wish, &found) != 0) return false;
    bool is_loopback = found != NULL;
    for (struct addrinfo *each = found; each != NULL; each = each->ai_next)
        is_loopback = is_loopback && ccurl_is_loopback(each->ai_addr);
    freeaddrinfo(found);
    return is_loopback;
}

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// Bytes of the request's body that the connection has taken.
static inline CURLcode ccurl_get_sent(CURL *handle, curl_off_t *count) {
    return curl_easy_getinfo(handle, CURLINFO_SIZE_UPLOAD_T, count);
}

// Whether the buffer which a body goes through is the transfer's own until it ends; from 8.7 on it is lent for a call.
static inline bool ccurl_keeps_body(void) { return curl_version_info(CURLVERSION_NOW)->version_num < 0x080700; }

static inline CURLcode ccurl_get_double(CURL *handle, CURLINFO info, double *value) {
    return curl_easy_getinfo(handle, info, value);
}

// The next transfer that has ended, and how; NULL where there is none.
static inline CURL *ccurl_multi_next(CURLM *multi, CURLcode *code) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            *code = message->data.result;
            return message->easy_handle;
        }
    return NULL;
}

// libcurl copies a request's body into its own upload buffer. These allocators wipe every block that it gives back,
// so that no card number outlives the handle that sent it.

static inline void *ccurl_wiping_malloc(size_t size) { return malloc(size); }
static inline void *ccurl_wiping_calloc(size_t count, size_t size) { return calloc(count, size); }

static inline void ccurl_wiping_free(void *block) {
    if (block == NULL) return;
    explicit_bzero(block, malloc_usable_size(block));
    free(block);
}

static inline void *ccurl_wiping_realloc(void *block, size_t size) {
    if (block == NULL) return malloc(size);
    void *moved = malloc(size);
    if (moved == NULL) return NULL;
    size_t held = malloc_usable_size(block);
    memcpy(moved, block, held < size ? held : size);
    ccurl_wiping_free(block);
    return moved;
}

static inline char *ccurl_wiping_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

static inline CURLcode ccurl_global_init_wiping(void) {
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, ccurl_wiping_malloc, ccurl_wiping_free, ccurl_wiping_realloc,
                                ccurl_wiping_strdup, ccurl_wiping_calloc);
}
