#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "busyloop.h"

int read_options(struct options *options, int argc, char **argv) {
  int letter;
  while ((letter = getopt(argc, argv, "n:k:")) != -1) {
    if (letter == 'n') options->rounds = (unsigned)strtoul(optarg, NULL, 10);
    else if (letter == 'k') options->kilobytes = (unsigned)strtoul(optarg, NULL, 10);
    else return fprintf(stderr, "Usage: %s [-n rounds] [-k kilobytes]\n", argv[0]), -1;
  }
  return 0;
}
