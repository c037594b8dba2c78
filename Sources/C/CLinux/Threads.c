#include "CLinux.h"
#include "Calls.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct start {
  void (*body)(void *);
  void *context;
  char name[16];
};

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  pthread_setname_np(pthread_self(), start.name);
  start.body(start.context);
  return NULL;
}

long clinux_start_thread(const char *name, size_t stack_size, void (*body)(void *), void *context) {
  struct start *start = calloc(1, sizeof *start);
  if (!start) return -ENOMEM;
  start->body = body;
  start->context = context;
  strncpy(start->name, name, sizeof start->name - 1);  // longer names are refused by the kernel
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int failure = pthread_attr_setstacksize(&attributes, stack_size);
  pthread_t thread;
  if (!failure) failure = pthread_create(&thread, &attributes, run, start);
  pthread_attr_destroy(&attributes);
  if (failure) free(start);
  return -failure;
}

struct clinux_monitor {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
  int waiting;
};

static void insist(int failure) {
  if (failure) abort();  // a wrong use or no memory: nothing to go on with
}

struct clinux_monitor *clinux_monitor_create(void) {
  struct clinux_monitor *monitor = calloc(1, sizeof *monitor);
  insist(!monitor);
  insist(pthread_mutex_init(&monitor->mutex, NULL));
  pthread_condattr_t attributes;
  insist(pthread_condattr_init(&attributes));
  insist(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
  insist(pthread_cond_init(&monitor->condition, &attributes));
  pthread_condattr_destroy(&attributes);
  return monitor;
}

void clinux_monitor_destroy(struct clinux_monitor *monitor) {
  pthread_cond_destroy(&monitor->condition);
  pthread_mutex_destroy(&monitor->mutex);
  free(monitor);
}

void clinux_monitor_acquire(struct clinux_monitor *monitor) { insist(pthread_mutex_lock(&monitor->mutex)); }

void clinux_monitor_release(struct clinux_monitor *monitor, int wakes) {
  if (wakes && monitor->waiting > 0) pthread_cond_broadcast(&monitor->condition);
  insist(pthread_mutex_unlock(&monitor->mutex));
}

void clinux_monitor_wait(struct clinux_monitor *monitor) {
  monitor->waiting++;
  insist(pthread_cond_wait(&monitor->condition, &monitor->mutex));
  monitor->waiting--;
}

int clinux_monitor_wait_until(struct clinux_monitor *monitor, int64_t seconds, int64_t nanoseconds) {
  struct timespec deadline = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  monitor->waiting++;
  int result = pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &deadline);
  monitor->waiting--;
  if (result == ETIMEDOUT) return 0;
  insist(result);
  return 1;
}
