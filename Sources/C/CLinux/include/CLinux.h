// What Linux and glibc offer and Swift's Glibc module does not, or not in a shape that Swift can use safely.
//
// Unless said otherwise a function answers 0 or a count, or the negated error number. Interrupted calls are repeated.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// Files

struct clinux_attributes {
  uint32_t mode, user, group;
  uint32_t modified_nanoseconds, accessed_nanoseconds, changed_nanoseconds;
  int64_t modified, accessed, changed, size;
  uint64_t inode, device, links, device_number;
};

enum clinux_open_extra {
  CLINUX_OPEN_NO_ACCESS_TIME = 1,
  CLINUX_OPEN_PATH_ONLY = 2,
};

/// What stands for the working directory where a directory's descriptor is wanted.
int clinux_working_directory(void);
/// Always close-on-exec. Without CLINUX_OPEN_NO_ACCESS_TIME if that is not permitted.
long clinux_open(int directory, const char *_Nonnull name, int flags, int extra, uint32_t permissions);
void clinux_close(int descriptor);
long clinux_duplicate(int descriptor);

long clinux_read(int descriptor, void *_Nullable buffer, size_t count);
/// Moves the position to `offset`, or to the first bytes from there on that are not in a hole: -ENXIO if there are none.
int64_t clinux_seek(int descriptor, int64_t offset, int to_data);
/// Less than `count` at the end of the file only.
long clinux_read_fully(int descriptor, void *_Nullable buffer, size_t count);
long clinux_read_fully_at(int descriptor, void *_Nullable buffer, size_t count, int64_t offset);
/// All of it; waits where the descriptor does not block.
long clinux_write_fully(int descriptor, const void *_Nullable bytes, size_t count);
long clinux_write_fully_at(int descriptor, const void *_Nullable bytes, size_t count, int64_t offset);
long clinux_seek_to_start(int descriptor);
long clinux_synchronize(int descriptor);
long clinux_synchronize_data(int descriptor);
long clinux_synchronize_file_system(int descriptor);
/// Whether reads and writes go past the page cache (O_DIRECT); -EINVAL where they cannot.
long clinux_set_uncached(int descriptor, int is_on);
/// Has the kernel begin to write what it holds back of the file; a hint, waits for nothing.
void clinux_start_writing(int descriptor);
long clinux_truncate(int descriptor, int64_t size);
long clinux_allocate(int descriptor, int64_t size);
void clinux_advise_sequential(int descriptor);
/// A whole-file lock; -EWOULDBLOCK if another holds it and `waits` is 0.
long clinux_lock(int descriptor, int is_exclusive, int waits);
long clinux_unlock(int descriptor);
/// Whether another process holds a POSIX lock for writing on any part of the file: 0 or 1. Takes none.
long clinux_is_locked(int descriptor);
/// Takes a lock for reading on the whole file, which is in the way of POSIX locks for writing and goes with the
/// descriptor, not with the process; or lets go of it. -EAGAIN if a lock for writing is held.
long clinux_hold_off_writers(int descriptor, int holds);

long clinux_attributes_of(int descriptor, struct clinux_attributes *_Nonnull result);
long clinux_attributes_at(
  int directory, const char *_Nonnull name, int follows, struct clinux_attributes *_Nonnull result);
long clinux_list(int directory, void *_Nonnull buffer, size_t count);

long clinux_make_directory(int directory, const char *_Nonnull name, uint32_t permissions);
long clinux_make_symlink(const char *_Nonnull target, int directory, const char *_Nonnull name);
long clinux_make_hard_link(
  int from_directory, const char *_Nonnull from, int directory, const char *_Nonnull name);
long clinux_make_node(int directory, const char *_Nonnull name, uint32_t mode, uint64_t device_number);
long clinux_remove(int directory, const char *_Nonnull name, int is_directory);
long clinux_rename(
  int from_directory, const char *_Nonnull from, int directory, const char *_Nonnull name, int replaces);
long clinux_read_link(int directory, const char *_Nonnull name, char *_Nonnull buffer, size_t count);

// For a NULL `name` the descriptor itself.
long clinux_set_owner(int descriptor, const char *_Nullable name, uint32_t user, uint32_t group);
long clinux_set_permissions(int descriptor, const char *_Nullable name, uint32_t permissions);
long clinux_set_times(
  int descriptor, const char *_Nullable name, int64_t accessed, int32_t accessed_nanoseconds, int64_t modified,
  int32_t modified_nanoseconds);

// Of the descriptor if `name` is NULL, else of a name beneath it; links are not followed.
long clinux_list_attributes(int descriptor, const char *_Nullable name, char *_Nullable buffer, size_t count);
long clinux_get_attribute(
  int descriptor, const char *_Nullable name, const char *_Nonnull attribute, void *_Nullable buffer, size_t count);
long clinux_set_attribute(
  int descriptor, const char *_Nullable name, const char *_Nonnull attribute, const void *_Nullable value,
  size_t count);
