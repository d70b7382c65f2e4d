import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveFile, provenanceFile } from '../../artifact/archive/archive-file.js';
import type { Package } from '../../artifact/package.js';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { eachFile, type Files, type PastRecipe } from './differences.js';
import type { GitState } from './git.js';
import { LongObject } from './long-json.js';
import type { Recipe, RecipeParts } from './recipe.js';

/** What is known of a build besides its recipe. */
export interface BuildFacts {
  toolVersion: string;
  /** The id of the image: "sha256:...". */
  imageId: string;
  /** The build directory was empty; else earlier builds may have left something in it. */
  fresh: boolean;
  started: Date;
  finished: Date;
  /** Of the package and its platform, by the name of the tree; undefined where it is in no git repository. */
  git: Record<string, GitState | undefined>;
}

const BUILD_TYPE = `urn:${PLUGIN}:archive:v1`;

/**
 * Who built an archive from what: a statement (in-toto.io, Statement v1) with SLSA's predicate (slsa.dev, provenance
 * v1), for {@link longJson}. No secret stands in it: of a variable it has the SHA-256.
 */
export function provenanceOf(
  { package: name, version }: Pick<Package, 'package' | 'version'>,
  { digest, parts, trees }: Recipe,
  { file, sha256 }: Pick<ArchiveFile, 'file' | 'sha256'>,
  facts: BuildFacts,
): object {
  const sources = trees.map(({ name, listing }) => ({
    name,
    ...(facts.git[name] && { annotations: { git: facts.git[name] } }),
    digest: { sha256: listing.digest },
  }));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: file, digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { package: name, version, ...parts },
        internalParameters: { recipe: digest, fresh: facts.fresh },
        resolvedDependencies: [
          {
            name: 'image',
            uri: parts.image.reference,
            digest: { sha256: facts.imageId.replace(/^sha256:/, '') },
          },
          ...sources,
        ],
      },
      runDetails: {
        builder: { id: `urn:${PLUGIN}`, version: { [PLUGIN]: facts.toolVersion } },
        metadata: { startedOn: facts.started.toISOString(), finishedOn: facts.finished.toISOString() },
        byproducts: trees.map(({ name, listing }) => ({
          name: `files of ${name}`,
          annotations: new LongObject(() => eachFile(listing.tree)),
        })),
      },
    },
  };
}

/** What of a provenance counts: the recipe, and the archive that it is about. */
export interface Provenance {
  recipe: PastRecipe;
  sha256: string;
  /** Whether the build directory was empty. */
  fresh: boolean;
  /** ISO 8601. */
  started: string;
  finished: string;
}

interface Statement {
  subject: { digest: { sha256: string } }[];
  predicate: {
    buildDefinition: {
      buildType: string;
      externalParameters: RecipeParts & { package: string; version: string };
      internalParameters: { recipe: string; fresh: boolean };
    };
    runDetails: {
      metadata: { startedOn: string; finishedOn: string };
      byproducts: { name: string; annotations: Files }[];
    };
  };
}

/** The provenance beside an archive, if it is one of ours. */
export async function provenanceBeside(directory: string, archive: string): Promise<Provenance | undefined> {
  return readProvenance(await readFile(join(directory, provenanceFile(archive)), 'utf8').catch(() => ''));
}

/** Undefined when it is not one of ours. */
function readProvenance(text: string): Provenance | undefined {
  try {
    const { subject, predicate } = JSON.parse(text) as Statement;
    const { buildType, externalParameters, internalParameters } = predicate.buildDefinition;
    if (buildType !== BUILD_TYPE) return undefined;
    const { package: _, version: __, ...parts } = externalParameters;
    const files = predicate.runDetails.byproducts.map(
      ({ name, annotations }) => [name.replace(/^files of /, ''), annotations] as const,
    );
    const recipe = { digest: internalParameters.recipe, parts, files: Object.fromEntries(files) };
    const sha256 = subject[0]?.digest.sha256;
    const { startedOn: started, finishedOn: finished } = predicate.runDetails.metadata;
    const { fresh } = internalParameters;
    return sha256 === undefined ? undefined : { recipe, sha256, fresh, started, finished };
  } catch {
    return undefined;
  }
}
