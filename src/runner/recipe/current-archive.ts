import { type ArchiveFile, readArchive } from '../../artifact/archive/archive-file.js';
import type { Package } from '../../artifact/package.js';
import { ArtifactError } from '../../errors.js';
import { type Run, recipeDeps } from '../run.js';
import { differences, pastOf } from './differences.js';
import { provenanceBeside } from './provenance.js';
import { type Recipe, recipeOf } from './recipe.js';

const HINT = 'Run it again; where it is restored from a cache once more, `--fresh` builds it anew.';

/**
 * The archive in its place, if it was built from what there is now: its provenance has the recipe of today.
 * @throws ArtifactError ARCHIVE_MISSING, ARCHIVE_STALE with what differs, ARCHIVE_CORRUPT, SOURCES_CHANGED, FILE_ACCESS
 */
export async function currentArchive(
  pkg: Package,
  run: Omit<Run, 'connect' | 'reporter'> & { staleHint?: string },
): Promise<ArchiveFile> {
  const { archive: directory } = pkg.paths;
  const recipe = await recipeOf(pkg, recipeDeps(run));
  const stale = (tried: string, cause: string, details: string[]) =>
    new ArtifactError('ARCHIVE_STALE', { tried, cause, details, hint: run.staleHint ?? HINT });
  const archive = await readArchive(directory, pkg.archiveFile, async (tried, cause, found) =>
    stale(tried, cause, (await compare(directory, found, recipe)).differences),
  );
  const tried = `use the archive ${archive.path}`;
  const { differences, sha256 } = await compare(directory, archive.file, recipe);
  if (sha256 === undefined) throw stale(tried, 'nothing beside it says what it was built from', []);
  if (sha256 !== archive.sha256) throw stale(tried, 'its provenance is that of another archive', []);
  if (differences.length > 0)
    throw stale(tried, 'it was built from something else than there is now', differences);
  return archive;
}

/** What an archive was built from, beside what there is now; without a `sha256` nothing is known of it. */
export async function compare(
  directory: string,
  file: string,
  recipe: Recipe,
): Promise<{ differences: string[]; sha256?: string }> {
  const provenance = await provenanceBeside(directory, file);
  if (!provenance) return { differences: [] };
  const { recipe: past, sha256 } = provenance;
  if (past.digest === recipe.digest) return { differences: [], sha256 };
  const found = differences(past, pastOf(recipe));
  return { differences: found.length > 0 ? found : ['recipe'], sha256 };
}
