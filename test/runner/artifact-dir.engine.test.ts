import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { table } from '../../e2e/support/table.js';
import type { Package } from '../../src/artifact/package.js';
import { connectDocker } from '../../src/docker/backend.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { type CleanScope, clean } from '../../src/runner/clean/clean.js';
import { shell } from '../../src/runner/shell.js';
import { Captured, testRun } from '../support/runner.js';
import { some } from '../support/some.js';
import { until } from '../support/wait.js';
import { busyboxOptions, temporaryDirectory, testPackage, writeFiles } from '../support/workspace.js';
import { plantBasics, ROWS, type Row, type Where } from './artifact-dir-cases.js';

const PROJECTS = ['systems/alpha', 'systems/beta', 'platform'];

const printed = table(
  'artifact_dir',
  'expected',
  'build',
  'interrupted',
  'shell',
  'clean',
  "the user's files",
);

const rows = some(ROWS, 6);

/** Where a build that is interrupted and a shell are tried, too; a refusal is the same for all. */
const interrupts = some(
  rows.filter(({ outcome }) => outcome !== 'refused'),
  3,
);

test.each(rows.map((row) => [row.what, row.outcome, row] as const))(
  "artifact_dir: %s is %s, and no file of the user's is another one afterwards",
  async (what, outcome, row) => {
    const { where, pkg, env } = await setUp(row);
    const place = row.artifact?.(where) ?? pkg.paths.artifact;
    const planted = () => snapshot(where, row, outcome === 'built' ? place : undefined);
    const before = planted();
    const left = outcome === 'refused' || interrupts.includes(row) ? [] : ['interrupts', 'shells'];
    const found = { builds: '', interrupts: '', shells: '', cleans: '' };
    try {
      const actions: [keyof typeof found, () => Promise<string>][] = [
        ['interrupts', () => interrupted(pkg, env)],
        ['shells', () => opened(pkg, env)],
        ['cleans', () => cleaned(pkg)],
        ['builds', () => built(pkg, env)],
        ['cleans', () => cleaned(pkg, { orphans: true })],
        ['cleans', () => cleaned(pkg, { all: true })],
        ['cleans', () => cleaned(pkg)],
      ];
      for (const [name, act] of actions) {
        if (left.includes(name)) continue;
        found[name] = await act();
        expect(planted(), name).toEqual(before);
        const isThere = existsSync(join(place, 'CHECKSUM'));
        if (name === 'builds' && outcome === 'built') expect(isThere, 'unpacked').toBe(true);
      }
    } finally {
      const same = JSON.stringify(planted()) === JSON.stringify(before) ? 'unchanged' : 'CHANGED';
      printed.add(what, outcome, found.builds, found.interrupts, found.shells, found.cleans, same);
    }
    const expected = { built: 'built', refused: 'BAD_OPTION', 'not needed': 'NERVES_SYSTEM' }[outcome];
    expect(found.builds).toBe(expected);
    if (outcome === 'built') expect(existsSync(place), 'after clean').toBe(false);
    if (left.length > 0) return;
    const others = outcome === 'refused' ? 'BAD_OPTION' : undefined;
    expect(found.interrupts).toBe(others ?? (outcome === 'built' ? 'INTERRUPTED' : expected));
    expect(found.shells).toBe(others ?? 'opened');
  },
);

