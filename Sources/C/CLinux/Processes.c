#include "CLinux.h"
#include "Calls.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_stream(posix_spawn_file_actions_t *actions, int stream, int descriptor) {
  if (stream == CLINUX_SPAWN_INHERITED) return 0;
  if (stream != CLINUX_SPAWN_NULL) return posix_spawn_file_actions_adddup2(actions, stream, descriptor);
  int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
  return posix_spawn_file_actions_addopen(actions, descriptor, "/dev/null", flags, 0);
}

static int set_attributes(posix_spawnattr_t *attributes, int group) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  // Whoever leads a session leads a group too, and may not ask for one.
  if (group == CLINUX_SPAWN_OWN_GROUP) flags |= POSIX_SPAWN_SETPGROUP;
  if (group == CLINUX_SPAWN_OWN_SESSION) flags |= POSIX_SPAWN_SETSID;
  int failure = posix_spawnattr_setsigdefault(attributes, &all);
  if (!failure) failure = posix_spawnattr_setsigmask(attributes, &none);
  if (!failure) failure = posix_spawnattr_setpgroup(attributes, 0);
  if (!failure) failure = posix_spawnattr_setflags(attributes, flags);
  return failure;
}

long clinux_spawn(
  char *const *arguments, char *const *environment, const char *directory, int input, int output, int errors, int group) {
  posix_spawn_file_actions_t actions;
  int failure = posix_spawn_file_actions_init(&actions);
  if (failure) return -failure;
  posix_spawnattr_t attributes;
  failure = posix_spawnattr_init(&attributes);
  if (failure) {
    posix_spawn_file_actions_destroy(&actions);
    return -failure;
  }
  pid_t process = 0;
  failure = set_attributes(&attributes, group);
  if (!failure && directory) failure = posix_spawn_file_actions_addchdir_np(&actions, directory);
  if (!failure) failure = set_stream(&actions, input, STDIN_FILENO);
  if (!failure) failure = set_stream(&actions, output, STDOUT_FILENO);
  if (!failure) failure = set_stream(&actions, errors, STDERR_FILENO);
  if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (!failure) failure = posix_spawnp(&process, arguments[0], &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure ? -failure : process;
}

long clinux_pipe(int descriptors[2]) {
  long result = CALL(pipe2(descriptors, O_CLOEXEC));
  if (result < 0) return result;
  for (int end = 0; end < 2; end++) {
    if (descriptors[end] > STDERR_FILENO) continue;
    long moved = clinux_duplicate(descriptors[end]);
    if (moved < 0) {
      close(descriptors[0]);
      close(descriptors[1]);
      return moved;
    }
    close(descriptors[end]);
    descriptors[end] = moved;
  }
  return 0;
}

long clinux_await_exit(int process) {
  siginfo_t information;
  return CALL(waitid(P_PID, process, &information, WEXITED | WNOWAIT));
}

long clinux_reap(int process, int *status) { return CALL(waitpid(process, status, 0)); }

long clinux_kill(int process, int signal) { return CALL(kill(process, signal)); }

void clinux_ignore_signal(int number) { signal(number, SIG_IGN); }

static sigset_t set_of(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
  return set;
}

static volatile sig_atomic_t signal_pipe = -1;

static void note_signal(int number) {
  int saved = errno;
  unsigned char byte = number;
  ssize_t ignored = write(signal_pipe, &byte, 1);
  (void)ignored;
  errno = saved;
}

long clinux_watch_signals(const int *signals, size_t count, int pipe) {
  // A handler that blocks would be the end; the pipe holds more signals than anyone sends.
  long result = CALL(fcntl(pipe, F_SETFL, O_NONBLOCK));
  if (result < 0) return result;
  signal_pipe = pipe;
  sigset_t set = set_of(signals, count);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (size_t index = 0; index < count && result >= 0; index++) {
    result = CALL(sigaction(signals[index], &action, NULL));
  }
  return result;
}

void clinux_welcome_signals(const int *signals, size_t count) {
  sigset_t set = set_of(signals, count);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
