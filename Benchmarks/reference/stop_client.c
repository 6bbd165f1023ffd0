// Asks for protective stops, one after the other, and says when it asked (CLOCK_MONOTONIC), so that the other side can
// say how much later it acted; and how long the answers took.
//   stop_client SOCKET COUNT [realtime|ordinary [PAUSE]]     PAUSE in microseconds, between an answer and the next stop
#include "varlink.h"

#include <unistd.h>

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[2]) : 0;
  if (count < 1) {
    fprintf(stderr, "usage: stop_client SOCKET COUNT [realtime|ordinary [PAUSE]]\n");
    return 64;
  }
  const char *class = argc > 3 && strcmp(argv[3], "realtime") == 0 ? become_realtime() : "SCHED_OTHER";
  useconds_t pause = argc > 4 ? (useconds_t)atoi(argv[4]) : 0;
  char request[256];
  size_t size = make_request(request, sizeof request, "io.smpd.stop.Stop", "{\"protective\":true}");
  int64_t *begins = malloc((size_t)count * sizeof *begins), *times = malloc((size_t)count * sizeof *times);
  if (!begins || !times) fail("malloc");

  int descriptor = connect_to(argv[1]), done = 0, still = 0;
  int64_t start = nanoseconds();
  while (done < count && nanoseconds() - start < patience) {
    if (pause > 0) usleep(pause);
    begins[done] = nanoseconds();
    send_request(descriptor, request, size);
    receive_reply(descriptor);
    times[done] = nanoseconds() - begins[done];
    refuse_errors();
    still += strstr(reply, "\"still\"") != NULL;
    done++;
  }
  print_percentiles("stop_answered", times, done);
  printf(",\"class\":\"%s\",\"still\":%d,\"begins_ns\":[", class, still);
  for (int i = 0; i < done; i++) printf("%s%lld", i ? "," : "", (long long)begins[i]);
  printf("]}\n");
}