async function setUp(row: Row): Promise<{ where: Where; pkg: Package; env: NodeJS.ProcessEnv }> {
  const top = await temporaryDirectory('artifact-dir');
  const [workspace, outside] = [join(top, 'workspace'), join(top, 'outside')];
  await mkdir(outside);
  await plantBasics(workspace);
  const packageOf = (artifact_dir?: string) => {
    const options = busyboxOptions('echo ">>> in make"; [ -z "$HOLD" ] || sleep 60', { artifact_dir });
    Object.assign(options.build_runner_opts?.commands ?? {}, { create_build: ['true'] });
    return testPackage({
      ...{ workspaceRoot: workspace, files: {}, platform: {}, configuration: row.configuration },
      options: { ...options, platform: 'platform' },
    });
  };
  const { name, archiveFile } = await packageOf();
  const where = { workspace, outside, name, archiveFile };
  await writeFiles(top, row.files?.(where) ?? {});
  await row.plant?.(where);
  const pkg = {
    ...(await packageOf(row.artifactDir?.(where))),
    projectRoots: PROJECTS.map((path) => join(workspace, path)),
  };
  return { where, pkg, env: { ...process.env, ...row.env?.(where) } };
}

/** How an action ends: what it did, or the code of its error. */
async function endOf(action: Promise<string>): Promise<string> {
  return await action.catch((error: unknown) => {
    if (error instanceof ArtifactError) return error.code;
    throw error;
  });
}

async function built(pkg: Package, env: NodeJS.ProcessEnv): Promise<string> {
  const building = build(pkg, { ...testRun(pkg, { env }), archived: false });
  return await endOf(building.then(({ override }) => override ?? 'built'));
}

async function interrupted(pkg: Package, env: NodeJS.ProcessEnv): Promise<string> {
  const controller = new AbortController();
  const held = { ...pkg, options: { ...pkg.options, env: { HOLD: '1' } } };
  const run = testRun(pkg, { env, signal: controller.signal });
  const building = endOf(
    build(held, { ...run, archived: false }).then(({ override }) => override ?? 'built'),
  );
  await Promise.race([building, until(() => run.stdout.text.includes('>>> in make'))]);
  controller.abort(new ArtifactError('INTERRUPTED', { tried: 'go on', cause: 'a test' }));
  return await building;
}

async function opened(pkg: Package, env: NodeJS.ProcessEnv): Promise<string> {
  const streams = { stdin: new PassThrough(), stdout: new Captured(), stderr: new Captured() };
  const run = { ...testRun(pkg, { env }), command: 'true', terminal: { ...streams, isTTY: false } };
  return await endOf(shell(pkg, run).then(() => 'opened'));
}

/** Where all projects, or the whole engine, are cleaned, there is no engine, as others use it. */
async function cleaned(pkg: Package, scope: Partial<CleanScope> = {}): Promise<string> {
  const { workspaceRoot, project, root, paths, options } = pkg;
  const artifactDirs = options.artifact_dir ? [paths.artifact] : [];
  const own = { dry_run: false, orphans: false, all: false, yes: true, imageTags: [], workspaceRoot };
  const projectRoots = Object.fromEntries(PROJECTS.map((path) => [path, path]));
  const isOwn = !scope.all && !scope.orphans;
  const connect = isOwn ? connectDocker : () => Promise.reject(new Error('no engine here'));
  const run = { ...testRun(pkg), connect, print: () => {} };
  const cleaning = clean(
    { workspaceRoot, project, root, artifactDirs },
    { ...own, projectRoots, ...scope },
    run,
  );
  return await endOf(cleaning.then(() => 'cleaned'));
}

/** All entries but our outputs: kind, mode, what a link says, and of files time and content. */
function snapshot({ workspace }: Where, { downloads }: Row, artifact = 'none'): string[] {
  const ours = ['*/alpha/.nerves', '*/workspace/.nx', '*/build.log', '*/build.log.1', artifact];
  if (!downloads) ours.push('*/workspace/dl');
  const skip = ours.flatMap((path) => ['-path', path, '-prune', '-o']);
  const find = (...args: string[]) =>
    execFileSync('find', [dirname(workspace), ...skip, ...args], { encoding: 'utf8' });
  const lines = [
    find('!', '-type', 'f', '-printf', '%p %y %m %l\n'),
    find('-type', 'f', '-printf', '%p %m %T@\n'),
    find('-type', 'f', '-exec', 'sha256sum', '{}', '+'),
  ];
  return lines.join('').split('\n').sort();
}
