import type { Package } from '../../artifact/package.js';
import type { BuildContainer } from '../../backend/types.js';
import { runScript } from '../copy/in-container.js';
import type { BuildPlan } from '../plan/build-plan.js';
import { USED_FILE } from './compression.js';

/** A file is what its first bytes say: whoever has compressed it, its name becomes that of its content. */
const SCRIPT = `cat ${USED_FILE}
[ "$(head -c 4 "$1" 2>/dev/null | od -A n -t x1 | tr -d ' \\n')" != 28b52ffd ] || mv -f "$1" "$2"`;

/**
 * Names an archive in zstd what it is, `.tar.zst`.
 * @returns what is to be said of the option where it had no effect
 * @throws ArtifactError FILE_ACCESS
 */
export async function finishCompression(
  container: BuildContainer,
  pkg: Pick<Package, 'options' | 'archiveFile'>,
  { compress, archiveDir }: Pick<BuildPlan, 'compress' | 'archiveDir'>,
): Promise<string | undefined> {
  const asked = pkg.options.build_runner_opts.compress;
  if (!compress) return asked && noEffect(asked, `${pkg.archiveFile} is not compressed by gzip`);
  const path = `${archiveDir}/${compress.file}`;
  const named = path.replace(/\.gz$/, '.zst');
  const used = await runScript(container, `look at ${path}`, SCRIPT, [path, named], LOOK_FAILED);
  if (used.toString().trim() === compress.program) return undefined;
  const into = compress.program === 'zstd' ? `, from PATH and into ${compress.file},` : ' from PATH';
  return noEffect(compress.program, `the step that made the archive did not run gzip${into} to compress`);
}

const LOOK_FAILED = {
  code: 'FILE_ACCESS',
  hint: 'The image needs a POSIX shell with cat, head, mv, od and tr.',
} as const;

function noEffect(program: string, why: string): string {
  return `note: "compress": "${program}" had no effect: ${why}`;
}
