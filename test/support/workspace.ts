import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Package, resolvePackage } from '../../src/artifact/package.js';
import { buildOptions } from '../../src/options/schema.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { removeTree } from '../../src/util/files/remove-tree.js';

/** The network of containers that need none: without one of their own they start in half the time. Unset, the engine's default. */
export const NETWORK = process.env.TEST_NETWORK;

/** The image of fast tests: static busybox, FROM scratch. It has sh and tar, but no make. */
export const BUSYBOX = 'nx-docker-artifact-test/busybox:1';
/** Debian with make and gcc. */
export const TOOLBOX = 'nx-docker-artifact-demo/toolbox:bookworm';

/** Files by path; a value with `mode` makes an executable. */
export type Files = Record<string, string | { content: string; mode: number }>;

/** Where a directory is made, and how it goes. */
export interface Place {
  /** Where it is made; the system's own directory for temporary files if unset. */
  parent?: string;
  /** What goes before it does: what was made of it on an engine, or is mounted there. */
  before?: (path: string) => Promise<unknown>;
  /** When it goes; when the test is over if unset, `afterAll` for one that the tests of a file share. */
  end?: (remove: () => Promise<void>) => void;
}

/** A directory of the test's own, removed when it is over: what each workspace of each tier is made in. */
export async function temporaryDirectory(name = 'test', place: Place = {}): Promise<string> {
  const { parent, before, end = onTestFinished } = place;
  const prefix = parent ? join(parent, `${name}-`) : join(tmpdir(), `nx-docker-artifact-${name}-`);
  const path = await realpath(await mkdtemp(prefix));
  end(async () => {
    await before?.(path);
    await removeTree(path);
  });
  return path;
}

/** A workspace's files, by their paths below it. */
export interface Workspace {
  root: string;
  path(name: string): string;
  read(name: string): Promise<string>;
  write(files: Files): Promise<void>;
  remove(name: string): Promise<void>;
}

/** The workspace in a directory; the tiers add to it what theirs can do. */
export function workspaceAt(root: string): Workspace {
  const path = (name: string) => join(root, name);
  return {
    root,
    path,
    read: (name) => readFile(path(name), 'utf8'),
    write: (files) => writeFiles(root, files),
    remove: (name) => rm(path(name), { recursive: true }),
  };
}

export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [name, value] of Object.entries(files)) {
    const { content, mode } = typeof value === 'string' ? { content: value, mode: 0o644 } : value;
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await chmod(path, mode);
  }
}

export interface TestPackage {
  /** Path of the workspace; a new one if unset. */
  workspaceRoot?: string;
  project?: string;
  /** Path of the package below the workspace. */
  directory?: string;
  files?: Files;
  /** Files of a platform, which is then made in `platform/`. */
  platform?: Files;
  options?: BuildOptionsInput;
  configuration?: string;
}

/** `make` steps for the busybox image: the commands of a build that leaves a real archive. */
export function busyboxOptions(
  make = 'echo ">>> busybox 1.0 Building"',
  more: BuildOptionsInput = {},
): BuildOptionsInput {
  return {
    ...more,
    build_runner_config: {
      docker: { tag: BUSYBOX, pull: 'never' },
      network: NETWORK,
      ...more.build_runner_config,
    },
    build_runner_opts: {
      commands: {
        make: ['sh', '-c', make],
        archive: [
          'sh',
          '-c',
          'mkdir -p $1/images; echo image >$1/images/rootfs; tar czf $1.tar.gz $1; rm -r $1',
          'sh',
          '{artifact_name}',
        ],
      },
      ...more.build_runner_opts,
    },
  };
}

/** A workspace with one package on disk, resolved as an executor would resolve it. */
export async function testPackage(test: TestPackage = {}): Promise<Package> {
  const {
    project = 'alpha',
    directory = `systems/${project}`,
    files = { VERSION: '0.1.0\n', nerves_defconfig: '' },
  } = test;
  const workspaceRoot = test.workspaceRoot ?? (await temporaryDirectory('workspace'));
  const root = join(workspaceRoot, directory);
  await writeFiles(root, files);
  if (test.platform) await writeFiles(join(workspaceRoot, 'platform'), test.platform);
  const options = buildOptions.parse({
    dl_dir: join(workspaceRoot, 'dl'),
    platform: test.platform && 'platform',
    ...(test.options ?? busyboxOptions()),
  });
  const platformAt = options.platform
    ? { name: 'platform', root: join(workspaceRoot, 'platform') }
    : undefined;
  return await resolvePackage(
    options,
    { workspaceRoot, project, root, platformAt, configuration: test.configuration },
    { env: process.env, warn: () => {} },
  );
}
