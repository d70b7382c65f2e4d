#ifndef BUSYLOOP_H
#define BUSYLOOP_H

#include <stdint.h>

struct options {
  unsigned rounds;
  unsigned kilobytes;
};

int read_options(struct options *options, int argc, char **argv);
uint32_t work(unsigned kilobytes, uint32_t seed);

#endif
