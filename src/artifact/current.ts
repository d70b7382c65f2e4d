import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ARTIFACTS_DIR, CURRENT, CURRENT_STATE } from '../conventions/own-outputs.js';
import { fileError } from '../util/files/file-error.js';
import { replaceFile } from '../util/files/replace-file.js';
import { ownArtifactAt } from './artifact-dir.js';
import { kindOfLink, replaceLink } from './current-link.js';
import type { Package } from './package.js';

const LINK = basename(CURRENT);

/** A package, and what its artifact is called. */
type Artifact = Pick<Package, 'root' | 'name' | 'checksum'>;

/** Where an artifact comes from. Of one that we have unpacked nothing is of this machine only, as caches are shared. */
export type Origin =
  | {
      /** 64 hex digits. */
      archive_sha256: string;
    }
  | {
      /** A directory of the user's, absolute, whose content nobody knows. */
      replaced_by: string;
      /** Another value in each run, so that no cache answers for that directory. */
      run: string;
    };

/**
 * Says what the artifact of a package is, for those who use it: in a file, which Nx hashes for them, and by a link
 * whose name stays. Each is replaced in one step.
 * @param artifact what the link leads to, absolute; undefined for no link
 * @returns why there is no link, where there should be one
 * @throws ArtifactError FILE_ACCESS, DISK_FULL, as those who use the artifact would go by what was there before
 */
export async function writeCurrent(
  { root, name, checksum }: Artifact,
  origin: Origin,
  artifact: string | undefined,
): Promise<string | undefined> {
  const [link, file] = [join(root, CURRENT), join(root, CURRENT_STATE)];
  try {
    await mkdir(dirname(file), { recursive: true });
    const problem = await replaceLink(link, artifact, await kindOfLink(link, await replacement(file)));
    await replaceFile(file, `${JSON.stringify({ name, checksum, ...origin }, null, 2)}\n`);
    return problem;
  } catch (error) {
    throw fileError(error, `write ${file} and the link beside it`);
  }
}

/** Whether an entry beside the artifacts is the link or the file, or what a process that was killed left of one. */
export function isCurrent(entry: string): boolean {
  return entry === LINK || entry === `${LINK}.json` || entry.startsWith(`.${LINK}.`);
}

/** What {@link writeCurrent} has made in a package: the link, if it is ours, the file, and what is left of either. */
export async function currentFiles(root: string): Promise<string[]> {
  const [link, file] = [join(root, CURRENT), join(root, CURRENT_STATE)];
  const entries = await readdir(dirname(link)).catch(() => []);
  const left = entries.filter((entry) => isCurrent(entry) && entry.startsWith('.'));
  const isOurs = (await kindOfLink(link, await replacement(file))) === 'ours';
  const isFile = await lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  return [
    ...(isOurs ? [link] : []),
    ...(isFile ? [file] : []),
    ...left.map((entry) => join(dirname(link), entry)),
  ];
}

/** Our artifacts in a package but `artifact` (absolute): of earlier versions, or of other configurations. */
export async function otherArtifacts(root: string, artifact: string): Promise<string[]> {
  const base = join(root, ARTIFACTS_DIR);
  const entries = await readdir(base, { withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const others = directories.map((entry) => entry.name).filter((name) => join(base, name) !== artifact);
  const own = await Promise.all(others.map((other) => ownArtifactAt(join(base, other))));
  return others.filter((_, index) => own[index] !== undefined).sort();
}

/** What the file says that the link leads to, where that is not beside it. */
async function replacement(file: string): Promise<string | undefined> {
  try {
    const { replaced_by } = JSON.parse(await readFile(file, 'utf8')) as { replaced_by?: string };
    return replaced_by;
  } catch {
    return undefined;
  }
}
