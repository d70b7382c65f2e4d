import { createInterface } from 'node:readline/promises';

type Process = Pick<NodeJS.Process, 'stdin' | 'stdout'>;

/** Asks on the user's terminal; undefined where there is none. Anything but "y" and "yes" is a no. */
export function confirmOn(
  { stdin, stdout }: Process,
  signal: AbortSignal,
): ((question: string) => Promise<boolean>) | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: stdin, output: stdout });
    try {
      return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
    } finally {
      terminal.close();
    }
  };
}
