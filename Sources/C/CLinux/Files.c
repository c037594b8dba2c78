#include "CLinux.h"
#include "Calls.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

int clinux_working_directory(void) { return AT_FDCWD; }

long clinux_open(int directory, const char *name, int flags, int extra, uint32_t permissions) {
  flags |= O_CLOEXEC;
  if (extra & CLINUX_OPEN_PATH_ONLY) flags |= O_PATH;
  if (extra & CLINUX_OPEN_NO_ACCESS_TIME) {
    long result = CALL(openat(directory, name, flags | O_NOATIME, permissions));
    if (result != -EPERM) return result;
  }
  return CALL(openat(directory, name, flags, permissions));
}

void clinux_close(int descriptor) { close(descriptor); }

long clinux_duplicate(int descriptor) { return CALL(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)); }

long clinux_read(int descriptor, void *buffer, size_t count) { return CALL(read(descriptor, buffer, count)); }

int64_t clinux_seek(int descriptor, int64_t offset, int to_data) {
  return CALL(lseek(descriptor, offset, to_data ? SEEK_DATA : SEEK_SET));
}

long clinux_read_fully(int descriptor, void *buffer, size_t count) {
  size_t done = 0;
  while (done < count) {
    long result = CALL(read(descriptor, (char *)buffer + done, count - done));
    if (result < 0) return result;
    if (result == 0) break;
    done += result;
  }
  return done;
}

long clinux_read_fully_at(int descriptor, void *buffer, size_t count, int64_t offset) {
  size_t done = 0;
  while (done < count) {
    long result = CALL(pread(descriptor, (char *)buffer + done, count - done, offset + done));
    if (result < 0) return result;
    if (result == 0) break;
    done += result;
  }
  return done;
}

long clinux_write_fully(int descriptor, const void *bytes, size_t count) {
  size_t done = 0;
  while (done < count) {
    long result = CALL(write(descriptor, (const char *)bytes + done, count - done));
    if (result == -EAGAIN) {
      struct pollfd waited = {.fd = descriptor, .events = POLLOUT};
      poll(&waited, 1, -1);
      continue;
    }
    if (result < 0) return result;
    if (result == 0) return -EIO;
    done += result;
  }
  return done;
}

long clinux_write_fully_at(int descriptor, const void *bytes, size_t count, int64_t offset) {
  size_t done = 0;
  while (done < count) {
    long result = CALL(pwrite(descriptor, (const char *)bytes + done, count - done, offset + done));
    if (result < 0) return result;
    if (result == 0) return -EIO;
    done += result;
  }
  return done;
}

long clinux_seek_to_start(int descriptor) { return CALL(lseek(descriptor, 0, SEEK_SET)); }

long clinux_synchronize(int descriptor) { return CALL(fsync(descriptor)); }
long clinux_synchronize_data(int descriptor) { return CALL(fdatasync(descriptor)); }
long clinux_synchronize_file_system(int descriptor) { return CALL(syncfs(descriptor)); }

long clinux_set_uncached(int descriptor, int is_on) {
  long flags = CALL(fcntl(descriptor, F_GETFL));
  if (flags < 0) return flags;
  return CALL(fcntl(descriptor, F_SETFL, is_on ? flags | O_DIRECT : flags & ~O_DIRECT));
}

void clinux_start_writing(int descriptor) { sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }

long clinux_truncate(int descriptor, int64_t size) { return CALL(ftruncate(descriptor, size)); }

long clinux_allocate(int descriptor, int64_t size) {
  return CALL(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size));
}

void clinux_advise_sequential(int descriptor) { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL); }

long clinux_lock(int descriptor, int is_exclusive, int waits) {
  return CALL(flock(descriptor, (is_exclusive ? LOCK_EX : LOCK_SH) | (waits ? 0 : LOCK_NB)));
}

long clinux_unlock(int descriptor) { return CALL(flock(descriptor, LOCK_UN)); }

// Read locks are asked about: those of programs that write are in their way, and those of readers are not.
long clinux_is_locked(int descriptor) {
  struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  long result = CALL(fcntl(descriptor, F_GETLK, &lock));
  return result < 0 ? result : lock.l_type != F_UNLCK;
}

