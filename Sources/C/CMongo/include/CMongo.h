// What Coffre uses of libmongoc 1 (libmongoc-1.0.so.0), declared here because nothing may be linked: the library starts
// with the program that it is linked into. `cmongo_open` loads it; the functions below bear the library's names, call what
// was loaded, and are outside nobody's.
//
// The test `declarations agree with the library's own headers` compares everything here with these.
#pragma once

#ifndef CMONGO_TYPES_ARE_DECLARED
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

typedef struct _bson_t bson_t;
typedef struct _mongoc_client_t mongoc_client_t;
typedef struct _mongoc_client_session_t mongoc_client_session_t;
typedef struct _mongoc_read_prefs_t mongoc_read_prefs_t;
typedef struct _mongoc_server_description_t mongoc_server_description_t;
typedef struct _mongoc_session_opt_t mongoc_session_opt_t;
typedef struct _mongoc_socket_t mongoc_socket_t;
typedef struct _mongoc_stream_t mongoc_stream_t;
typedef struct _mongoc_uri_t mongoc_uri_t;
typedef socklen_t mongoc_socklen_t;

typedef struct _bson_error_t {
  uint32_t domain;
  uint32_t code;
  char message[504];
} __attribute__((aligned(8))) bson_error_t;

typedef struct _mongoc_host_list_t {
  struct _mongoc_host_list_t *next;
  char host[256];
  char host_and_port[262];
  uint16_t port;
  int family;
  void *padding[4];
} mongoc_host_list_t;

typedef struct _mongoc_ssl_opt_t {
  const char *pem_file;
  const char *pem_pwd;
  const char *ca_file;
  const char *ca_dir;
  const char *crl_file;
  bool weak_cert_validation;
  bool allow_invalid_hostname;
  void *internal;
  void *padding[6];
} mongoc_ssl_opt_t;

typedef enum {
  MONGOC_ERROR_CLIENT = 1,
  MONGOC_ERROR_STREAM = 2,
  MONGOC_ERROR_PROTOCOL = 3,
  MONGOC_ERROR_SERVER_SELECTION = 15,
  MONGOC_ERROR_SERVER = 17,
} mongoc_error_domain_t;

typedef enum {
  MONGOC_ERROR_STREAM_CONNECT = 5,
  MONGOC_ERROR_CLIENT_AUTHENTICATE = 11,
  MONGOC_ERROR_CLIENT_SESSION_FAILURE = 52,
} mongoc_error_code_t;

#define MONGOC_ERROR_API_VERSION_2 2

typedef enum { MONGOC_LOG_LEVEL_ERROR } mongoc_log_level_t;
typedef void (*mongoc_log_func_t)(mongoc_log_level_t level, const char *domain, const char *message, void *context);
typedef mongoc_stream_t *(*mongoc_stream_initiator_t)(
    const mongoc_uri_t *address, const mongoc_host_list_t *host, void *context, bson_error_t *error);
#endif

