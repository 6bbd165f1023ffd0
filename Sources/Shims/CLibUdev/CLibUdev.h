// libudev as it is: it has no variadic function that SMPUSB needs, so nothing of our own stands here.
#include <libudev.h>
