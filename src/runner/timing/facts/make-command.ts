import type { BuildContainer, Command } from '../../../backend/types.js';

/** A command that is make. */
export interface Make {
  /** With what says where and what it builds. */
  words: string[];
  /** What it is to build: packages; none where that is everything. */
  goals: string[];
}

/** What follows one of these is no goal. */
const WITH_VALUE = new Set(['-C', '-f', '-I', '-o', '-W', '-j', '-l']);
const EVERYTHING = new Set(['all', 'world']);

/** undefined of another program. */
export function makeOf(argv: readonly string[]): Make | undefined {
  const [program = '', ...args] = argv;
  if (!/(^|\/)g?make$/.test(program)) return undefined;
  const words: string[] = [];
  const goals: string[] = [];
  for (const [index, arg] of args.entries()) {
    const option = args[index - 1] ?? '';
    const isPlace = option === '-C' || option === '-f';
    if (isPlace || arg === '-C' || arg === '-f' || /^[\w.]+=/.test(arg)) words.push(arg);
    else if (!arg.startsWith('-') && !WITH_VALUE.has(option)) goals.push(arg);
  }
  const isAll = goals.every((goal) => EVERYTHING.has(goal));
  // -n: a Makefile that has a rule for everything builds nothing
  return { words: [program, ...words, '-n', '--no-print-directory'], goals: isAll ? [] : goals };
}

/** Of a shell script: runs what follows no longer than that, where the image has `timeout`. */
export const WITH_LIMIT = (ms: number) =>
  `limit=; if command -v timeout >/dev/null; then limit='timeout ${ms / 1000}'; fi
exec $limit`;

/** What a command prints on its standard output. */
export async function outputOf(
  container: BuildContainer,
  command: Command,
): Promise<{ code: number; text: string }> {
  const output: Buffer[] = [];
  const code = await container.exec(command, (chunks) => {
    for (const { source, data } of chunks) if (source === 1) output.push(data);
  });
  return { code, text: Buffer.concat(output).toString() };
}
