import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NERVES_DIR } from '../conventions/own-outputs.js';
import { fileError } from '../util/files/file-error.js';
import { replaceFile } from '../util/files/replace-file.js';

/**
 * That a recipe was built anew (`--fresh`): archives that were made of it before do not count in this workspace any
 * more. It lasts until the recipe changes, as it names its digest.
 */
export interface FreshMark {
  /** Of the recipe. */
  digest: string;
  /** Part of the key from then on, so that no cache has an archive for it. */
  id: string;
  /** Of the archive that was built, 64 hex digits. */
  sha256: string;
  /** The run of Nx that built it. */
  run: string;
}

const MARK = /^fresh(\..+)?\.json$/;

/** Writes the mark of a package, one for each configuration. */
export async function writeFreshMark(
  root: string,
  configuration: string | undefined,
  mark: FreshMark,
): Promise<void> {
  const name = configuration === undefined ? 'fresh.json' : `fresh.${encodeURIComponent(configuration)}.json`;
  const path = join(root, NERVES_DIR, name);
  await replaceFile(path, JSON.stringify(mark)).catch((error: unknown) => {
    throw fileError(error, `write ${path}`);
  });
}

/** The mark for a recipe, if it was built anew. */
export async function freshMarkOf(root: string, digest: string): Promise<FreshMark | undefined> {
  const directory = join(root, NERVES_DIR);
  const names = (await readdir(directory).catch(() => [])).filter((name) => MARK.test(name));
  const marks = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8').catch(() => '{}');
      try {
        return JSON.parse(text) as Partial<FreshMark>;
      } catch {
        return {};
      }
    }),
  );
  return marks.find((mark): mark is FreshMark => mark.digest === digest && typeof mark.id === 'string');
}
