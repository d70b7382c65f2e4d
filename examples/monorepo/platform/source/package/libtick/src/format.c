#include <inttypes.h>
#include <stdio.h>

#include "tick.h"

int tick_format(char *text, size_t size, uint64_t microseconds) {
  if (microseconds < 1000000) return snprintf(text, size, "%.1f ms", (double)microseconds / 1e3);
  if (microseconds < 60 * 1000000ull) return snprintf(text, size, "%.3f s", (double)microseconds / 1e6);
  return snprintf(text, size, "%" PRIu64 " min", microseconds / 60000000);
}
