import { dirname } from 'node:path';
import { type ArchiveFile, provenanceFile } from '../../src/artifact/archive/archive-file.js';
import type { Package } from '../../src/artifact/package.js';
import { longJson } from '../../src/runner/recipe/long-json.js';
import { provenanceOf } from '../../src/runner/recipe/provenance.js';
import { type RecipeDeps, recipeOf } from '../../src/runner/recipe/recipe.js';
import { writeFiles } from './workspace.js';

/** Writes what a build of the package as it is now would have left beside an archive. */
export async function writeProvenance(
  pkg: Package,
  archive: ArchiveFile,
  deps: RecipeDeps,
  when = new Date(0),
): Promise<void> {
  const facts = {
    toolVersion: '0.0.0-test',
    imageId: 'sha256:0',
    fresh: true,
    started: when,
    finished: when,
    git: {},
  };
  const provenance = provenanceOf(pkg, await recipeOf(pkg, deps), archive, facts);
  const name = provenanceFile(archive.file);
  await writeFiles(dirname(archive.path), { [name]: Buffer.concat([...longJson(provenance)]).toString() });
}
