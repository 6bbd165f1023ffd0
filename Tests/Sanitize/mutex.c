// Tells ThreadSanitizer what it cannot see of Swift's Mutex. Linked into the programs of `make sanitize` alone.
//
// The fast way of Mutex is an atomic exchange, compiled into the caller and seen. The slow way, taken when another thread
// holds the lock, is inside libswiftSynchronization, which is not instrumented: the kernel hands the lock over (futex,
// priority inheritance), and every hand-over looked like a race. These functions take the place of the library's, call
// them, and say what each means: a release before the lock is given away, an acquire after it was taken. Nothing is
// suppressed by this: a race on what a lock does not protect is reported as before.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

// A method's self travels in a register of Swift's own.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void lock_slow(uint32_t thread, SELF);
typedef SWIFT _Bool try_lock_slow(SELF);
typedef SWIFT void unlock_slow(SELF);

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) {
    fprintf(stderr, "sanitize: %s is not there: Swift's Mutex has changed, and mutex.c must follow\n", name);
    abort();
  }
  return function;
}

SWIFT void mutex_lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void mutex_lock_slow(uint32_t thread, SELF) {
  static lock_slow *real;
  lock_slow *function = __atomic_load_n(&real, __ATOMIC_RELAXED);
  if (!function) __atomic_store_n(&real, function = (lock_slow *)next(LOCK_SLOW), __ATOMIC_RELAXED);
  function(thread, self);
  __tsan_acquire(self);
}

SWIFT _Bool mutex_try_lock_slow(SELF) __asm__(TRY_LOCK_SLOW);
SWIFT _Bool mutex_try_lock_slow(SELF) {
  static try_lock_slow *real;
  try_lock_slow *function = __atomic_load_n(&real, __ATOMIC_RELAXED);
  if (!function) __atomic_store_n(&real, function = (try_lock_slow *)next(TRY_LOCK_SLOW), __ATOMIC_RELAXED);
  _Bool taken = function(self);
  if (taken) __tsan_acquire(self);
  return taken;
}

SWIFT void mutex_unlock_slow(SELF) __asm__(UNLOCK_SLOW);
SWIFT void mutex_unlock_slow(SELF) {
  static unlock_slow *real;
  unlock_slow *function = __atomic_load_n(&real, __ATOMIC_RELAXED);
  if (!function) __atomic_store_n(&real, function = (unlock_slow *)next(UNLOCK_SLOW), __ATOMIC_RELAXED);
  __tsan_release(self);
  function(self);
}
