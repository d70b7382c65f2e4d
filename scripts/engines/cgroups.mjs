import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const TOP = '/sys/fs/cgroup';
/** Where Podman puts containers and what watches them. */
const PODMAN = ['libpod_parent', 'conmon'];

/** Removes what no namespace takes along: the control groups of an engine that has ended. One in use stays. */
export function removeCgroups(name) {
  for (const hierarchy of ['', ...directories(TOP)])
    for (const group of [name, ...PODMAN]) removeEmpty(join(TOP, hierarchy, group));
}

function removeEmpty(path) {
  for (const name of directories(path)) removeEmpty(join(path, name));
  try {
    rmdirSync(path);
  } catch {
    // not there, or in use
  }
}

function directories(path) {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
