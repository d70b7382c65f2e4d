#include <stdio.h>
#include <tick.h>

#include "banner.h"

void banner(const char *file) {
  char line[128], uptime[32];
  FILE *text = fopen(file, "r");
  while (text && fgets(line, sizeof line, text)) fputs(line, stdout);
  if (text) fclose(text);
  tick_format(uptime, sizeof uptime, tick_now());
  printf("alpha is up for %s\n", uptime);
}
