// libusb as it is: Swift can call everything SMPUSB needs of it (1.0.26), so nothing of our own stands here.
#include <libusb.h>
