#pragma once
// SHA-256 without the detour through a provider, which costs a third of the time where short rows are hashed. Deprecated
// in favour of that detour, and in every OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
