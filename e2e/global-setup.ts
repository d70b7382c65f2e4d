import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { removeAllOf } from './support/engine.js';
import { isAlive } from './support/processes.js';

const TOP = resolve(import.meta.dirname, '..');

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the workspaces are made. */
    e2e: string;
    /** The files of the packed tarball. */
    packed: string[];
  }
}

/** Packs the plugin and installs it, once for the whole tier: each workspace gets hard links of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const root = await realpath(await mkdtemp(join(tmpdir(), `nx-docker-artifact-e2e-${process.pid}-`)));
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    const { tarball, files } = await pack(root);
    await install(join(root, 'installed'), tarball);
    project.provide('e2e', root);
    project.provide('packed', files);
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What a test run left that was killed: the directories tell its process, and its workspaces. */
async function removeLeftovers(): Promise<void> {
  const temporary = await realpath(tmpdir());
  for (const name of await readdir(temporary)) {
    const [, pid] = /^nx-docker-artifact-e2e-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const tests = (await readdir(join(temporary, name))).filter((found) => found.startsWith('test-'));
    for (const test of tests) await removeAllOf(join(temporary, name, test, 'workspace'));
    await rm(join(temporary, name), { recursive: true, force: true });
  }
}

/** Built here and not in `dist`, which may be in the making. */
async function pack(root: string): Promise<{ tarball: string; files: string[] }> {
  const stage = join(root, 'stage');
  await mkdir(stage);
  const { files } = await packageJson();
  for (const name of ['package.json', ...files.filter((name) => name !== 'dist')]) {
    await cp(join(TOP, name), join(stage, name), { recursive: true });
  }
  await execa(process.execPath, ['scripts/build.mjs', join(stage, 'dist')], { cwd: TOP });
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', root], { cwd: stage });
  const [packed] = JSON.parse(stdout);
  return {
    tarball: join(root, packed.filename),
    files: packed.files.map(({ path }: { path: string }) => path),
  };
}

/** The version of Nx that the repository itself has, which its lockfile fixes; or that of the matrix. */
async function install(dir: string, tarball: string): Promise<void> {
  const own = async (name: string) => (await packageJson(`node_modules/${name}`)).version;
  const { E2E_NX = await own('nx'), E2E_NX_DEVKIT = await own('@nx/devkit') } = process.env;
  const devDependencies = { nx: E2E_NX, '@nx/devkit': E2E_NX_DEVKIT };
  const kept = process.env.E2E_NX ? undefined : await keptInstallation();
  if (kept && existsSync(kept)) await copy(kept, dir);
  else await mkdir(dir);
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'e2e', private: true, devDependencies }));
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--save-dev'];
  await execa('npm', ['install', ...flags, tarball], { cwd: dir });
  if (kept && !existsSync(kept)) await keep(dir, kept);
}

/**
 * Where an installation is kept between runs of one checkout. npm brings a copy of it up to date, the plugin too,
 * which takes it a few seconds. `npm ci` removes it.
 */
async function keptInstallation(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const name of ['package.json', 'package-lock.json']) hash.update(await readFile(join(TOP, name)));
  return join(TOP, 'node_modules/.cache/e2e', hash.digest('hex').slice(0, 16));
}

async function keep(dir: string, kept: string): Promise<void> {
  const partial = `${kept}.${process.pid}`;
  const top = dirname(kept);
  await mkdir(top, { recursive: true });
  const outdated = (await readdir(top)).filter((name) => !name.startsWith(basename(kept)));
  for (const name of outdated) await rm(join(top, name), { recursive: true, force: true });
  await copy(dir, partial);
  await rename(partial, kept).catch(() => rm(partial, { recursive: true, force: true })); // another run was first
}

/** Not in hard links, so that no test can change what is kept. */
async function copy(from: string, to: string): Promise<void> {
  await execa('cp', ['-Rp', from, to]);
}

async function packageJson(of = '.'): Promise<{ version: string; files: string[] }> {
  return JSON.parse(await readFile(join(TOP, of, 'package.json'), 'utf8'));
}