// Result, name, parameters, arguments of each function.
#define CMONGO_FUNCTIONS(_) \
  _(char *, bson_as_canonical_extended_json, (const bson_t *document, size_t *length), (document, length)) \
  _(void, bson_destroy, (bson_t *document), (document)) \
  _(void, bson_free, (void *memory), (memory)) \
  _(const uint8_t *, bson_get_data, (const bson_t *document), (document)) \
  _(int64_t, bson_get_monotonic_time, (void), ()) \
  _(void, bson_init, (bson_t *document), (document)) \
  _(bool, bson_init_static, (bson_t *document, const uint8_t *bytes, size_t count), (document, bytes, count)) \
  _(bson_t *, bson_new_from_json, (const uint8_t *text, ssize_t count, bson_error_t *error), (text, count, error)) \
  _(bool, mongoc_client_command_with_opts, \
    (mongoc_client_t *client, const char *database, const bson_t *command, const mongoc_read_prefs_t *preference, \
     const bson_t *extras, bson_t *reply, bson_error_t *error), \
    (client, database, command, preference, extras, reply, error)) \
  _(void, mongoc_client_destroy, (mongoc_client_t *client), (client)) \
  _(const mongoc_read_prefs_t *, mongoc_client_get_read_prefs, (const mongoc_client_t *client), (client)) \
  _(mongoc_client_t *, mongoc_client_new_from_uri_with_error, (const mongoc_uri_t *address, bson_error_t *error), \
    (address, error)) \
  _(mongoc_server_description_t *, mongoc_client_select_server, \
    (mongoc_client_t *client, bool writes, const mongoc_read_prefs_t *preference, bson_error_t *error), \
    (client, writes, preference, error)) \
  _(bool, mongoc_client_session_append, \
    (const mongoc_client_session_t *session, bson_t *extras, bson_error_t *error), (session, extras, error)) \
  _(void, mongoc_client_session_destroy, (mongoc_client_session_t *session), (session)) \
  _(bool, mongoc_client_set_error_api, (mongoc_client_t *client, int32_t version), (client, version)) \
  _(void, mongoc_client_set_stream_initiator, \
    (mongoc_client_t *client, mongoc_stream_initiator_t initiator, void *context), (client, initiator, context)) \
  _(mongoc_client_session_t *, mongoc_client_start_session, \
    (mongoc_client_t *client, const mongoc_session_opt_t *options, bson_error_t *error), (client, options, error)) \
  _(const char *, mongoc_get_version, (void), ()) \
  _(void, mongoc_init, (void), ()) \
  _(void, mongoc_log_set_handler, (mongoc_log_func_t handler, void *context), (handler, context)) \
  _(void, mongoc_server_description_destroy, (mongoc_server_description_t *description), (description)) \
  _(mongoc_host_list_t *, mongoc_server_description_host, (const mongoc_server_description_t *description), \
    (description)) \
  _(void, mongoc_session_opts_destroy, (mongoc_session_opt_t *options), (options)) \
  _(mongoc_session_opt_t *, mongoc_session_opts_new, (void), ()) \
  _(void, mongoc_session_opts_set_causal_consistency, (mongoc_session_opt_t *options, bool value), (options, value)) \
  _(int, mongoc_socket_connect, \
    (mongoc_socket_t *socket, const struct sockaddr *place, mongoc_socklen_t size, int64_t end), \
    (socket, place, size, end)) \
  _(void, mongoc_socket_destroy, (mongoc_socket_t *socket), (socket)) \
  _(int, mongoc_socket_errno, (mongoc_socket_t *socket), (socket)) \
  _(int, mongoc_socket_getsockname, \
    (mongoc_socket_t *socket, struct sockaddr *place, mongoc_socklen_t *size), (socket, place, size)) \
  _(mongoc_socket_t *, mongoc_socket_new, (int family, int kind, int protocol), (family, kind, protocol)) \
  _(const mongoc_ssl_opt_t *, mongoc_ssl_opt_get_default, (void), ()) \
  _(mongoc_stream_t *, mongoc_stream_buffered_new, (mongoc_stream_t *stream, size_t size), (stream, size)) \
  _(void, mongoc_stream_destroy, (mongoc_stream_t *stream), (stream)) \
  _(mongoc_stream_t *, mongoc_stream_socket_new, (mongoc_socket_t *socket), (socket)) \
  _(bool, mongoc_stream_tls_handshake_block, \
    (mongoc_stream_t *stream, const char *host, int32_t milliseconds, bson_error_t *error), \
    (stream, host, milliseconds, error)) \
  _(mongoc_stream_t *, mongoc_stream_tls_new_with_hostname, \
    (mongoc_stream_t *stream, const char *host, mongoc_ssl_opt_t *options, int isClient), \
    (stream, host, options, isClient)) \
  _(void, mongoc_uri_destroy, (mongoc_uri_t *address), (address)) \
  _(bool, mongoc_uri_get_option_as_bool, (const mongoc_uri_t *address, const char *option, bool otherwise), \
    (address, option, otherwise)) \
  _(int32_t, mongoc_uri_get_option_as_int32, (const mongoc_uri_t *address, const char *option, int32_t otherwise), \
    (address, option, otherwise)) \
  _(const char *, mongoc_uri_get_option_as_utf8, \
    (const mongoc_uri_t *address, const char *option, const char *otherwise), (address, option, otherwise)) \
  _(bool, mongoc_uri_get_tls, (const mongoc_uri_t *address), (address)) \
  _(bool, mongoc_uri_has_option, (const mongoc_uri_t *address, const char *option), (address, option)) \
  _(mongoc_uri_t *, mongoc_uri_new_with_error, (const char *text, bson_error_t *error), (text, error)) \
  _(bool, mongoc_uri_set_appname, (mongoc_uri_t *address, const char *value), (address, value)) \
  _(bool, mongoc_uri_set_auth_source, (mongoc_uri_t *address, const char *value), (address, value)) \
  _(bool, mongoc_uri_set_option_as_int32, (mongoc_uri_t *address, const char *option, int32_t value), \
    (address, option, value)) \
  _(bool, mongoc_uri_set_password, (mongoc_uri_t *address, const char *value), (address, value)) \
  _(bool, mongoc_uri_set_username, (mongoc_uri_t *address, const char *value), (address, value))

#ifndef CMONGO_TYPES_ARE_DECLARED
#define CMONGO_POINTER(result, name, parameters, arguments) result(*name) parameters;
struct cmongo_functions {
  CMONGO_FUNCTIONS(CMONGO_POINTER)
};
#undef CMONGO_POINTER

/// Filled by `cmongo_open`, and never changed again.
extern struct cmongo_functions cmongo_functions __attribute__((visibility("hidden")));

#define CMONGO_CALL(result, name, parameters, arguments) \
  static inline result name parameters { return cmongo_functions.name arguments; }
CMONGO_FUNCTIONS(CMONGO_CALL)
#undef CMONGO_CALL

/// Loads the library. To be called once, before any other function here.
///
/// - Returns: `NULL`, or what the loader says, which stays where it is.
const char *cmongo_open(void);
#endif
