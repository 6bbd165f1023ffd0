// How long a whole process takes, from its start to its end, again and again.
//   process COUNT PROGRAM [ARGUMENT...]
#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0;
  if (count < 1) {
    fprintf(stderr, "usage: process COUNT PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  int64_t *times = malloc((size_t)count * sizeof *times);
  posix_spawn_file_actions_t quiet;
  if (!times || posix_spawn_file_actions_init(&quiet) != 0
      || posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0)
    fail("process");
  for (int i = -3; i < count; i++) {
    pid_t child;
    int status;
    int64_t begin = nanoseconds();
    if ((errno = posix_spawnp(&child, argv[2], &quiet, NULL, argv + 2, environ)) != 0) fail(argv[2]);
    if (waitpid(child, &status, 0) != child) fail(argv[2]);
    if (i >= 0) times[i] = nanoseconds() - begin;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      fprintf(stderr, "process: %s ended with status %d\n", argv[2], status);
      return 1;
    }
  }
  print_percentiles("process", times, count);
  printf("}\n");
}
