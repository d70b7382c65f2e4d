import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Package } from '../../artifact/package.js';

/**
 * Runs create-build where the package itself is mounted. It makes a Config.in of comments beside the defconfig where
 * there is none (nerves_system_br, create-build.sh), as Buildroot needs one; a build makes it in its copy. It stays
 * while the shell is open.
 * @returns what removes it again, unless somebody wrote into it
 */
export async function borrowConfigIn(
  { root, options }: Package,
  createBuild: () => Promise<void>,
): Promise<() => Promise<void>> {
  const path = join(dirname(join(root, options.platform_config.defconfig)), 'Config.in');
  const before = await textOf(path);
  let made: string | undefined;
  const giveBack = async () => {
    if (made !== undefined && (await textOf(path)) === made) await rm(path, { force: true });
  };
  const look = async () => {
    const text = before === undefined ? await textOf(path) : undefined;
    if (text?.split('\n').every((line) => /^\s*(#|$)/.test(line))) made = text;
  };
  try {
    await createBuild();
    await look();
    return giveBack;
  } catch (error) {
    await look();
    await giveBack();
    throw error;
  }
}

/** Undefined when there is none; anything but a readable file counts as one that is the user's. */
async function textOf(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) =>
    code === 'ENOENT' ? undefined : '\0',
  );
}
