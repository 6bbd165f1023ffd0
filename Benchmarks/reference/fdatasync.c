// What making something durable costs here, with nothing around it: append 200 bytes, fdatasync.
//   fdatasync DIRECTORY [COUNT [PAUSE]]      PAUSE in microseconds, before each
#include "measure.h"

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: fdatasync DIRECTORY [COUNT [PAUSE]]\n");
    return 64;
  }
  int count = argc > 2 ? atoi(argv[2]) : 3000;
  if (count < 1) return 64;
  useconds_t pause = argc > 3 ? (useconds_t)atoi(argv[3]) : 0;
  char path[4096], record[200];
  if (snprintf(path, sizeof path, "%s/fdatasync.XXXXXX", argv[1]) >= (int)sizeof path) return 64;
  memset(record, 'x', sizeof record);
  int64_t *times = malloc((size_t)count * sizeof *times);
  int file = mkstemp(path);
  if (!times || file < 0) fail(path);
  unlink(path);
  for (int i = 0; i < count; i++) {
    if (pause > 0) usleep(pause);
    int64_t begin = nanoseconds();
    if (write(file, record, sizeof record) != sizeof record || fdatasync(file) != 0) fail(path);
    times[i] = nanoseconds() - begin;
  }
  print_percentiles("fdatasync", times, count);
  printf(",\"bytes\":%zu}\n", sizeof record);
}
