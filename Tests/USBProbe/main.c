// A client of libusb that is not ours to test: one command a line on standard input, one line of answer each.
//
// It proves that the mock bus is what libusb and udev take for a USB, whatever smpd makes of it. Started under
// umockdev-wrapper with UMOCKDEV_DIR set. Numbers are decimal, or hexadecimal after 0x; bytes are hexadecimal.
//
//   list                                  PORT VID:PID SPEED ... of everything but hubs
//   open PORT | claim | release | close   the one device in hand
//   text INDEX                            a string descriptor
//   control TYPE REQUEST VALUE LENGTH     an IN request on EP0; "ok BYTES"
//   command TYPE REQUEST VALUE            an OUT request without data
//   out ENDPOINT BYTES                    "ok COUNT"
//   in ENDPOINT LENGTH TIMEOUT            "ok BYTES"
//   cancel ENDPOINT LENGTH                submits an IN transfer, takes it back, says how it ended
//   pend ENDPOINT LENGTH COUNT            submits IN transfers and leaves them
//   ended                                 waits until those have ended; "ok STATUS..."
//   clear ENDPOINT | reset | driver       clear halt, port reset, whether a kernel driver holds the interface
//   detach                                lets libusb push kernel drivers aside when it claims
//   wait arrived|left                     the next hot-plug event of that kind; "ok PORT"
//   pace COUNT BYTES                      COUNT times BYTES out and an answer in; "ok P50 P99" in microseconds
//   begins TYPE REQUEST COUNT PAUSE       COUNT OUT requests without data, each after PAUSE microseconds; "ok P50 P99" in
//                                         microseconds, and when each was begun (CLOCK_BOOTTIME, nanoseconds)
//   echo COUNT PAUSE BYTES BYTES          COUNT times, after PAUSE microseconds: the first BYTES out, and the others when
//                                         the reply is heard on 0x81
//   udev PORT KEY                         a udev property, or a sysfs attribute in small letters; "ok VALUE" or "absent"
//   idle MILLISECONDS                     handles events for so long; "ok" and the CPU time it cost in microseconds
#include <libudev.h>
#include <libusb-1.0/libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT = 2000, LENGTH = 4096, PENDING = 16, EVENTS = 64, PATIENCE = 10 };

static libusb_context *context;
static libusb_device_handle *handle;
static struct libusb_transfer *pending[PENDING];
static int pending_count, pending_left;
static struct { int arrived; char port[32]; } events[EVENTS];
static int event_count, event_first;

static void port_of(libusb_device *device, char *text, size_t size) {
  uint8_t ports[7];
  int count = libusb_get_port_numbers(device, ports, sizeof ports);
  int used = snprintf(text, size, "%d", libusb_get_bus_number(device));
  for (int i = 0; i < count; i++) used += snprintf(text + used, size - (size_t)used, "%c%d", i ? '.' : '-', ports[i]);
}

// Standard output is a pipe: each answer goes out at once and whole.
static void say(const char *word, const char *rest) {
  printf("%s%s%s\n", word, *rest ? " " : "", rest);
  fflush(stdout);
}

static void say_result(int result) { say(result < 0 ? libusb_error_name(result) : "ok", ""); }

static void say_bytes(int count, const unsigned char *bytes) {
  if (count < 0) return say_result(count);
  static char text[2 * LENGTH + 1];
  for (int i = 0; i < count; i++) sprintf(text + 2 * i, "%02x", bytes[i]);
  text[2 * count] = 0;
  say("ok", text);
}

static int read_bytes(const char *text, unsigned char *bytes) {
  int count = 0;
  unsigned byte;
  while (count < LENGTH && sscanf(text + 2 * count, "%2x", &byte) == 1) bytes[count++] = (unsigned char)byte;
  return count;
}

static const char *status_name(enum libusb_transfer_status status) {
  static const char *const names[] = {"completed", "error", "timed_out", "cancelled", "stall", "no_device", "overflow"};
  return (unsigned)status < sizeof names / sizeof *names ? names[status] : "unknown";
}

static int hotplug(libusb_context *unused, libusb_device *device, libusb_hotplug_event event, void *data) {
  (void)unused, (void)data;
  struct libusb_device_descriptor descriptor;
  if (libusb_get_device_descriptor(device, &descriptor) < 0 || descriptor.bDeviceClass == LIBUSB_CLASS_HUB) return 0;
  if (event_count == EVENTS) return 0;
  events[event_count].arrived = event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED;
  port_of(device, events[event_count++].port, sizeof events->port);
  return 0;
}

