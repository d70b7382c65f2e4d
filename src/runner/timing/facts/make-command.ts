import type { BuildContainer, Command } from '../../../backend/types.js';

/** make with what says where and what it builds, without its goals; nothing for another program. */
export function makeOf(argv: readonly string[]): string[] {
  const [program = '', ...args] = argv;
  if (!/(^|\/)g?make$/.test(program)) return [];
  const words = args.flatMap((arg, index) => {
    const isValue = args[index - 1] === '-C' || args[index - 1] === '-f';
    return isValue || arg === '-C' || arg === '-f' || /^[\w.]+=/.test(arg) ? [arg] : [];
  });
  // -n: a Makefile that has a rule for everything builds nothing
  return [program, ...words, '-n', '--no-print-directory'];
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
