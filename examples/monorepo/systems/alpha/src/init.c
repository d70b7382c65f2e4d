#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "banner.h"

/* The first process: says who it is, then becomes the program to run. */
int main(void) {
  mount("proc", "/proc", "proc", 0, NULL);
  banner("/etc/motd");
  execl("/usr/bin/busyloop", "busyloop", "-n", "64", (char *)NULL);
  perror("busyloop");
  return 1;
}
