#pragma once
#include <curl/curl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// libcurl's setters and getters take any number of arguments of any type, which Swift cannot call: one function a type.

static inline CURLcode coffre_curl_set_number(CURL *_Nonnull easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode coffre_curl_set_offset(CURL *_Nonnull easy, CURLoption option, int64_t value) {
  return curl_easy_setopt(easy, option, (curl_off_t)value);
}

/// The library copies the text, save that of CURLOPT_POSTFIELDS.
static inline CURLcode coffre_curl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode coffre_curl_set_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

typedef size_t (*coffre_curl_bytes)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);
typedef int (*coffre_curl_seek)(void *_Nullable context, curl_off_t offset, int origin);

/// Who takes header lines and the body, and who gives what is sent.
static inline CURLcode coffre_curl_set_callbacks(
    CURL *_Nonnull easy, void *_Nullable context, coffre_curl_bytes _Nonnull header, coffre_curl_bytes _Nonnull write,
    coffre_curl_bytes _Nonnull read, coffre_curl_seek _Nonnull seek) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, read);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READDATA, context);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
  return code;
}

static inline long coffre_curl_number(CURL *_Nonnull easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// What handles of several threads have in common, with a lock for each kind of it.
struct coffre_curl_share {
  CURLSH *_Nullable share;
  pthread_mutex_t locks[CURL_LOCK_DATA_LAST];
};

static void coffre_curl_lock(CURL *_Nullable easy, curl_lock_data data, curl_lock_access access, void *_Nullable context) {
  (void)easy;
  (void)access;
  pthread_mutex_lock(&((struct coffre_curl_share *)context)->locks[data]);
}

static void coffre_curl_unlock(CURL *_Nullable easy, curl_lock_data data, void *_Nullable context) {
  (void)easy;
  pthread_mutex_unlock(&((struct coffre_curl_share *)context)->locks[data]);
}

static inline void coffre_curl_share_free(struct coffre_curl_share *_Nonnull shared) {
  if (shared->share) curl_share_cleanup(shared->share);
  for (int data = 0; data < CURL_LOCK_DATA_LAST; data++) pthread_mutex_destroy(&shared->locks[data]);
  free(shared);
}

/// Names and TLS sessions. Connections are not shared: libcurl's own page says that several threads must not.
static inline struct coffre_curl_share *_Nullable coffre_curl_share_new(void) {
  struct coffre_curl_share *shared = calloc(1, sizeof *shared);
  if (!shared) return NULL;
  for (int data = 0; data < CURL_LOCK_DATA_LAST; data++) pthread_mutex_init(&shared->locks[data], NULL);
  shared->share = curl_share_init();
  if (!shared->share || curl_share_setopt(shared->share, CURLSHOPT_USERDATA, shared) != CURLSHE_OK ||
      curl_share_setopt(shared->share, CURLSHOPT_LOCKFUNC, coffre_curl_lock) != CURLSHE_OK ||
      curl_share_setopt(shared->share, CURLSHOPT_UNLOCKFUNC, coffre_curl_unlock) != CURLSHE_OK ||
      curl_share_setopt(shared->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) != CURLSHE_OK ||
      curl_share_setopt(shared->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK) {
    coffre_curl_share_free(shared);
    return NULL;
  }
  return shared;
}
