#include "CRecordingDisk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/// Directories that may be watched at once: tests run side by side, some with two of them.
enum { WATCHES = 64, LONGEST = 1024 };

typedef struct watch {
  char directory[LONGEST];
  size_t length;
  void *context;
  crd_listener listener;
} watch;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static watch watches[WATCHES];
static sqlite3_vfs *below;
static sqlite3_vfs layer;

/// What SQLite holds for an open file; the file below follows it in the same memory.
typedef struct layered_file {
  sqlite3_file base;
  /// NULL for a file nobody watches.
  crd_listener listener;
  void *context;
  const char *path;
} layered_file;

static sqlite3_file *under(sqlite3_file *file) { return (sqlite3_file *)((layered_file *)file + 1); }

static int find_watch(const char *path, crd_listener *listener, void **context) {
  if (path == NULL) return 0;
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return 0;
  size_t length = (size_t)(slash - path);
  int found = 0;
  pthread_mutex_lock(&mutex);
  for (int index = 0; index < WATCHES && !found; index++) {
    watch *each = &watches[index];
    if (each->listener == NULL || each->length != length || memcmp(each->directory, path, length) != 0) continue;
    *listener = each->listener;
    *context = each->context;
    found = 1;
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

/// Asks before an operation: 0 to do it, CRD_SKIP, or the code to fail with.
static int before(layered_file *file, crd_event *event) {
  if (file->listener == NULL) return SQLITE_OK;
  event->path = file->path;
  event->done = 0;
  return file->listener(file->context, event);
}

static int after(layered_file *file, crd_event *event, int code) {
  if (file->listener == NULL || code != SQLITE_OK) return code;
  event->done = 1;
  return file->listener(file->context, event);
}

static int layer_close(sqlite3_file *file) { return under(file)->pMethods->xClose(under(file)); }

static int layer_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  return under(file)->pMethods->xRead(under(file), bytes, count, offset);
}

static int layer_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  layered_file *ours = (layered_file *)file;
  crd_event event = {.operation = CRD_WRITE, .bytes = bytes, .count = count, .offset = offset};
  int code = before(ours, &event);
  if (code == CRD_SKIP) return SQLITE_OK;
  if (code != SQLITE_OK) return code;
  return after(ours, &event, under(file)->pMethods->xWrite(under(file), bytes, count, offset));
}

static int layer_truncate(sqlite3_file *file, sqlite3_int64 size) {
  layered_file *ours = (layered_file *)file;
  crd_event event = {.operation = CRD_TRUNCATE, .offset = size};
  int code = before(ours, &event);
  if (code == CRD_SKIP) return SQLITE_OK;
  if (code != SQLITE_OK) return code;
  return after(ours, &event, under(file)->pMethods->xTruncate(under(file), size));
}

static int layer_sync(sqlite3_file *file, int flags) {
  layered_file *ours = (layered_file *)file;
  crd_event event = {.operation = CRD_SYNC};
  int code = before(ours, &event);
  if (code != SQLITE_OK && code != CRD_SKIP) return code;
  int done = code == CRD_SKIP ? SQLITE_OK : under(file)->pMethods->xSync(under(file), flags);
  return after(ours, &event, done);
}

