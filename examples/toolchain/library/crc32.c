#include "crc32.h"

unsigned crc32(const void *data, size_t length) {
  const unsigned char *byte = data;
  unsigned crc = ~0u;
  while (length--) {
    crc ^= *byte++;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}
