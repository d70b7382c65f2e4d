import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copiesAmong } from '../../artifact/downloads/prune.js';
import { recordsIn } from '../../artifact/downloads/records.js';
import { hostTuple } from '../../artifact/names.js';
import type { Package } from '../../artifact/package.js';
import { downloadDir, hostArtifactsDir } from '../../artifact/paths.js';
import { statOf } from '../../util/files/stat-of.js';
import type { HomeStatus } from './types.js';

/** What of a package lies where Nerves looks; null of one that is none of Nerves'. */
export async function homeStatus(pkg: Package, env: NodeJS.ProcessEnv): Promise<HomeStatus | null> {
  if (!pkg.platform) return null;
  const path = downloadDir(env, pkg.workspaceRoot, pkg.options.dl_dir);
  const archives = await archivesOf(pkg, path, env);
  const size = archives.reduce((sum, archive) => sum + archive.size, 0);
  return {
    downloads: { path, archives, size },
    artifact: await artifactAt(join(hostArtifactsDir(env), pkg.name)),
  };
}

async function archivesOf(pkg: Package, downloads: string, env: NodeJS.ProcessEnv) {
  const begin = `${pkg.package}-${hostTuple(pkg.type, env)}-`;
  const names = (await readdir(downloads).catch(() => [])).filter((name) => name.startsWith(begin));
  const copies = await copiesAmong(await recordsIn(downloads), downloads);
  const copied = new Set(copies.map(({ archive }) => archive));
  return names.sort().flatMap((file) => {
    const found = statOf(join(downloads, file));
    if (!found?.isFile() || !/\.tar\.(gz|xz|zst)$/.test(file)) return [];
    return [{ file, size: found.size, copied: copied.has(file) }];
  });
}

async function artifactAt(path: string): Promise<HomeStatus['artifact']> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return { path, kind: 'none', target: null };
  if (!found.isSymbolicLink()) return { path, kind: 'directory', target: null };
  return { path, kind: 'link', target: await readlink(path) };
}
