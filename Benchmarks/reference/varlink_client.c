// How long a call takes as a client sees it, by a client that adds nothing: the request is made once, the reply is read
// to its NUL and not parsed. Fails if a reply is an error.
//   varlink_client SOCKET METHOD PARAMETERS [COUNT [realtime]]
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "measure.h"

static char reply[1 << 20];

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail(path);
  return descriptor;
}

// Returns the bytes of the reply, its NUL included.
static size_t call(int descriptor, const char *request, size_t size) {
  if (send(descriptor, request, size, MSG_NOSIGNAL) != (ssize_t)size) fail("send");
  size_t filled = 0;
  do {
    ssize_t got = recv(descriptor, reply + filled, sizeof reply - filled, 0);
    if (got <= 0) fail(got == 0 ? "the daemon closed the connection" : "recv");
    filled += (size_t)got;
  } while (reply[filled - 1] != '\0' && filled < sizeof reply);
  return filled;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: varlink_client SOCKET METHOD PARAMETERS [COUNT [realtime]]\n");
    return 64;
  }
  int count = argc > 4 ? atoi(argv[4]) : 10000;
  if (count < 1) return 64;
  char request[4096];
  int length = snprintf(request, sizeof request, "{\"method\":\"%s\",\"parameters\":%s}", argv[2], argv[3]);
  if (length < 0 || length >= (int)sizeof request) return 64;
  int64_t *times = malloc((size_t)count * sizeof *times);
  if (!times) fail("malloc");
  const char *class = argc > 5 && strcmp(argv[5], "realtime") == 0 ? become_realtime() : "SCHED_OTHER";

  int descriptor = connect_to(argv[1]);
  size_t bytes = 0;
  for (int i = -count / 10; i < count; i++) {
    int64_t begin = nanoseconds();
    bytes = call(descriptor, request, (size_t)length + 1);
    if (i >= 0) times[i] = nanoseconds() - begin;
    if (strstr(reply, "\"error\"")) {
      fprintf(stderr, "varlink_client: %s\n", reply);
      return 1;
    }
  }
  close(descriptor);
  print_percentiles(argv[2], times, count);
  printf(",\"request_bytes\":%d,\"reply_bytes\":%zu,\"class\":\"%s\"}\n", length + 1, bytes, class);
}
