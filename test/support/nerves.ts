import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Package } from '../../src/artifact/package.js';

type Env = NodeJS.ProcessEnv;

/**
 * Nerves' own rule, for comparison: whether an artifact has to be built (Nerves.Artifact.stale?/1 and
 * Nerves.Artifact.Cache.valid?/1). As there, a package's own artifact that is right is linked into the base.
 */
export function isStaleForNerves(
  pkg: Pick<Package, 'root' | 'name' | 'type' | 'checksum'>,
  env: Env,
): boolean {
  const variable = pkg.type === 'toolchain' ? 'NERVES_TOOLCHAIN' : 'NERVES_SYSTEM';
  const replaced = env[variable];
  if (replaced && statSync(replaced, { throwIfNoEntry: false })?.isDirectory()) return false;
  const base = env.NERVES_ARTIFACTS_DIR ?? join(dataDir(env), 'artifacts');
  const path = resolve(base, pkg.name);
  const known = checksumIn(path);
  if (known !== undefined) return known !== pkg.checksum;
  const own = join(pkg.root, '.nerves/artifacts', pkg.name);
  if (checksumIn(own) !== pkg.checksum) return true;
  mkdirSync(base, { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(own, path);
  return false;
}

/** Where Nerves looks for an archive before it downloads one (Nerves.Env.download_dir/0). */
export function nervesDownloads(env: Env): string {
  return resolve(env.NERVES_DL_DIR ?? join(dataDir(env), 'dl'));
}

function dataDir(env: Env): string {
  return env.XDG_DATA_HOME ? join(env.XDG_DATA_HOME, 'nerves') : join(env.HOME ?? homedir(), '.nerves');
}

function checksumIn(directory: string): string | undefined {
  const file = join(directory, 'CHECKSUM');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
