import type { BuildContainer } from '../../../backend/types.js';
import { DEADLINES } from '../../../util/deadlines.js';
import type { Step } from '../../plan/steps.js';
import type { Asked } from '../estimate.js';
import { makeOf, outputOf, WITH_LIMIT } from './make-command.js';

const MARK = 'order:';
const WHOLE = 'show-build-order';
const NAME = /^\w[\w.+-]*$/;
/** Buildroot has a directory for each package, and a stamp in it when it is installed; before 2022 one for each destination. */
const SCRIPT = `for stamp in build/*/.stamp_installed build/*/.stamp_host_installed build/*/.stamp_target_installed; do
  [ ! -e "$stamp" ] || { dir=\${stamp%/*}; echo "\${dir#build/}"; }
done
echo ${MARK}
[ $# -gt 0 ] || exit 0
${WITH_LIMIT(DEADLINES.buildOrder)} "$@"`;

/**
 * The packages that were built before, and all packages in the order of the build: by Buildroot's \`show-build-order\`, or of
 * what its goals need, which a Makefile need not have. It runs beside the step.
 * @param isKnown the order is, and only the rest is asked for
 */
export async function askBuild(
  container: BuildContainer,
  { argv, workdir }: Pick<Step, 'argv' | 'workdir'>,
  { user, isKnown }: { user: string; isKnown: boolean },
): Promise<Asked> {
  const make = isKnown ? undefined : makeOf(argv);
  const goals = make?.goals ?? [];
  const questions = goals.length > 0 ? goals.map((goal) => `${goal}-show-recursive-depends`) : [WHOLE];
  const words = make ? [...make.words, ...questions] : [];
  const { code, text } = await outputOf(container, {
    argv: ['sh', '-c', SCRIPT, 'sh', ...words],
    workdir,
    user,
  });
  return parseAnswer(text, code, goals);
}

/** @param goals what is built is what these need, and they themselves; `make -n` prints the command that would print it */
export function parseAnswer(text: string, code: number, goals: readonly string[] = []): Asked {
  const lines = text.split('\n');
  const mark = lines.indexOf(MARK);
  const answers = lines.slice(mark + 1);
  const names =
    goals.length > 0
      ? [...answers.flatMap(wordsOfEcho), ...goals]
      : answers.filter((line) => NAME.test(line));
  return {
    order: code === 0 && names.length > 0 ? [...new Set(names)] : undefined,
    directories: lines.slice(0, mark),
  };
}

function wordsOfEcho(line: string): string[] {
  const [, words = ''] = /^echo (.*)$/.exec(line) ?? [];
  return words.split(' ').filter((word) => NAME.test(word));
}
