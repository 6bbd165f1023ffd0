// How long a protective stop takes until its transfer is submitted to the device, seen from outside: the stop goes out
// on one connection, and right behind it a Describe on another. The stop thread serves one after the other and submits
// before it goes on, so that the answer to Describe is the first thing that comes after the submission. The answer to
// the stop itself, for which the device must be heard, is timed as well.
//   stop_submitted SOCKET [COUNT [realtime]]
#include "varlink.h"

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: stop_submitted SOCKET [COUNT [realtime]]\n");
    return 64;
  }
  int count = argc > 2 ? atoi(argv[2]) : 1000;
  if (count < 1) return 64;
  const char *class = argc > 3 && strcmp(argv[3], "realtime") == 0 ? become_realtime() : "SCHED_OTHER";
  char stop[256], describe[256];
  size_t stop_size = make_request(stop, sizeof stop, "io.smpd.stop.Stop", "{\"protective\":true}");
  size_t describe_size = make_request(describe, sizeof describe, "io.smpd.stop.Describe", "{}");
  int64_t *submitted = malloc((size_t)count * sizeof *submitted), *still = malloc((size_t)count * sizeof *still);
  if (!submitted || !still) fail("malloc");

  // Of connections that are ready at once the younger is served first: the stop's is the younger.
  int behind = connect_to(argv[1]);
  send_request(behind, describe, describe_size);
  receive_reply(behind);
  int ahead = connect_to(argv[1]), done = 0, confirmed = 0;
  int64_t start = nanoseconds();
  for (int i = -count / 10; i < count && nanoseconds() - start < patience; i++) {
    int64_t begin = nanoseconds();
    send_request(ahead, stop, stop_size);
    send_request(behind, describe, describe_size);
    receive_reply(behind);
    int64_t after_submission = nanoseconds() - begin;
    refuse_errors();
    receive_reply(ahead);
    refuse_errors();
    if (i < 0) continue;
    submitted[done] = after_submission;
    still[done++] = nanoseconds() - begin;
    confirmed += strstr(reply, "\"still\"") != NULL;
  }
  if (done == 0) return 1;
  const char *ending = ",\"class\":\"%s\",\"still\":%d}\n";
  print_percentiles("stop_submitted", submitted, done);
  printf(ending, class, confirmed);
  print_percentiles("stop_answered", still, done);
  printf(ending, class, confirmed);
}
