import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a directory stands in its repository's history. */
export interface GitState {
  /** 40 or 64 hex digits. */
  commit: string;
  /** Something in the directory differs from that commit. */
  dirty: boolean;
}

/** The first line that git prints of a commit; "(initial)" where there is none. */
const COMMIT = /^# branch\.oid ([0-9a-f]{40,64})$/m;

/** What git says of a directory; undefined outside of a git work tree, without a commit, or without git. */
async function stateOf(directory: string, env: NodeJS.ProcessEnv): Promise<GitState | undefined> {
  // a checkout that another user owns, as in many CI containers, is only read; no lock is taken for it
  const asReader = ['--no-optional-locks', '-c', 'safe.directory=*'];
  const status = ['status', '--porcelain=v2', '--branch', '--', '.'];
  const options = { cwd: directory, env: { PATH: env.PATH, HOME: env.HOME }, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout } = await promisify(execFile)('git', [...asReader, ...status], options);
    const commit = COMMIT.exec(stdout)?.[1];
    return commit === undefined ? undefined : { commit, dirty: /^[^#]/m.test(stdout) };
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
