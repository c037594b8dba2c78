// Compiled with our declarations, and with -DTHEIRS with the library's own headers: all of it must hold with both.
#ifdef THEIRS
#include <mongoc/mongoc.h>
#define CMONGO_TYPES_ARE_DECLARED
#define SAME(result, name, parameters, arguments) \
  _Static_assert(__builtin_types_compatible_p(__typeof__(name), result parameters), #name);
#endif
#include "CMongo.h"
#ifdef THEIRS
CMONGO_FUNCTIONS(SAME)
// Kept in memory of our own.
_Static_assert(sizeof(bson_t) == 128 && _Alignof(bson_t) == 128, "bson_t");
#endif

#define SIZE(type, bytes) _Static_assert(sizeof(type) == bytes, #type);
#define FIELD(type, field, place, bytes) \
  _Static_assert(__builtin_offsetof(type, field) == place, #type "." #field); \
  _Static_assert(sizeof(((type *)0)->field) == bytes, #type "." #field);
#define NUMBER(name, value) _Static_assert(name == value, #name);

SIZE(mongoc_socklen_t, 4)
SIZE(bson_error_t, 512)
_Static_assert(_Alignof(bson_error_t) == 8, "bson_error_t");
FIELD(bson_error_t, domain, 0, 4)
FIELD(bson_error_t, code, 4, 4)
FIELD(bson_error_t, message, 8, 504)
SIZE(mongoc_host_list_t, 568)
FIELD(mongoc_host_list_t, next, 0, 8)
FIELD(mongoc_host_list_t, host, 8, 256)
FIELD(mongoc_host_list_t, host_and_port, 264, 262)
FIELD(mongoc_host_list_t, port, 526, 2)
FIELD(mongoc_host_list_t, family, 528, 4)
SIZE(mongoc_ssl_opt_t, 104)
FIELD(mongoc_ssl_opt_t, pem_file, 0, 8)
FIELD(mongoc_ssl_opt_t, pem_pwd, 8, 8)
FIELD(mongoc_ssl_opt_t, ca_file, 16, 8)
FIELD(mongoc_ssl_opt_t, ca_dir, 24, 8)
FIELD(mongoc_ssl_opt_t, crl_file, 32, 8)
FIELD(mongoc_ssl_opt_t, weak_cert_validation, 40, 1)
FIELD(mongoc_ssl_opt_t, allow_invalid_hostname, 41, 1)
FIELD(mongoc_ssl_opt_t, internal, 48, 8)
NUMBER(MONGOC_ERROR_CLIENT, 1)
NUMBER(MONGOC_ERROR_STREAM, 2)
NUMBER(MONGOC_ERROR_PROTOCOL, 3)
NUMBER(MONGOC_ERROR_SERVER_SELECTION, 15)
NUMBER(MONGOC_ERROR_SERVER, 17)
NUMBER(MONGOC_ERROR_STREAM_CONNECT, 5)
NUMBER(MONGOC_ERROR_CLIENT_AUTHENTICATE, 11)
NUMBER(MONGOC_ERROR_CLIENT_SESSION_FAILURE, 52)
NUMBER(MONGOC_ERROR_API_VERSION_2, 2)
NUMBER(MONGOC_LOG_LEVEL_ERROR, 0)