long clinux_remove_attribute(int descriptor, const char *_Nullable name, const char *_Nonnull attribute);

struct clinux_file_system {
  uint64_t type;
  uint64_t available, total;
};
long clinux_file_system(int descriptor, struct clinux_file_system *_Nonnull result);

/// Allocated with malloc; NULL if there is none.
char *_Nullable clinux_current_directory(void);
/// Static text; NULL for an unknown number.
const char *_Nullable clinux_error_text(int code);

// Threads

/// Starts a detached thread that blocks the same signals as the calling one.
long clinux_start_thread(
  const char *_Nonnull name, size_t stack_size, void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context);

/// A mutex, a condition and the number of threads that wait for it.
struct clinux_monitor;
struct clinux_monitor *_Nonnull clinux_monitor_create(void);
void clinux_monitor_destroy(struct clinux_monitor *_Nonnull monitor);
void clinux_monitor_acquire(struct clinux_monitor *_Nonnull monitor);
void clinux_monitor_release(struct clinux_monitor *_Nonnull monitor, int wakes);
void clinux_monitor_wait(struct clinux_monitor *_Nonnull monitor);
/// 0 once the monotonic clock has passed `deadline`.
int clinux_monitor_wait_until(struct clinux_monitor *_Nonnull monitor, int64_t seconds, int64_t nanoseconds);

// Processes and signals

enum clinux_spawn_stream {
  CLINUX_SPAWN_NULL = -1,
  CLINUX_SPAWN_INHERITED = -2,
};

enum clinux_spawn_group {
  CLINUX_SPAWN_SAME_GROUP = 0,
  CLINUX_SPAWN_OWN_GROUP = 1,
  /// Without a terminal: what asks for passwords there asks its standard input.
  CLINUX_SPAWN_OWN_SESSION = 2,
};

/// Starts a program found in PATH, with default signal handlers, no blocked signal and no descriptor but 0, 1 and 2.
///
/// In `directory`, if one is given. Answers the process id.
long clinux_spawn(
  char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
  const char *_Nullable directory, int input, int output, int errors, int group);
/// The same in a session of its own. The kernel kills it when the thread that started it ends, however it does.
long clinux_spawn_bound(
  char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
  const char *_Nullable directory, int input, int output, int errors);
/// Both close-on-exec, both above 2.
long clinux_pipe(int descriptors[_Nonnull 2]);
/// Waits for the end and leaves the process waitable.
long clinux_await_exit(int process);
/// Answers the wait status.
long clinux_reap(int process, int *_Nonnull status);
long clinux_kill(int process, int signal);

void clinux_ignore_signal(int signal);
/// From now on each of these signals writes its number as a byte into the pipe, whichever thread it reaches.
///
/// This thread and those it starts are left in peace by them, except for `clinux_welcome_signals`.
long clinux_watch_signals(const int *_Nonnull signals, size_t count, int pipe);
/// Lets this thread be the one they reach.
void clinux_welcome_signals(const int *_Nonnull signals, size_t count);

// Machine

/// How many processors this process may run on.
int clinux_processor_count(void);
/// East of Greenwich, in seconds.
int32_t clinux_local_offset(int64_t seconds);
void clinux_now(int64_t *_Nonnull seconds, int32_t *_Nonnull nanoseconds);
void clinux_monotonic(int64_t *_Nonnull seconds, int64_t *_Nonnull nanoseconds);
/// The name's length, or 0 if the id has none; -ERANGE if the buffer is too small.
long clinux_user_name(uint32_t id, char *_Nonnull buffer, size_t count);
long clinux_group_name(uint32_t id, char *_Nonnull buffer, size_t count);
long clinux_host_name(char *_Nonnull buffer, size_t count);
const char *_Nullable clinux_environment_value(const char *_Nonnull name);
/// Also makes a new TZ count. A NULL value removes the variable.
long clinux_set_environment_value(const char *_Nonnull name, const char *_Nullable value);
char *_Nullable *_Nullable clinux_environment(void);

/// 0 if it is no terminal.
int clinux_terminal_width(int descriptor);
/// Turns off the echo and the keys that would stop or kill the process without notice.
long clinux_terminal_silence(int descriptor, struct termios *_Nonnull saved);
void clinux_terminal_restore(int descriptor, const struct termios *_Nonnull saved);
int clinux_terminal_echoes(int descriptor);
/// The keyboard's and screen's side, which never blocks, and the program's side.
long clinux_make_terminal(int descriptors[_Nonnull 2]);
/// Makes it the terminal of this process, in a session of its own.
long clinux_take_terminal(int descriptor);
/// 1 if the first is readable or at its end; 0 if the second is.
long clinux_await_either(int first, int second);

/// Blocks of 256 KiB and more are given back to the system when they are freed.
void clinux_return_freed_memory_early(void);

/// Gives freed memory back to the system at once, whichever thread took it.
void clinux_return_freed_memory(void);

/// 1 if a read would not wait, 0 if nothing came within the time.
long clinux_wait_until_readable(int descriptor, int milliseconds);