static void list(void) {
  libusb_device **devices;
  ssize_t count = libusb_get_device_list(context, &devices);
  char text[4096] = "";
  for (ssize_t i = 0; i < count; i++) {
    struct libusb_device_descriptor descriptor;
    if (libusb_get_device_descriptor(devices[i], &descriptor) < 0) continue;
    if (descriptor.bDeviceClass == LIBUSB_CLASS_HUB) continue;
    struct libusb_config_descriptor *configuration;
    int result = libusb_get_config_descriptor(devices[i], 0, &configuration);
    const char *word = result < 0 ? libusb_error_name(result) : "sound";
    char port[32];
    port_of(devices[i], port, sizeof port);
    size_t used = strlen(text);
    snprintf(
      text + used, sizeof text - used, "%s%s %04x:%04x speed %d endpoints %d %s", used ? ", " : "", port,
      descriptor.idVendor, descriptor.idProduct, libusb_get_device_speed(devices[i]),
      result < 0 || configuration->bNumInterfaces < 1 ? 0 : configuration->interface[0].altsetting[0].bNumEndpoints, word);
    if (result == 0) libusb_free_config_descriptor(configuration);
  }
  if (count >= 0) libusb_free_device_list(devices, 1);
  say("ok", text);
}

static int open_at(const char *wanted) {
  libusb_device **devices;
  ssize_t count = libusb_get_device_list(context, &devices);
  int result = LIBUSB_ERROR_NOT_FOUND;
  for (ssize_t i = 0; i < count && result == LIBUSB_ERROR_NOT_FOUND; i++) {
    char port[32];
    port_of(devices[i], port, sizeof port);
    if (strcmp(port, wanted) == 0) result = libusb_open(devices[i], &handle);
  }
  if (count >= 0) libusb_free_device_list(devices, 1);
  return result;
}

static void LIBUSB_CALL ended(struct libusb_transfer *transfer) {
  (void)transfer;
  pending_left--;
}

static int pend(unsigned char endpoint, int length, int count) {
  for (int i = 0; i < count && pending_count < PENDING; i++) {
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    libusb_fill_bulk_transfer(transfer, handle, endpoint, calloc(1, (size_t)length), length, ended, NULL, 0);
    if (endpoint == 0x82) transfer->type = LIBUSB_TRANSFER_TYPE_INTERRUPT;
    transfer->flags = LIBUSB_TRANSFER_FREE_BUFFER;
    int result = libusb_submit_transfer(transfer);
    if (result < 0) return libusb_free_transfer(transfer), result;
    pending[pending_count++] = transfer;
    pending_left++;
  }
  return 0;
}

static void handle_until_ended(void) {
  time_t end = time(NULL) + PATIENCE;
  struct timeval step = {1, 0};
  while (pending_left > 0 && time(NULL) < end) libusb_handle_events_timeout(context, &step);
  if (pending_left > 0) return say("never", "");
  char text[1024] = "";
  for (int i = 0; i < pending_count; i++) {
    size_t used = strlen(text);
    snprintf(
      text + used, sizeof text - used, "%s%s:%d", used ? " " : "", status_name(pending[i]->status),
      pending[i]->actual_length);
    libusb_free_transfer(pending[i]);
  }
  pending_count = 0;
  say("ok", text);
}

static void wait_for(int arrived) {
  time_t end = time(NULL) + PATIENCE;
  struct timeval step = {1, 0};
  while (time(NULL) < end) {
    while (event_first < event_count) {
      int found = event_first++;
      if (events[found].arrived == arrived) return say("ok", events[found].port);
    }
    libusb_handle_events_timeout(context, &step);
  }
  say("never", "");
}

static long long nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  long long x = *(const long long *)a, y = *(const long long *)b;
  return (x > y) - (x < y);
}

static void pace(int count, const char *text) {
  unsigned char out[LENGTH], in[LENGTH];
  int length = read_bytes(text, out), moved;
  long long *spent = calloc((size_t)count, sizeof *spent);
  for (int i = 0; i < count; i++) {
    long long began = nanoseconds(CLOCK_MONOTONIC);
    int result = libusb_bulk_transfer(handle, 0x01, out, length, &moved, TIMEOUT);
    if (result == 0) result = libusb_bulk_transfer(handle, 0x81, in, 512, &moved, TIMEOUT);
    if (result < 0) return free(spent), say_result(result);
    spent[i] = (nanoseconds(CLOCK_MONOTONIC) - began) / 1000;
  }
  qsort(spent, (size_t)count, sizeof *spent, by_size);
  char answer[64];
  snprintf(answer, sizeof answer, "%lld %lld", spent[count / 2], spent[count * 99 / 100]);
  free(spent);
  say("ok", answer);
}