long clinux_hold_off_writers(int descriptor, int holds) {
  struct flock lock = {.l_type = holds ? F_RDLCK : F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  return CALL(fcntl(descriptor, F_OFD_SETLK, &lock));
}

static long filled(long result, const struct stat *from, struct clinux_attributes *to) {
  if (result < 0) return result;
  to->mode = from->st_mode;
  to->user = from->st_uid;
  to->group = from->st_gid;
  to->modified = from->st_mtim.tv_sec;
  to->modified_nanoseconds = from->st_mtim.tv_nsec;
  to->accessed = from->st_atim.tv_sec;
  to->accessed_nanoseconds = from->st_atim.tv_nsec;
  to->changed = from->st_ctim.tv_sec;
  to->changed_nanoseconds = from->st_ctim.tv_nsec;
  to->size = from->st_size;
  to->inode = from->st_ino;
  to->device = from->st_dev;
  to->links = from->st_nlink;
  to->device_number = from->st_rdev;
  return 0;
}

long clinux_attributes_of(int descriptor, struct clinux_attributes *result) {
  struct stat status;
  return filled(CALL(fstat(descriptor, &status)), &status, result);
}

long clinux_attributes_at(int directory, const char *name, int follows, struct clinux_attributes *result) {
  struct stat status;
  int flags = AT_NO_AUTOMOUNT | (follows ? 0 : AT_SYMLINK_NOFOLLOW);
  return filled(CALL(fstatat(directory, name, &status, flags)), &status, result);
}

long clinux_list(int directory, void *buffer, size_t count) { return CALL(getdents64(directory, buffer, count)); }

long clinux_make_directory(int directory, const char *name, uint32_t permissions) {
  return CALL(mkdirat(directory, name, permissions));
}

long clinux_make_symlink(const char *target, int directory, const char *name) {
  return CALL(symlinkat(target, directory, name));
}

long clinux_make_hard_link(int from_directory, const char *from, int directory, const char *name) {
  return CALL(linkat(from_directory, from, directory, name, 0));
}

long clinux_make_node(int directory, const char *name, uint32_t mode, uint64_t device_number) {
  return CALL(mknodat(directory, name, mode, device_number));
}

long clinux_remove(int directory, const char *name, int is_directory) {
  return CALL(unlinkat(directory, name, is_directory ? AT_REMOVEDIR : 0));
}

long clinux_rename(int from_directory, const char *from, int directory, const char *name, int replaces) {
  if (!replaces) {
    long result = CALL(renameat2(from_directory, from, directory, name, RENAME_NOREPLACE));
    if (result != -EINVAL && result != -ENOSYS) return result;
    // Some file systems cannot; then another process could still slip in between these two calls.
    struct stat status;
    result = CALL(fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW));
    if (result == 0) return -EEXIST;
    if (result != -ENOENT) return result;
  }
  return CALL(renameat(from_directory, from, directory, name));
}

long clinux_read_link(int directory, const char *name, char *buffer, size_t count) {
  return CALL(readlinkat(directory, name, buffer, count));
}

long clinux_set_owner(int descriptor, const char *name, uint32_t user, uint32_t group) {
  if (!name) return CALL(fchown(descriptor, user, group));
  return CALL(fchownat(descriptor, name, user, group, AT_SYMLINK_NOFOLLOW));
}

long clinux_set_permissions(int descriptor, const char *name, uint32_t permissions) {
  if (!name) return CALL(fchmod(descriptor, permissions));
  return CALL(fchmodat(descriptor, name, permissions, AT_SYMLINK_NOFOLLOW));
}

long clinux_set_times(
  int descriptor, const char *name, int64_t accessed, int32_t accessed_nanoseconds, int64_t modified,
  int32_t modified_nanoseconds) {
  struct timespec times[2] = {
    {.tv_sec = accessed, .tv_nsec = accessed_nanoseconds}, {.tv_sec = modified, .tv_nsec = modified_nanoseconds}};
  if (!name) return CALL(futimens(descriptor, times));
  return CALL(utimensat(descriptor, name, times, AT_SYMLINK_NOFOLLOW));
}

// The only way to the attributes of a link, a device or a fifo beneath a descriptor.
static char *path_beneath(int directory, const char *name) {
  char *path = NULL;
  return asprintf(&path, "/proc/self/fd/%d/%s", directory, name) < 0 ? NULL : path;
}

#define AT_PATH(name, call)                   \
  ({                                          \
    char *path = path_beneath(descriptor, name); \
    long at_result = path ? CALL(call) : -ENOMEM; \
    free(path);                               \
    at_result;                                \
  })

long clinux_list_attributes(int descriptor, const char *name, char *buffer, size_t count) {
  if (!name) return CALL(flistxattr(descriptor, buffer, count));
  return AT_PATH(name, llistxattr(path, buffer, count));
}

long clinux_get_attribute(int descriptor, const char *name, const char *attribute, void *buffer, size_t count) {
  if (!name) return CALL(fgetxattr(descriptor, attribute, buffer, count));
  return AT_PATH(name, lgetxattr(path, attribute, buffer, count));
}

long clinux_set_attribute(int descriptor, const char *name, const char *attribute, const void *value, size_t count) {
  if (!name) return CALL(fsetxattr(descriptor, attribute, value, count, 0));
  return AT_PATH(name, lsetxattr(path, attribute, value, count, 0));
}

long clinux_remove_attribute(int descriptor, const char *name, const char *attribute) {
  if (!name) return CALL(fremovexattr(descriptor, attribute));
  return AT_PATH(name, lremovexattr(path, attribute));
}

long clinux_file_system(int descriptor, struct clinux_file_system *result) {
  struct statfs status;
  long failure = CALL(fstatfs(descriptor, &status));
  if (failure < 0) return failure;
  result->type = (uint32_t)status.f_type;
  result->available = (uint64_t)status.f_bavail * status.f_frsize;
  result->total = (uint64_t)status.f_blocks * status.f_frsize;
  return 0;
}

char *clinux_current_directory(void) { return getcwd(NULL, 0); }

const char *clinux_error_text(int code) { return strerrordesc_np(code); }

long clinux_wait_until_readable(int descriptor, int milliseconds) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  int result = poll(&wanted, 1, milliseconds);
  if (result < 0) return errno == EINTR ? 0 : -errno;
  return result > 0;
}
