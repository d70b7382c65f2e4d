export const running = new Set();
export let ending = false;

/**
 * Every child leads a process group of its own, so that ending it ends what it started too: a test runner's
 * workers, and the `nx` and `docker` those have started.
 */
function endChildren(signal) {
  if (ending) return;
  ending = true;
  process.exitCode = 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
  if (running.size === 0) process.exit();
  for (const child of running) killGroup(child, 'SIGTERM');
  setTimeout(() => {
    for (const child of running) killGroup(child, 'SIGKILL');
    process.exit();
  }, 8000);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endChildren);

// A SIGTERM for npm ends npm and the shell between us, and never arrives here.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid !== parent && endChildren('SIGTERM'), 500).unref();
}

export function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // gone already
  }
}
