import type { BuildContainer } from '../../../backend/types.js';
import { DEADLINES } from '../../../util/deadlines.js';
import type { Step } from '../../plan/steps.js';
import type { Asked } from '../estimate.js';
import { makeOf, outputOf, WITH_LIMIT } from './make-command.js';

const MARK = 'order:';
/** Buildroot has a directory for each package, and a stamp in it when it is installed; before 2022 one for each destination. */
const SCRIPT = `for stamp in build/*/.stamp_installed build/*/.stamp_host_installed build/*/.stamp_target_installed; do
  [ ! -e "$stamp" ] || { dir=\${stamp%/*}; echo "\${dir#build/}"; }
done
echo ${MARK}
[ $# -gt 0 ] || exit 0
${WITH_LIMIT(DEADLINES.buildOrder)} "$@" show-build-order`;

/**
 * The packages that were built before, and all packages in the order of the build: by Buildroot's \`show-build-order\`, which a
 * Makefile need not have. It runs beside the step.
 * @param isKnown the order is, and only the rest is asked for
 */
export async function askBuild(
  container: BuildContainer,
  { argv, workdir }: Pick<Step, 'argv' | 'workdir'>,
  { user, isKnown }: { user: string; isKnown: boolean },
): Promise<Asked> {
  const make = isKnown ? [] : makeOf(argv);
  const { code, text } = await outputOf(container, {
    argv: ['sh', '-c', SCRIPT, 'sh', ...make],
    workdir,
    user,
  });
  return parseAnswer(text, code);
}

export function parseAnswer(text: string, code: number): Asked {
  const lines = text.split('\n');
  const mark = lines.indexOf(MARK);
  const names = lines.slice(mark + 1).filter((line) => /^\w[\w.+-]*$/.test(line));
  return {
    order: code === 0 && names.length > 0 ? [...new Set(names)] : undefined,
    directories: lines.slice(0, mark),
  };
}
