/*
 * The clock of a process, moved by as many seconds as a file says, from one moment to the next:
 * loaded before the C library (LD_PRELOAD), it answers for it. What measures how much time has
 * passed (CLOCK_MONOTONIC) is left alone, as it is when somebody sets the clock of a machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile long *seconds;
static int (*original)(clockid_t, struct timespec *);

__attribute__((constructor)) static void prepare(void) {
  int file = open(getenv("MOVED_CLOCK"), O_RDONLY);
  seconds = mmap(0, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
  if (file < 0 || seconds == MAP_FAILED) {
    abort();
  }
  original = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!original) { /* another constructor asks */
    prepare();
  }
  int failed = original(clock, now);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += *seconds;
  }
  return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec exact;
  int failed = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return failed;
}

time_t time(time_t *now) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now) {
    *now = exact.tv_sec;
  }
  return exact.tv_sec;
}
