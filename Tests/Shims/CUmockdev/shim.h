// The mock device bus of umockdev, and the GObject it is made of.
#include <umockdev.h>
