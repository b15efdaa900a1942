#pragma once
#include <curl/curl.h>
#include <malloc.h>
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

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

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
