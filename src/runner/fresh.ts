import { randomUUID } from 'node:crypto';
import { type ArchiveFile, readArchive } from '../artifact/archive/archive-file.js';
import { freshMarkOf, writeFreshMark } from '../artifact/fresh-mark.js';
import type { Package } from '../artifact/package.js';
import { provenanceBeside } from './recipe/provenance.js';
import type { Recipe } from './recipe/recipe.js';
import type { Settings } from './run.js';

/** Marks a recipe as built anew, so that no archive of it from before comes out of a cache here. */
export async function rememberAnew(
  pkg: Package,
  { digest }: Recipe,
  { sha256 }: ArchiveFile,
  run = '',
): Promise<void> {
  await writeFreshMark(pkg.root, pkg.configuration, { digest, id: randomUUID(), sha256, run });
}

/** The archive in its place, if it is the one that this recipe was built anew to: it only has to be cached. */
export async function builtAnew(pkg: Package, { digest }: Recipe): Promise<ArchiveFile | undefined> {
  const mark = await freshMarkOf(pkg.root, digest);
  const archive = mark && (await archiveOf(pkg));
  return archive && archive.sha256 === mark.sha256 && archive.recipe === digest ? archive : undefined;
}

/** Whether the archive in its place was built anew by this very run of Nx. */
export async function isOfThisRun(pkg: Package, { nxRun }: Pick<Settings, 'nxRun'>): Promise<boolean> {
  const archive = await archiveOf(pkg);
  const mark = archive?.recipe && (await freshMarkOf(pkg.root, archive.recipe));
  return Boolean(mark && mark.sha256 === archive?.sha256 && mark.run === nxRun);
}

async function archiveOf(pkg: Package): Promise<(ArchiveFile & { recipe?: string }) | undefined> {
  const archive = await readArchive(pkg.paths.archive, pkg.archiveFile).catch(() => undefined);
  if (!archive) return undefined;
  const provenance = await provenanceBeside(pkg.paths.archive, archive.file);
  return { ...archive, recipe: provenance?.recipe.digest };
}
