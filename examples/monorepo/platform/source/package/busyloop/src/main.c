#include <stdio.h>
#include <tick.h>

#include "busyloop.h"

int main(int argc, char **argv) {
  struct options options = {.rounds = 16, .kilobytes = 256};
  struct ring times = {0};
  uint32_t sum = 0;
  char median[32];
  if (read_options(&options, argc, argv) != 0) return 2;
  for (unsigned round = 0; round < options.rounds; round++) {
    uint64_t start = tick_now();
    sum = work(options.kilobytes, sum);
    ring_put(&times, (uint32_t)(tick_now() - start));
  }
  tick_format(median, sizeof median, ring_median(&times));
  printf("%u rounds of %u kB, median %s, checksum %08x\n", options.rounds, options.kilobytes, median, sum);
  return 0;
}
