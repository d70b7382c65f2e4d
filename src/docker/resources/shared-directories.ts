import { realpath, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Labels } from '../../conventions/labels.js';
import { debug } from '../../util/debug.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, statusOf } from '../connection/errors.js';
import { statOf, withEmptyContainer } from './empty-container.js';

/**
 * Whether the engine has these directories as they are here, and not others at their paths, or none: known by the time
 * of each, to the nanosecond.
 * @param labels what this needs on the engine carries them
 */
export async function sharesDirectories(
  engine: Engine,
  directories: readonly string[],
  labels: Labels,
): Promise<boolean> {
  const paths = await Promise.all(directories.map((path) => realpath(path)));
  try {
    return await withEmptyContainer(engine, mountsOf(engine, paths), labels, async (container) => {
      for (const [index, path] of paths.entries()) {
        if (await isSame(container, engine.isPodman ? `${at(0)}${path}` : at(index), path)) continue;
        debug('engine: %s is not the same there', path);
        return false;
      }
      return true;
    });
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    debug('engine: %s', engineMessage(error)); // no such path
    return false;
  }
}

const at = (index: number) => `/v/${index}`;

/** Podman makes what is not there: it gets the root of its file system, which always is. */
function mountsOf({ isPodman }: Engine, paths: readonly string[]): Docker.MountSettings[] {
  const sources = isPodman ? ['/'] : paths;
  return sources.map((Source, index) => ({
    ...{ Type: 'bind' as const, Source, Target: at(index), ReadOnly: true },
  }));
}

async function isSame(container: Docker.Container, there: string, here: string): Promise<boolean> {
  const before = await timeOf(here);
  const { mtime } = await statOf(container, there);
  const after = await timeOf(here); // something may have been written to it meanwhile
  return mtime !== undefined && [before, after].includes(nanoseconds(mtime));
}

async function timeOf(path: string): Promise<bigint> {
  return (await stat(path, { bigint: true })).mtimeNs;
}

/** Of "2026-01-01T10:00:00.012345678Z", or with an offset and fewer digits. */
function nanoseconds(time: string): bigint {
  const [, seconds = '', digits = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  const whole = Date.parse(seconds + zone);
  return Number.isNaN(whole) ? -1n : BigInt(whole) * 1_000_000n + BigInt(digits.padEnd(9, '0'));
}
