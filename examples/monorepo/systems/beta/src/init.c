#include <stdio.h>
#include <tick.h>
#include <unistd.h>

/* The first process: counts seconds. */
int main(void) {
  char uptime[32];
  for (;;) {
    tick_format(uptime, sizeof uptime, tick_now());
    printf("beta is up for %s\n", uptime);
    sleep(1);
  }
}
