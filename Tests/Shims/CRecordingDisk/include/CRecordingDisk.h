#ifndef CRECORDING_DISK_H
#define CRECORDING_DISK_H

#include <stdint.h>

/// A layer over SQLite's file system, for tests: tells what SQLite does to the files of watched directories, before and
/// after, and lets each operation fail. Files elsewhere pass through untouched.
///
/// In C because an SQLite file system is a table of C functions over memory that SQLite lays out.

typedef enum crd_operation {
  CRD_OPEN = 0,
  CRD_WRITE = 1,
  CRD_TRUNCATE = 2,
  CRD_SYNC = 3,
  CRD_DELETE = 4,
} crd_operation;

typedef struct crd_event {
  crd_operation operation;
  /// 0 before the operation, 1 after it succeeded.
  int32_t done;
  const char *path;
  /// What is written, and where; the new length of a truncation is `offset`.
  const void *bytes;
  int64_t count;
  int64_t offset;
} crd_event;

/// An answer to "before": do nothing and report success. Any other answer but 0 is the SQLite code to fail with.
enum { CRD_SKIP = -1 };

typedef int32_t (*crd_listener)(void *context, const crd_event *event);

/// Makes the layer this process's default file system. Again does nothing.
/// Returns an SQLite code.
int32_t crd_install(void);

/// Watches the files directly inside `directory`. Files that are open already stay unwatched.
/// Returns the watch, or -1 when there are too many. `context` must outlive every connection opened under the watch.
int32_t crd_watch(const char *directory, void *context, crd_listener listener);

/// Ends a watch. Connections opened under it must be closed.
void crd_unwatch(int32_t watch);

#endif
