import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a directory stands in its repository's history. */
export interface GitState {
  /** 40 or 64 hex digits. */
  commit: string;
  /** Something in the directory differs from that commit. */
  dirty: boolean;
}

/** What git says of a directory; undefined outside of a git work tree, without a commit, or without git. */
async function stateOf(directory: string, env: NodeJS.ProcessEnv): Promise<GitState | undefined> {
  const git = async (...args: string[]) => {
    // a checkout that another user owns, as in many CI containers, is only read; no lock is taken for it
    const argv = ['--no-optional-locks', '-c', 'safe.directory=*', ...args];
    const options = { cwd: directory, env: { PATH: env.PATH, HOME: env.HOME }, maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)('git', argv, options)).stdout;
  };
  try {
    const commit = (await git('rev-parse', '--verify', 'HEAD')).trim();
    return { commit, dirty: (await git('status', '--porcelain', '--', '.')) !== '' };
  } catch {
    return undefined;
  }
}

/** The state of each tree of a recipe, by its name. */
export async function gitOf(
  { trees }: { trees: readonly { name: string; root: string }[] },
  env: NodeJS.ProcessEnv,
): Promise<Record<string, GitState | undefined>> {
  const states = trees.map(async ({ name, root }) => [name, await stateOf(root, env)] as const);
  return Object.fromEntries(await Promise.all(states));
}
