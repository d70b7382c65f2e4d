import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, writeFiles } from '../support/workspace.js';

/** Where a row is: the workspace, and beside it what is outside of it. */
export interface Where {
  workspace: string;
  outside: string;
  /** The name of the artifact of `systems/alpha`, and of its archive. */
  name: string;
  archiveFile: string;
}

export interface Row {
  what: string;
  /** The option; undefined for the default. */
  artifactDir?: (where: Where) => string;
  /** What the user has, by paths from the directory that workspace and outside are in. */
  files?: (where: Where) => Files;
  /** What cannot be written as a file. */
  plant?: (where: Where) => Promise<unknown>;
  configuration?: string;
  /** The files in dl_dir are the user's, too. */
  downloads?: true;
  env?: (where: Where) => NodeJS.ProcessEnv;
  outcome: 'built' | 'refused' | 'not needed';
  /** Where the artifact then is, if it is not where the option says. */
  artifact?: (where: Where) => string;
}

const MINE: Files = {
  'workspace/dist/app.js': 'mine',
  'workspace/dist/deep/run': { content: 'x', mode: 0o750 },
};
const EMPTY = (path: string) => async (where: Where) =>
  await mkdir(join(where.outside, '..', path), { recursive: true });
const linked =
  (target: string, path = 'out') =>
  async ({ workspace }: Where) =>
    await symlink(target, join(workspace, path));

export const ROWS: Row[] = [
  { what: 'unset', outcome: 'built' },
  {
    what: 'absent, in a directory with files',
    artifactDir: () => 'dist/alpha',
    files: () => MINE,
    outcome: 'built',
  },
  { what: 'dist, with files of the user', artifactDir: () => 'dist', files: () => MINE, outcome: 'refused' },
  { what: 'an empty directory', artifactDir: () => 'out', plant: EMPTY('workspace/out'), outcome: 'built' },
  {
    what: 'a file',
    artifactDir: () => 'out',
    files: () => ({ 'workspace/out': 'mine' }),
    outcome: 'refused',
  },
  { what: 'the package itself ({projectRoot})', artifactDir: () => 'systems/alpha', outcome: 'refused' },
  {
    what: 'a directory of the package with files',
    artifactDir: () => 'systems/alpha/src',
    outcome: 'refused',
  },
  { what: 'what packages are in', artifactDir: () => 'systems', outcome: 'refused' },
  { what: 'the workspace', artifactDir: () => '.', outcome: 'refused' },
  { what: 'above the workspace', artifactDir: () => '..', outcome: 'refused' },
  { what: 'another project', artifactDir: () => 'systems/beta', outcome: 'refused' },
  { what: 'the platform', artifactDir: () => 'platform', outcome: 'refused' },
  { what: "the archive's directory", artifactDir: () => 'systems/alpha/.nerves/archive', outcome: 'refused' },
  {
    what: 'a git repository',
    artifactDir: () => 'out',
    files: () => ({ 'workspace/out/.git/HEAD': 'ref: x' }),
    outcome: 'refused',
  },
  {
    what: 'absolute, with files of the user',
    artifactDir: ({ outside }) => join(outside, 'x'),
    files: () => ({ 'outside/x/mine': 'mine' }),
    outcome: 'refused',
  },
  {
    what: 'absolute, empty',
    artifactDir: ({ outside }) => join(outside, 'x'),
    plant: EMPTY('outside/x'),
    outcome: 'built',
  },
  { what: 'absolute, absent', artifactDir: ({ outside }) => join(outside, 'x'), outcome: 'built' },
  {
    what: 'a link to a directory with files',
    artifactDir: () => 'out',
    files: () => MINE,
    plant: linked('dist'),
    outcome: 'refused',
  },
  {
    what: 'a link to a package',
    artifactDir: () => 'out',
    plant: linked('systems/beta'),
    outcome: 'refused',
  },
  {
    what: 'a link to an empty directory, of a bigger disk',
    artifactDir: () => 'out',
    plant: async (where) => {
      await EMPTY('outside/disk')(where);
      await linked('../outside/disk')(where);
    },
    outcome: 'built',
    artifact: ({ outside }) => join(outside, 'disk'),
  },
  {
    what: 'a link to nothing yet',
    artifactDir: () => 'out',
    plant: linked('../outside/later'),
    outcome: 'built',
    artifact: ({ outside }) => join(outside, 'later'),
  },
  {
    what: 'a link to nothing yet, in a directory behind a link',
    artifactDir: () => 'linked/out',
    plant: async (where) => {
      await EMPTY('outside/disk/deep')(where);
      await linked('../outside/disk/deep', 'linked')(where);
      await symlink('../later', join(where.outside, 'disk/deep/out'));
    },
    outcome: 'built',
    artifact: ({ outside }) => join(outside, 'disk/later'),
  },
  {
    what: 'the artifact of another package',
    artifactDir: ({ name }) => `systems/beta/.nerves/artifacts/${name.replace('alpha', 'beta')}`,
    files: ({ name }) => {
      const beta = `workspace/systems/beta/.nerves/artifacts/${name.replace('alpha', 'beta')}`;
      return {
        [`${beta}/CHECKSUM`]: 'A'.repeat(64),
        [`${beta}/.archive_sha256`]: 'a'.repeat(64),
        [`${beta}/image`]: '',
      };
    },
    outcome: 'refused',
  },
  {
    what: 'NERVES_ARTIFACTS_DIR, with files of the user',
    env: ({ outside }) => ({ NERVES_ARTIFACTS_DIR: join(outside, 'artifacts') }),
    files: ({ name }) => ({ 'outside/artifacts/mine': 'x', [`outside/artifacts/${name}/mine`]: 'x' }),
    outcome: 'built',
  },
  {
    what: 'NERVES_SYSTEM, a directory of the user',
    env: ({ outside }) => ({ NERVES_SYSTEM: join(outside, 'own') }),
    files: () => ({ 'outside/own/mine': 'x' }),
    outcome: 'not needed',
  },
  {
    what: "dl_dir, with a file of the archive's name, in another configuration",
    configuration: 'debug',
    downloads: true,
    files: ({ archiveFile }) => ({ [`workspace/dl/${archiveFile}`]: "the default configuration's" }),
    outcome: 'built',
  },
];

/** Files that every row has. */
export async function plantBasics(workspace: string): Promise<void> {
  const project: Files = { VERSION: '0.1.0\n', nerves_defconfig: '', 'src/a.c': 'int a;\n' };
  for (const name of ['systems/alpha', 'systems/beta']) await writeFiles(join(workspace, name), project);
  await writeFiles(join(workspace, 'platform'), { VERSION: '1.0.0\n' });
}