static void begins(long type, long request, int count) {
  long long *begun = calloc((size_t)count, sizeof *begun), *spent = calloc((size_t)count, sizeof *spent);
  for (int i = 0; i < count; i++) {
    begun[i] = nanoseconds(CLOCK_BOOTTIME);
    int result = libusb_control_transfer(handle, type, request, 0, 0, NULL, 0, TIMEOUT);
    if (result < 0) return free(begun), free(spent), say_result(result);
    spent[i] = (nanoseconds(CLOCK_BOOTTIME) - begun[i]) / 1000;
  }
  qsort(spent, (size_t)count, sizeof *spent, by_size);
  printf("ok %lld %lld", spent[count / 2], spent[count * 99 / 100]);
  for (int i = 0; i < count; i++) printf(" %lld", begun[i]);
  say("", "");
  free(begun), free(spent);
}

// As a host does that answers what a device sends: the answer leaves in the callback of the transfer that came.
static struct libusb_transfer *echo_answer;
static int echo_heard_count;

static void LIBUSB_CALL echo_sent(struct libusb_transfer *transfer) { (void)transfer; }

static void LIBUSB_CALL echo_heard(struct libusb_transfer *transfer) {
  if (transfer->status != LIBUSB_TRANSFER_COMPLETED) return;
  // The device replies to the answer too.
  if (++echo_heard_count == 1) libusb_submit_transfer(echo_answer);
  libusb_submit_transfer(transfer);
}

static void echo(int count, const char *question, const char *answer) {
  static unsigned char first[LENGTH], second[LENGTH], in[LENGTH];
  struct libusb_transfer *listener = libusb_alloc_transfer(0), *asked = libusb_alloc_transfer(0);
  echo_answer = libusb_alloc_transfer(0);
  libusb_fill_bulk_transfer(listener, handle, 0x81, in, 512, echo_heard, NULL, 0);
  libusb_fill_bulk_transfer(asked, handle, 0x01, first, read_bytes(question, first), echo_sent, NULL, 0);
  libusb_fill_bulk_transfer(echo_answer, handle, 0x01, second, read_bytes(answer, second), echo_sent, NULL, 0);
  int result = libusb_submit_transfer(listener);
  struct timeval step = {1, 0};
  for (int i = 0; i < count && result == 0; i++) {
    echo_heard_count = 0;
    result = libusb_submit_transfer(asked);
    time_t end = time(NULL) + PATIENCE;
    while (result == 0 && echo_heard_count < 2 && time(NULL) < end) libusb_handle_events_timeout(context, &step);
    if (result == 0 && echo_heard_count < 2) return say("never", "");
  }
  say_result(result);
}

static void idle(long milliseconds) {
  long long began = nanoseconds(CLOCK_PROCESS_CPUTIME_ID), end = nanoseconds(CLOCK_MONOTONIC) + milliseconds * 1000000LL;
  long long left;
  while ((left = end - nanoseconds(CLOCK_MONOTONIC)) > 0) {
    struct timeval step = {left / 1000000000LL, left / 1000 % 1000000};
    libusb_handle_events_timeout(context, &step);
  }
  char answer[64];
  snprintf(answer, sizeof answer, "%lld", (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - began) / 1000);
  say("ok", answer);
}

static void ask_udev(const char *port, const char *key) {
  struct udev *udev = udev_new();
  struct udev_device *device = udev_device_new_from_subsystem_sysname(udev, "usb", port);
  const char *value = NULL;
  if (device) {
    value = key[0] >= 'a' ? udev_device_get_sysattr_value(device, key) : udev_device_get_property_value(device, key);
  }
  value ? say("ok", value) : say("absent", "");
  if (device) udev_device_unref(device);
  udev_unref(udev);
}

