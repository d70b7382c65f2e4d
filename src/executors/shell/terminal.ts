import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import type { Terminal } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';

type Process = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'on' | 'off'>;

interface OpenTerminal {
  terminal: Terminal;
  close: () => void;
}

/**
 * The user's terminal. Nx gives a single target a real one; with `--output-style=stream` only standard input is
 * one, and then /dev/tty serves for both ends. Without any, one command still runs, on plain streams.
 * @throws ArtifactError NO_TTY for an interactive shell whose terminal cannot be opened
 */
export function openTerminal(process: Process, hasCommand: boolean): OpenTerminal {
  const { stdin, stdout, stderr } = process;
  const close = () => {};
  if (stdin.isTTY && stdout.isTTY) {
    const setRawMode = rawMode(stdin, stdin.fd);
    return { terminal: { stdin, stdout, stderr, isTTY: true, setRawMode }, close };
  }
  if (stdin.isTTY && !hasCommand) return openDevTty(process);
  return { terminal: { stdin, stdout, stderr, isTTY: false }, close };
}

function openDevTty(process: Process): OpenTerminal {
  try {
    const [input, output] = [openSync('/dev/tty', 'r'), openSync('/dev/tty', 'w')];
    const [stdin, stdout] = [new ReadStream(input), new WriteStream(output)];
    // what Node does for process.stdout, and for no other terminal
    const refresh = () => (stdout as WriteStream & { _refreshSize(): void })._refreshSize();
    process.on('SIGWINCH', refresh);
    const close = () => {
      process.off('SIGWINCH', refresh);
      stdin.destroy();
      stdout.destroy();
    };
    const setRawMode = rawMode(stdin, input);
    return { terminal: { stdin, stdout, stderr: stdout, isTTY: true, setRawMode }, close };
  } catch (error) {
    throw noTerminal(error);
  }
}

/**
 * Node's raw mode still makes "\r\n" of the output's "\n", which garbles an editor in the container: stty ends that,
 * where there is one. Leaving raw mode brings it back.
 */
function rawMode(stdin: ReadStream, fd: number): (raw: boolean) => void {
  return (raw) => {
    stdin.setRawMode(raw);
    if (raw) spawnSync('stty', ['-opost'], { stdio: [fd, 'ignore', 'ignore'] });
  };
}

/** The error for a shell without a terminal. */
function noTerminal(cause: unknown): ArtifactError {
  return new ArtifactError('NO_TTY', {
    tried: 'open a shell',
    cause,
    hint: 'Run it in a terminal, as the only target of the command; or give it a command: --command "make savedefconfig".',
  });
}
