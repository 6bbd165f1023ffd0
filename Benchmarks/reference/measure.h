// What the reference programs share: one clock, percentiles, and the class they run in.
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static inline int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static inline int compare_times(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

// Sorts the times and prints their percentiles in microseconds, without the brace that ends the object.
static inline void print_percentiles(const char *name, int64_t *times, int count) {
  qsort(times, (size_t)count, sizeof *times, compare_times);
  const struct { const char *name; double share; } wanted[] = {{"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}};
  printf("{\"benchmark\":\"%s\",\"count\":%d", name, count);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    printf(",\"%s_us\":%.2f", wanted[i].name, (double)times[(int)((count - 1) * wanted[i].share)] / 1000);
  printf(",\"maximum_us\":%.2f", (double)times[count - 1] / 1000);
}

// Real-time, so that the wait of this program for a busy machine is not measured. Returns the class it runs in.
static inline const char *become_realtime(void) {
  struct sched_param parameters = {.sched_priority = 10};
  mlockall(MCL_CURRENT | MCL_FUTURE);
  return sched_setscheduler(0, SCHED_FIFO, &parameters) == 0 ? "SCHED_FIFO" : "SCHED_OTHER";
}

static inline void move_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) fail("sched_setaffinity");
}