static void transfer(const char *command, char words[][2 * LENGTH + 1]) {
  unsigned char bytes[LENGTH];
  long a = strtol(words[0], NULL, 0), b = strtol(words[1], NULL, 0), c = strtol(words[2], NULL, 0);
  long d = strtol(words[3], NULL, 0);
  int moved = 0;
  if (strcmp(command, "control") == 0) {
    if (d > LENGTH) d = LENGTH;
    say_bytes(libusb_control_transfer(handle, a, b, c, 0, bytes, d, TIMEOUT), bytes);
  } else if (strcmp(command, "command") == 0) {
    say_result(libusb_control_transfer(handle, a, b, c, 0, NULL, 0, TIMEOUT));
  } else if (strcmp(command, "text") == 0) {
    int result = libusb_get_string_descriptor_ascii(handle, a, bytes, sizeof bytes);
    if (result < 0) return say_result(result);
    say("ok", (const char *)bytes);
  } else if (strcmp(command, "out") == 0) {
    int length = read_bytes(words[1], bytes);
    int result = libusb_bulk_transfer(handle, a, bytes, length, &moved, TIMEOUT);
    char text[64];
    snprintf(text, sizeof text, "%d", moved);
    result < 0 ? say_result(result) : say("ok", text);
  } else {
    if (b > LENGTH) b = LENGTH;
    int result = a == 0x82 ? libusb_interrupt_transfer(handle, a, bytes, b, &moved, c)
                           : libusb_bulk_transfer(handle, a, bytes, b, &moved, c);
    say_bytes(result < 0 ? result : moved, bytes);
  }
}

static void perform(const char *command, char words[][2 * LENGTH + 1]) {
  if (strcmp(command, "list") == 0) return list();
  if (strcmp(command, "wait") == 0) return wait_for(strcmp(words[0], "arrived") == 0);
  if (strcmp(command, "udev") == 0) return ask_udev(words[0], words[1]);
  if (strcmp(command, "ended") == 0) return handle_until_ended();
  if (strcmp(command, "open") == 0) return say_result(open_at(words[0]));
  if (handle == NULL) return say("closed", "");
  long number = strtol(words[0], NULL, 0);
  if (strcmp(command, "claim") == 0) return say_result(libusb_claim_interface(handle, 0));
  if (strcmp(command, "release") == 0) return say_result(libusb_release_interface(handle, 0));
  if (strcmp(command, "clear") == 0) return say_result(libusb_clear_halt(handle, number));
  if (strcmp(command, "reset") == 0) return say_result(libusb_reset_device(handle));
  if (strcmp(command, "detach") == 0) return say_result(libusb_set_auto_detach_kernel_driver(handle, 1));
  if (strcmp(command, "pace") == 0) return pace((int)number, words[1]);
  if (strcmp(command, "echo") == 0) return echo((int)number, words[1], words[2]);
  if (strcmp(command, "begins") == 0) {
    return begins(number, strtol(words[1], NULL, 0), atoi(words[2]));
  }
  if (strcmp(command, "idle") == 0) return idle(number);
  if (strcmp(command, "driver") == 0) {
    int result = libusb_kernel_driver_active(handle, 0);
    return result < 0 ? say_result(result) : say("ok", result ? "1" : "0");
  }
  if (strcmp(command, "close") == 0) {
    libusb_close(handle);
    handle = NULL;
    return say("ok", "");
  }
  if (strcmp(command, "pend") == 0) {
    return say_result(pend(number, atoi(words[1]), atoi(words[2])));
  }
  if (strcmp(command, "cancel") == 0) {
    int result = pend(number, atoi(words[1]), 1);
    if (result == 0) result = libusb_cancel_transfer(pending[pending_count - 1]);
    return result < 0 ? say_result(result) : handle_until_ended();
  }
  transfer(command, words);
}

int main(void) {
  int result = libusb_init(&context);
  if (result < 0) return say_result(result), 1;
  libusb_hotplug_register_callback(
    context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, LIBUSB_HOTPLUG_ENUMERATE,
    LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, hotplug, NULL, NULL);
  say("ready", "");
  static char line[4 * LENGTH], command[32], words[4][2 * LENGTH + 1];
  while (fgets(line, sizeof line, stdin)) {
    memset(words, 0, sizeof words);
    if (sscanf(line, "%31s %8192s %8192s %8192s %8192s", command, words[0], words[1], words[2], words[3]) < 1) continue;
    if (strcmp(command, "quit") == 0) break;
    perform(command, words);
  }
  if (handle) libusb_close(handle);
  libusb_exit(context);
  return 0;
}
