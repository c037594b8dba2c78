#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

// posix_spawn knows no signal for the death of the starter: here is the little of it that is needed, with one.

struct start {
  char *const *arguments, *const *environment;
  const char *directory;
  int streams[3];
  pid_t starter;
};

static int set_stream(int stream, int descriptor) {
  if (stream == CLINUX_SPAWN_INHERITED) return 0;
  if (stream == CLINUX_SPAWN_NULL) stream = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);
  return stream < 0 || dup2(stream, descriptor) < 0 ? errno : 0;
}

/// Runs in the child, in the memory of the parent, which stands still: nothing but calls of the kernel. Comes back with an
/// error number, or not at all.
static int become(const struct start *start) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
  // It may have died before it was asked for.
  if (getppid() != start->starter) return ESRCH;
  if (setsid() < 0) return errno;
  struct sigaction usual = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &usual, NULL);
  if (start->directory && chdir(start->directory) < 0) return errno;
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    int failure = set_stream(start->streams[descriptor], descriptor);
    if (failure) return failure;
  }
  if (close_range(STDERR_FILENO + 1, ~0U, 0) < 0) return errno;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execvpe(start->arguments[0], start->arguments, start->environment);
  return errno;
}

long clinux_spawn_bound(
  char *const *arguments, char *const *environment, const char *directory, int input, int output, int errors) {
  const struct start start = {arguments, environment, directory, {input, output, errors}, getpid()};
  volatile int failure = 0;
  // No handler of ours may run in the child, which shares our memory.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t process = vfork();
  if (process == 0) {
    failure = become(&start);
    _exit(127);
  }
  int refused = process < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (refused) return -refused;
  if (!failure) return process;
  int ignored;
  clinux_reap(process, &ignored);
  return -(long)failure;
}
