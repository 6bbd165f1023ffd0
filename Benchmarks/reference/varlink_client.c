// How long a call takes as a client sees it. Fails if a reply is an error.
//   varlink_client SOCKET METHOD PARAMETERS [COUNT]
#include "varlink.h"

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: varlink_client SOCKET METHOD PARAMETERS [COUNT]\n");
    return 64;
  }
  int count = argc > 4 ? atoi(argv[4]) : 10000;
  if (count < 1) return 64;
  char request[4096];
  size_t size = make_request(request, sizeof request, argv[2], argv[3]), bytes = 0;
  int64_t *times = malloc((size_t)count * sizeof *times), start = nanoseconds();
  if (!times) fail("malloc");

  int descriptor = connect_to(argv[1]), done = 0;
  for (int i = -count / 10; i < count && nanoseconds() - start < patience; i++) {
    int64_t begin = nanoseconds();
    send_request(descriptor, request, size);
    bytes = receive_reply(descriptor);
    if (i >= 0) times[done++] = nanoseconds() - begin;
    refuse_errors();
  }
  close(descriptor);
  if (done == 0) return 1;
  print_percentiles(argv[2], times, done);
  printf(",\"request_bytes\":%zu,\"reply_bytes\":%zu}\n", size, bytes);
}
