// What one round trip over a Unix socket costs with nothing behind it: two processes, blocking reads, no protocol.
//   pingpong [COUNT [REQUEST_BYTES [REPLY_BYTES [SERVER_CORE [realtime|ordinary [PAUSE]]]]]]
// A SERVER_CORE of -1 leaves the server where it is put; PAUSE is in microseconds, before each round trip.
#include "measure.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGEST = 65536 };

static void transfer(ssize_t (*move)(int, void *, size_t), int descriptor, char *buffer, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t moved = move(descriptor, buffer + done, size - done);
    if (moved == 0) _exit(0);
    if (moved < 0 && errno != EINTR) fail("pingpong");
    if (moved > 0) done += (size_t)moved;
  }
}

static ssize_t write_some(int descriptor, void *buffer, size_t size) { return write(descriptor, buffer, size); }

static size_t size_argument(int argc, char **argv, int index, size_t otherwise) {
  if (argc <= index) return otherwise;
  long size = strtol(argv[index], NULL, 10);
  if (size < 1 || size > LARGEST) {
    fprintf(stderr, "pingpong: sizes are 1 to %d bytes\n", LARGEST);
    exit(64);
  }
  return (size_t)size;
}

int main(int argc, char **argv) {
  static char buffer[LARGEST];
  int count = argc > 1 ? atoi(argv[1]) : 20000;
  if (count < 1) return 64;
  size_t request = size_argument(argc, argv, 2, 64), reply = size_argument(argc, argv, 3, 64);
  int is_realtime = argc > 5 && strcmp(argv[5], "realtime") == 0;
  useconds_t pause = argc > 6 ? (useconds_t)atoi(argv[6]) : 0;
  int64_t *times = malloc((size_t)count * sizeof *times);
  int ends[2];
  if (!times || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("pingpong");

  pid_t child = fork();
  if (child < 0) fail("pingpong");
  if (child == 0) {
    close(ends[0]);
    if (argc > 4 && atoi(argv[4]) >= 0) move_to_core(atoi(argv[4]));
    if (is_realtime) become_realtime();
    for (;;) {
      transfer(read, ends[1], buffer, request);
      transfer(write_some, ends[1], buffer, reply);
    }
  }
  close(ends[1]);
  const char *class = is_realtime ? become_realtime() : "SCHED_OTHER";
  for (int i = -count / 10; i < count; i++) {
    if (pause > 0) usleep(pause);
    int64_t begin = nanoseconds();
    transfer(write_some, ends[0], buffer, request);
    transfer(read, ends[0], buffer, reply);
    if (i >= 0) times[i] = nanoseconds() - begin;
  }
  close(ends[0]);
  waitpid(child, NULL, 0);
  print_percentiles("pingpong", times, count);
  printf(",\"request_bytes\":%zu,\"reply_bytes\":%zu,\"class\":\"%s\"}\n", request, reply, class);
}