static int layer_size(sqlite3_file *file, sqlite3_int64 *size) {
  return under(file)->pMethods->xFileSize(under(file), size);
}
static int layer_lock(sqlite3_file *file, int kind) { return under(file)->pMethods->xLock(under(file), kind); }
static int layer_unlock(sqlite3_file *file, int kind) { return under(file)->pMethods->xUnlock(under(file), kind); }
static int layer_reserved(sqlite3_file *file, int *result) {
  return under(file)->pMethods->xCheckReservedLock(under(file), result);
}
static int layer_control(sqlite3_file *file, int operation, void *argument) {
  return under(file)->pMethods->xFileControl(under(file), operation, argument);
}
static int layer_sector(sqlite3_file *file) { return under(file)->pMethods->xSectorSize(under(file)); }
static int layer_traits(sqlite3_file *file) { return under(file)->pMethods->xDeviceCharacteristics(under(file)); }
static int layer_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
  return under(file)->pMethods->xShmMap(under(file), page, size, extend, memory);
}
static int layer_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return under(file)->pMethods->xShmLock(under(file), offset, count, flags);
}
static void layer_barrier(sqlite3_file *file) { under(file)->pMethods->xShmBarrier(under(file)); }
static int layer_unmap(sqlite3_file *file, int remove) {
  return under(file)->pMethods->xShmUnmap(under(file), remove);
}
/// No page is handed out as mapped memory: SQLite then writes every one through `xWrite`, where it is seen.
static int layer_fetch(sqlite3_file *file, sqlite3_int64 offset, int count, void **page) {
  (void)file, (void)offset, (void)count;
  *page = NULL;
  return SQLITE_OK;
}
static int layer_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page) {
  (void)file, (void)offset, (void)page;
  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = layer_close,
    .xRead = layer_read,
    .xWrite = layer_write,
    .xTruncate = layer_truncate,
    .xSync = layer_sync,
    .xFileSize = layer_size,
    .xLock = layer_lock,
    .xUnlock = layer_unlock,
    .xCheckReservedLock = layer_reserved,
    .xFileControl = layer_control,
    .xSectorSize = layer_sector,
    .xDeviceCharacteristics = layer_traits,
    .xShmMap = layer_map,
    .xShmLock = layer_shm_lock,
    .xShmBarrier = layer_barrier,
    .xShmUnmap = layer_unmap,
    .xFetch = layer_fetch,
    .xUnfetch = layer_unfetch,
};

static int layer_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *outFlags) {
  (void)vfs;
  layered_file *ours = (layered_file *)file;
  memset(ours, 0, sizeof *ours);
  // SQLite keeps the name for as long as the file is open.
  ours->path = name;
  if (!find_watch(name, &ours->listener, &ours->context)) ours->listener = NULL;
  crd_event event = {.operation = CRD_OPEN};
  int code = before(ours, &event);
  if (code == SQLITE_OK) code = below->xOpen(below, name, under(file), flags, outFlags);
  if (code == SQLITE_OK) code = after(ours, &event, code);
  ours->base.pMethods = under(file)->pMethods == NULL ? NULL : &methods;
  return code;
}

static int layer_delete(sqlite3_vfs *vfs, const char *name, int syncDirectory) {
  (void)vfs;
  layered_file named = {.path = name};
  if (!find_watch(name, &named.listener, &named.context)) named.listener = NULL;
  crd_event event = {.operation = CRD_DELETE};
  int code = before(&named, &event);
  if (code == CRD_SKIP) return SQLITE_OK;
  if (code != SQLITE_OK) return code;
  return after(&named, &event, below->xDelete(below, name, syncDirectory));
}

int32_t crd_install(void) {
  pthread_mutex_lock(&mutex);
  int code = SQLITE_OK;
  if (below == NULL) {
    code = sqlite3_initialize();
    below = sqlite3_vfs_find(NULL);
    // Everything but opening and deleting is the one below's own business: its functions find their data in it.
    layer = *below;
    layer.zName = "smpd-recording";
    layer.pNext = NULL;
    layer.szOsFile = (int)sizeof(layered_file) + below->szOsFile;
    layer.xOpen = layer_open;
    layer.xDelete = layer_delete;
    if (code == SQLITE_OK) code = sqlite3_vfs_register(&layer, 1);
  }
  pthread_mutex_unlock(&mutex);
  return code;
}

int32_t crd_watch(const char *directory, void *context, crd_listener listener) {
  size_t length = strlen(directory);
  int32_t found = -1;
  if (length >= LONGEST) return found;
  pthread_mutex_lock(&mutex);
  for (int32_t index = 0; index < WATCHES && found < 0; index++) {
    if (watches[index].listener != NULL) continue;
    memcpy(watches[index].directory, directory, length + 1);
    watches[index].length = length;
    watches[index].context = context;
    watches[index].listener = listener;
    found = index;
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

void crd_unwatch(int32_t watch) {
  pthread_mutex_lock(&mutex);
  if (watch >= 0 && watch < WATCHES) watches[watch].listener = NULL;
  pthread_mutex_unlock(&mutex);
}
