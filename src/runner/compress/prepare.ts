import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { runScript } from '../copy/in-container.js';
import type { BuildPlan } from '../plan/build-plan.js';
import { GZIP_DIR, USED_FILE } from './compression.js';
import { gzipScript } from './gzip-script.js';

/** The step may run as any user, and writes one file. A build that is cut off leaves a complete gzip, or none. */
const SCRIPT = `set -e
umask 022
command -v "$1" >/dev/null || { echo missing; exit; }
mkdir -p ${GZIP_DIR}
: >${USED_FILE}
chmod 666 ${USED_FILE}
printf %s "$2" >${GZIP_DIR}/new
chmod 755 ${GZIP_DIR}/new
mv -f ${GZIP_DIR}/new ${GZIP_DIR}/gzip`;

/**
 * Puts what takes gzip's place into the container. That a program is missing is found here, before the build and not after.
 * @throws ArtifactError CONTAINER_START
 */
export async function prepareCompression(
  container: BuildContainer,
  { compress, image }: Pick<BuildPlan, 'compress' | 'image'>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (!compress) return;
  const { program } = compress;
  const missing = (what: string, where: string) =>
    new ArtifactError('CONTAINER_START', {
      tried: `prepare the archive's compression by ${program}`,
      cause: `${what} has no ${program}`,
      hint: `Install it ${where} (Debian: \`apt-get install ${program}\`), or leave out "build_runner_opts.compress".`,
    });
  if (program === 'zstd' && !(await hostReadsZstd(env)))
    throw missing('this machine, whose tar reads the archive,', 'here');
  const output = await runScript(
    container,
    `prepare the archive's compression by ${program}`,
    SCRIPT,
    [program, gzipScript(compress)],
    { code: 'CONTAINER_START', hint: 'The image needs a POSIX shell with chmod, mkdir and mv.' },
  );
  if (output.toString().includes('missing')) throw missing(`the image ${image.tag}`, 'in the image');
}

/** Few packages ask for it, and it loads what runs programs. */
async function hostReadsZstd(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { readsZstd } = await import('../../artifact/archive/tar-command.js');
  return await readsZstd(env);
}
