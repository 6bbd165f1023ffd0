// A Varlink client that adds nothing: the request is made once, the reply is read to its NUL and not parsed.
#pragma once
#include "measure.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char reply[1 << 20];

// Longer than this nobody waits for figures; what was counted until then is printed.
static const int64_t patience = 20ll * 1000000000;

static inline int connect_to(const char *path) {
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

static inline size_t make_request(char *request, size_t room, const char *method, const char *parameters) {
  int length = snprintf(request, room, "{\"method\":\"%s\",\"parameters\":%s}", method, parameters);
  if (length < 0 || length >= (int)room) exit(64);
  return (size_t)length + 1;
}

static inline void send_request(int descriptor, const char *request, size_t size) {
  if (send(descriptor, request, size, MSG_NOSIGNAL) != (ssize_t)size) fail("send");
}

// Returns the bytes of the reply, its NUL included.
static inline size_t receive_reply(int descriptor) {
  size_t filled = 0;
  do {
    ssize_t got = recv(descriptor, reply + filled, sizeof reply - filled, 0);
    if (got <= 0) fail(got == 0 ? "the daemon closed the connection" : "recv");
    filled += (size_t)got;
  } while (reply[filled - 1] != '\0' && filled < sizeof reply);
  return filled;
}

static inline void refuse_errors(void) {
  if (!strstr(reply, "\"error\"")) return;
  fprintf(stderr, "the daemon answered %s\n", reply);
  exit(1);
}
