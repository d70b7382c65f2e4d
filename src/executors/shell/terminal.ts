import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { noTerminal, type Terminal } from '../../docker/shell-exec.js';

/**
 * The user's terminal. Nx gives a single target a real one; with `--output-style=stream` only standard input is
 * one, and then /dev/tty serves for both ends. Without any, one command still runs, on plain streams.
 * @throws ArtifactError SHELL_FAILED for an interactive shell without a terminal or a pipe to read from
 */
export function openTerminal(
  { stdin, stdout, stderr }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>,
  hasCommand: boolean,
): { terminal: Terminal; close: () => void } {
  if (stdin.isTTY && stdout.isTTY)
    return { terminal: { stdin, stdout, stderr, isTTY: true }, close: () => {} };
  if (stdin.isTTY && !hasCommand) return openDevTty();
  return { terminal: { stdin, stdout, stderr, isTTY: false }, close: () => {} };
}

function openDevTty(): { terminal: Terminal; close: () => void } {
  try {
    const [input, output] = [openSync('/dev/tty', 'r'), openSync('/dev/tty', 'w')];
    const [stdin, stdout] = [new ReadStream(input), new WriteStream(output)];
    const close = () => {
      stdin.destroy();
      stdout.destroy();
    };
    return { terminal: { stdin, stdout, stderr: stdout, isTTY: true }, close };
  } catch (error) {
    throw noTerminal(error);
  }
}
