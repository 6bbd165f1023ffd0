#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

// Linux 4.13; the number is the kernel's and the same everywhere but on parisc and sparc.
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

struct clinux_peer clinux_peer_of(int32_t descriptor) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
    return (struct clinux_peer){.error = errno, .uid = UINT32_MAX, .gid = UINT32_MAX};
  return (struct clinux_peer){.error = 0, .uid = credentials.uid, .gid = credentials.gid};
}

int32_t clinux_peer_groups(int32_t descriptor, uint32_t *groups, uint32_t capacity, uint32_t *count) {
  _Static_assert(sizeof(gid_t) == sizeof(uint32_t), "gid_t is 32 bits wide on Linux");
  if (capacity > 65536)
    return EINVAL;
  socklen_t length = (socklen_t)(capacity * sizeof *groups);
  *count = 0;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0)
    return errno;
  *count = (uint32_t)(length / sizeof *groups);
  return 0;
}

static int32_t option(int32_t descriptor, int name, int *value) {
  socklen_t length = sizeof *value;
  return getsockopt(descriptor, SOL_SOCKET, name, value, &length) == 0 ? 0 : errno;
}

int32_t clinux_is_listening_unix(int32_t descriptor) {
  int domain = 0, type = 0, listening = 0;
  int32_t error = option(descriptor, SO_DOMAIN, &domain);
  if (error == 0)
    error = option(descriptor, SO_TYPE, &type);
  if (error == 0)
    error = option(descriptor, SO_ACCEPTCONN, &listening);
  if (error != 0)
    return error;
  return domain == AF_UNIX && type == SOCK_STREAM && listening ? 0 : EINVAL;
}

int32_t clinux_name_thread(const char *name) {
  char cut[16] = {0};
  strncpy(cut, name, sizeof cut - 1);
  return pthread_setname_np(pthread_self(), cut);
}

int32_t clinux_request_fifo(int32_t priority) {
  struct sched_param parameters = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0 ? 0 : errno;
}

int32_t clinux_request_ordinary(void) {
  struct sched_param parameters = {.sched_priority = 0};
  return sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters) == 0 ? 0 : errno;
}

int32_t clinux_is_fifo(void) {
  int policy = sched_getscheduler(0);
  return policy >= 0 && (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
}

int32_t clinux_lock_memory(void) {
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? 0 : errno;
}

int32_t clinux_eventfd(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor >= 0 ? descriptor : -errno;
}

int32_t clinux_eventfd_signal(int32_t descriptor) {
  uint64_t one = 1;
  ssize_t written;
  do
    written = write(descriptor, &one, sizeof one);
  while (written < 0 && errno == EINTR);
  return written < 0 ? errno : 0;
}

int32_t clinux_eventfd_clear(int32_t descriptor) {
  uint64_t counter;
  ssize_t taken;
  do
    taken = read(descriptor, &counter, sizeof counter);
  while (taken < 0 && errno == EINTR);
  return taken < 0 ? errno : 0;
}

int32_t clinux_wait_ready(
    const int32_t *descriptors, const uint8_t *writing, uint8_t *ready, uint32_t count, int64_t nanoseconds) {
  struct pollfd wanted[64];
  if (count > 64)
    return EINVAL;
  for (uint32_t i = 0; i < count; i++) {
    wanted[i] = (struct pollfd){.fd = descriptors[i], .events = writing[i] ? POLLIN | POLLOUT : POLLIN};
    ready[i] = 0;
  }
  struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  int found = ppoll(wanted, count, nanoseconds < 0 ? NULL : &time, NULL);
  if (found < 0)
    return errno == EINTR ? 0 : errno;
  for (uint32_t i = 0; i < count; i++)
    ready[i] = wanted[i].revents != 0;
  return 0;
}

int64_t clinux_boottime_nanoseconds(void) {
  struct timespec now;
  // Cannot fail for a clock the kernel has had since 2.6.39.
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int32_t clinux_clock_is_kept(void) {
  struct timex state = {.modes = 0};
  if (adjtimex(&state) < 0)
    return -errno;
  // The kernel lets the error grow to this bound when nobody corrects it. STA_UNSYNC says something else: some time
  // services set it to keep the kernel from writing the hardware clock.
  return state.maxerror < 16000000;
}

int32_t clinux_hear_devices(void) {
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  if (descriptor < 0)
    return errno;
  // Group 2 is udev's own: what it sends after its rules have run.
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 2};
  int32_t error = bind(descriptor, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
  close(descriptor);
  return error;
}

static uint64_t limit(int resource) {
  struct rlimit limits;
  return getrlimit(resource, &limits) == 0 ? limits.rlim_cur : 0;
}

uint64_t clinux_realtime_limit(void) { return limit(RLIMIT_RTPRIO); }

uint64_t clinux_lock_limit(void) { return limit(RLIMIT_MEMLOCK); }
