#pragma once
#include <sqlite3.h>
#include <stddef.h>

// sqlite3.h has it as a cast, which Swift cannot read.
static inline sqlite3_destructor_type _Nullable coffre_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// It takes any number of arguments of any type, which Swift cannot call.
static inline int coffre_sqlite_set_flag(sqlite3 *_Nonnull connection, int option, int value) {
  return sqlite3_db_config(connection, option, value, NULL);
}

/// An open file of the VFS that reads through Swift: the library makes room for it, we keep the reader behind its own part.
typedef struct {
  sqlite3_file base;
  void *_Nullable reader;
} coffre_sqlite_file;
