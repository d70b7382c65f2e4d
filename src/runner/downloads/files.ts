import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { BuildContainer } from '../../backend/types.js';
import { DL_DIR } from '../../conventions/container-paths.js';
import { COPY_RECORDS } from '../../conventions/own-outputs.js';
import { fileError } from '../../util/files/file-error.js';
import { runScript } from '../copy/in-container.js';
import { linesOf } from './copy-missing.js';

/** The downloads in the steps' cache, by their paths in it. @throws ArtifactError FILE_ACCESS */
export async function filesOfEngine(container: BuildContainer): Promise<Set<string>> {
  const found = await runScript(container, 'list the download cache', `cd ${DL_DIR} && find . -type f`);
  const paths = linesOf(found)
    .filter(isWhole)
    .map((line) => line.slice('./'.length));
  return new Set(paths.filter(isDownload));
}

/** The same of a directory of the host. @throws ArtifactError FILE_ACCESS */
export async function filesOfHost(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error) => {
    throw fileError(error, `read the download cache ${directory}`);
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => relative(directory, path)).filter(isDownload);
}

/** Not the rest of a name with a line feed. */
const isWhole = (line: string) => line.startsWith('./') && !line.split('/').includes('..');

/** What no build downloads: Buildroot's locks, archives of packages and our records of them, and what is being written. */
const OTHERS = [
  /(^|\/)\.lock$/,
  /^[^/]*-[0-9A-F]{7}\.tar\.[gxz]/,
  /(^|\/)\.[^/]*\.(new|old)$/,
  /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, // see copyMissing()
  /\n/,
];

function isDownload(path: string): boolean {
  return !path.startsWith(`${COPY_RECORDS}/`) && !OTHERS.some((pattern) => pattern.test(path));
}
