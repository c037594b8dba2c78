#include "CLinux.h"

#include <malloc.h>
#include "Calls.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int clinux_processor_count(void) {
  // The kernel refuses sets smaller than its own.
  for (int processors = 1024; processors <= 1 << 20; processors *= 4) {
    cpu_set_t *set = CPU_ALLOC(processors);
    if (!set) break;
    size_t size = CPU_ALLOC_SIZE(processors);
    int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? online : 1;
}

int32_t clinux_local_offset(int64_t seconds) {
  time_t time = seconds;
  struct tm local;
  return localtime_r(&time, &local) ? local.tm_gmtoff : 0;
}

void clinux_now(int64_t *seconds, int32_t *nanoseconds) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  *seconds = time.tv_sec;
  *nanoseconds = time.tv_nsec;
}

void clinux_monotonic(int64_t *seconds, int64_t *nanoseconds) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  *seconds = time.tv_sec;
  *nanoseconds = time.tv_nsec;
}

static long copied(const char *name, char *buffer, size_t count) {
  size_t length = name ? strlen(name) : 0;
  if (length > count) return -ERANGE;
  memcpy(buffer, name, length);
  return length;
}

long clinux_user_name(uint32_t id, char *buffer, size_t count) {
  for (size_t size = 1024; size <= 1 << 20; size *= 4) {
    char *scratch = malloc(size);
    if (!scratch) return -ENOMEM;
    struct passwd entry, *found = NULL;
    int failure = getpwuid_r(id, &entry, scratch, size, &found);
    long result = found ? copied(found->pw_name, buffer, count) : 0;
    free(scratch);
    if (failure != ERANGE) return result;
  }
  return 0;
}

long clinux_group_name(uint32_t id, char *buffer, size_t count) {
  for (size_t size = 1024; size <= 16 << 20; size *= 4) {
    char *scratch = malloc(size);
    if (!scratch) return -ENOMEM;
    struct group entry, *found = NULL;
    int failure = getgrgid_r(id, &entry, scratch, size, &found);
    long result = found ? copied(found->gr_name, buffer, count) : 0;
    free(scratch);
    if (failure != ERANGE) return result;
  }
  return 0;
}

long clinux_host_name(char *buffer, size_t count) {
  long result = CALL(gethostname(buffer, count));
  return result < 0 ? result : (long)strnlen(buffer, count);
}

const char *clinux_environment_value(const char *name) { return getenv(name); }

long clinux_set_environment_value(const char *name, const char *value) {
  long result = value ? CALL(setenv(name, value, 1)) : CALL(unsetenv(name));
  tzset();
  return result;
}

char **clinux_environment(void) { return environ; }

int clinux_terminal_width(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

long clinux_terminal_silence(int descriptor, struct termios *saved) {
  long result = CALL(tcgetattr(descriptor, saved));
  if (result < 0) return result;
  struct termios silent = *saved;
  silent.c_lflag &= ~(ECHO | ECHOE | ECHOK);
  silent.c_lflag |= ECHONL | ICANON | ISIG;
  silent.c_cc[VQUIT] = _POSIX_VDISABLE;
  silent.c_cc[VSUSP] = _POSIX_VDISABLE;
  return CALL(tcsetattr(descriptor, TCSAFLUSH, &silent));
}

void clinux_terminal_restore(int descriptor, const struct termios *saved) {
  (void)CALL(tcsetattr(descriptor, TCSANOW, saved));
}

int clinux_terminal_echoes(int descriptor) {
  struct termios state;
  return tcgetattr(descriptor, &state) == 0 && (state.c_lflag & ECHO);
}

long clinux_make_terminal(int descriptors[2]) {
  char name[128];
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (master < 0) return -errno;
  int failure = grantpt(master) || unlockpt(master) ? errno : ptsname_r(master, name, sizeof name);
  int side = failure ? -1 : open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (!failure && side < 0) failure = errno;
  if (failure) {
    close(master);
    return -failure;
  }
  descriptors[0] = master;
  descriptors[1] = side;
  return 0;
}

long clinux_take_terminal(int descriptor) {
  long result = CALL(setsid());
  return result < 0 ? result : CALL(ioctl(descriptor, TIOCSCTTY, 0));
}

long clinux_await_either(int first, int second) {
  struct pollfd waited[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
  long result = CALL(poll(waited, 2, -1));
  if (result < 0) return result;
  return waited[1].revents ? 0 : 1;
}

void clinux_return_freed_memory_early(void) {
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

void clinux_return_freed_memory(void) { malloc_trim(0); }
