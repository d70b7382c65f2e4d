#include <tick.h>

#include "busyloop.h"

uint32_t work(unsigned kilobytes, uint32_t seed) {
  unsigned char block[1024];
  for (unsigned i = 0; i < sizeof block; i++) block[i] = (unsigned char)(i * 31 + seed);
  for (unsigned i = 0; i < kilobytes; i++) seed = tick_crc32(seed, block, sizeof block);
  return seed;
}
