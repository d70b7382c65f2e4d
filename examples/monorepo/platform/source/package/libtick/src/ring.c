#include <stdlib.h>
#include <string.h>

#include "tick.h"

void ring_put(struct ring *ring, uint32_t value) {
  ring->values[ring->next] = value;
  ring->next = (ring->next + 1) % RING_SIZE;
  if (ring->used < RING_SIZE) ring->used++;
}

static int compare(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

uint32_t ring_median(const struct ring *ring) {
  uint32_t sorted[RING_SIZE];
  if (ring->used == 0) return 0;
  memcpy(sorted, ring->values, ring->used * sizeof *sorted);
  qsort(sorted, ring->used, sizeof *sorted, compare);
  return sorted[ring->used / 2];
}
