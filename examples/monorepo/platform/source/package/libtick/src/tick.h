#ifndef TICK_H
#define TICK_H

#include <stddef.h>
#include <stdint.h>

#define RING_SIZE 64

struct ring {
  uint32_t values[RING_SIZE];
  size_t next;
  size_t used;
};

/* Microseconds since some moment in the past. */
uint64_t tick_now(void);

uint32_t tick_crc32(uint32_t crc, const void *data, size_t length);

/* Writes microseconds as "1.234 s" or "56.7 ms"; gives the length. */
int tick_format(char *text, size_t size, uint64_t microseconds);

void ring_put(struct ring *ring, uint32_t value);
uint32_t ring_median(const struct ring *ring);

#endif
