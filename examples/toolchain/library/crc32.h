#include <stddef.h>

unsigned crc32(const void *data, size_t length);
