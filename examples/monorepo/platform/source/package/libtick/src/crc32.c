#include "tick.h"

uint32_t tick_crc32(uint32_t crc, const void *data, size_t length) {
  const unsigned char *byte = data;
  crc = ~crc;
  while (length-- > 0) {
    crc ^= *byte++;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
  }
  return ~crc;
}
