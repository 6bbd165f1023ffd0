// What Swift's Glibc module cannot reach: constants and types behind _GNU_SOURCE, and prctl-like calls.
//
// A header-only shim would need _GNU_SOURCE before anybody else includes a system header, and clashes with the Glibc
// module in some build orders. So this is compiled C, and its header shows only plain types of its own.
//
// Every function returns 0 or an errno value unless it says otherwise; none sets errno for the caller to read.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>

/// The far end of a Unix socket as the kernel saw it when it connected. Without the pid on purpose: a pid can be
/// taken over by another process before anybody looks at it.
struct clinux_peer {
  /// 0, or the errno that made the rest meaningless.
  int32_t error;
  uint32_t uid;
  uint32_t gid;
};

/// SO_PEERCRED. Here because `struct ucred` exists only with _GNU_SOURCE.
struct clinux_peer clinux_peer_of(int32_t descriptor);

/// SO_PEERGROUPS: supplementary groups of the far end, at most `capacity` of them into `groups`, their number into
/// `count`. ERANGE when there are more. Here because the option is not in the Glibc module.
int32_t clinux_peer_groups(int32_t descriptor, uint32_t *groups, uint32_t capacity, uint32_t *count);

/// SO_ACCEPTCONN with SO_DOMAIN and SO_TYPE: 0 when the descriptor is a listening Unix stream socket. EINVAL: it is a
/// socket of another kind or a connected one, as `varlinkctl exec:` hands over. Here because the options are macros
/// and enumerators the Glibc module does not import.
int32_t clinux_is_listening_unix(int32_t descriptor);

/// Names the calling thread in ps, gdb and the kernel's log; longer names are cut to 15 bytes. Here because
/// pthread_setname_np exists only with _GNU_SOURCE.
int32_t clinux_name_thread(const char *name);

/// Asks for SCHED_FIFO at this priority (1 to 99) for the calling thread, reset on fork. EPERM without RLIMIT_RTPRIO
/// or CAP_SYS_NICE. Here because SCHED_RESET_ON_FORK exists only with _GNU_SOURCE and 0 names the calling thread
/// only to sched_setscheduler, whose glibc wrapper is easily taken for a per-process call.
int32_t clinux_request_fifo(int32_t priority);

/// 1 when the calling thread runs under SCHED_FIFO, otherwise 0: what was asked for is not always what one got.
int32_t clinux_is_fifo(void);

/// Gives SCHED_FIFO back for the calling thread. 0 or an errno. In C for the same reason as the asking.
int32_t clinux_request_ordinary(void);

/// mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT): pages stay once touched, untouched ones cost nothing. EPERM or
/// ENOMEM without RLIMIT_MEMLOCK. Here because MCL_ONFAULT is not in the Glibc module.
int32_t clinux_lock_memory(void);

/// A close-on-exec, non-blocking eventfd, or a negative errno. Here because <sys/eventfd.h> is not in the Glibc
/// module. The counter is read and written with the two functions below.
int32_t clinux_eventfd(void);

/// Adds 1 to an eventfd: wakes who waits for it. Never blocks; EAGAIN (the counter is full) still means "awake".
int32_t clinux_eventfd_signal(int32_t descriptor);

/// Takes an eventfd's counter back to 0. EAGAIN when it was 0.
int32_t clinux_eventfd_clear(int32_t descriptor);

/// Waits until one of `count` descriptors (at most 64) can be read or has ended, or `nanoseconds` have passed; negative
/// waits for ever. Where `writing` has a 1 it is also waited for until it can be written. `ready` gets a 1 for each that
/// can. Interrupted is as good as passed. Here because ppoll, the only poll that knows less than a millisecond, exists
/// only with _GNU_SOURCE.
int32_t clinux_wait_ready(
    const int32_t *descriptors, const uint8_t *writing, uint8_t *ready, uint32_t count, int64_t nanoseconds);

/// Nanoseconds since boot, time asleep included (CLOCK_BOOTTIME): the host monotonic clock. Here because the clock's
/// number is a macro that Swift's clock_gettime overlay does not import.
int64_t clinux_boottime_nanoseconds(void);

/// adjtimex without a change: 1 when a time service keeps the clock, 0 when none does, a negative errno when that cannot
/// be asked (EPERM: the service manager's ProtectClock=). Here because <sys/timex.h> is not in the Glibc module.
int32_t clinux_clock_is_kept(void);

/// Whether udev's messages about devices can be heard: opens such a socket and closes it. EAFNOSUPPORT where the service
/// manager forbids AF_NETLINK. Here because <linux/netlink.h> is not in the Glibc module.
int32_t clinux_hear_devices(void);

/// RLIMIT_RTPRIO: the highest SCHED_FIFO priority this process may ask for; 0 when it cannot be told. Here, as the next
/// one, because the limit's number is not in the Glibc module.
uint64_t clinux_realtime_limit(void);

/// RLIMIT_MEMLOCK in bytes, UINT64_MAX for no limit; 0 when it cannot be told.
uint64_t clinux_lock_limit(void);

#endif
