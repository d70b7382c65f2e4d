import type { Package } from '../../artifact/package.js';
import { MEMORY } from '../copy/places.js';
import type { Step } from '../plan/steps.js';

/** What takes the place of gzip in the step that makes the archive. */
export interface Compression {
  program: 'pigz' | 'zstd';
  /** The archive's file, as that step calls it. */
  file: string;
}

/** Before all others in the step's PATH. It has our `gzip`. */
export const GZIP_DIR = `${MEMORY}/compress`;

/** In it the name of the program that has run; empty where none has. */
export const USED_FILE = `${GZIP_DIR}/used`;

/** By the option `compress`; undefined without it, and where it has no effect. */
export function compressionOf({ options, archiveFile }: Package): Compression | undefined {
  const { compress } = options.build_runner_opts;
  return compress && archiveFile.endsWith('.gz') ? { program: compress, file: archiveFile } : undefined;
}

/** What of it is in the recipe: with zstd the archive is another file. */
export function compressRecipe(pkg: Package): Record<string, string[]> {
  const compress = compressionOf(pkg);
  return compress ? { compress: [compress.program] } : {};
}

const WITH_GZIP = `PATH=${GZIP_DIR}\${PATH:+:$PATH}; export PATH; exec "$@"`;

/** The step that makes the archive, with our gzip; what is shown of it does not change. */
export function compressing(step: Step, compression: Compression | undefined): Step {
  return compression ? { ...step, argv: ['sh', '-c', WITH_GZIP, 'sh', ...step.argv] } : step;
}
