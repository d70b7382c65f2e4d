import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { build } from '../../../src/runner/build.js';
import { shell } from '../../../src/runner/shell.js';
import { Captured, containersOf, type TestRun, testEngine, testRun } from '../../support/runner.js';
import { stepOutput } from '../../support/step-output.js';
import { until } from '../../support/wait.js';
import { type TestPackage, TOOLBOX, testPackage } from '../../support/workspace.js';
import type { DuringStep } from './life-cases.js';
import { ROWS } from './life-platform.js';

/** What a build made: the entries of its artifact, and the log, which says what was made again. */
export interface Made {
  artifact: string[];
  log: string;
}

export const lifeOptions = (life = '') => ({
  platform: 'platform',
  env: { LIFE: life },
  build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' as const } },
});

/** @param life what the platform of life-platform.ts does in this build */
export async function lifePackage(test: TestPackage, life?: string): Promise<Package> {
  return await testPackage({ ...test, options: lifeOptions(life) });
}

/** Builds; in each step that waits, `during` is done first. */
export async function madeBy(
  pkg: Package,
  during?: (step: DuringStep) => Promise<void>,
  more?: TestRun,
): Promise<Made> {
  const run = testRun(pkg, more);
  const building = build(pkg, { ...run, archived: false });
  building.catch(() => {});
  for (const step of during ? (['create-build', 'make', 'make system'] as const) : []) {
    await Promise.race([building, until(() => run.stdout.text.includes(`>>> in ${step}\n`))]);
    await during?.(step);
    await goOn(pkg, step);
  }
  const { artifact } = await building;
  return { artifact: entries(artifact), log: await stepOutput(pkg.paths.log) };
}

async function goOn(pkg: Package, step: DuringStep): Promise<void> {
  await inContainer(pkg, ['touch', `/tmp/go-${step}`]);
}

/** Runs a command in the container of a build, as a step would. */
export async function inContainer(pkg: Package, argv: string[]): Promise<void> {
  const engine = await testEngine();
  const [name = ''] = await containersOf(engine, pkg.workspaceRoot);
  const command = await engine.docker.getContainer(name.split(' ')[0] ?? '').exec({ Cmd: argv });
  await command.start({ Detach: true });
  await until(async () => (await command.inspect()).Running === false);
}

export async function shellOf(pkg: Package, command: string): Promise<void> {
  const [stdout, stderr] = [new Captured(), new Captured()];
  const terminal = { stdin: new PassThrough(), stdout, stderr, isTTY: false };
  expect(await shell(pkg, { ...testRun(pkg), command, terminal }), stderr.text).toBe(0);
}

/** Every entry below a directory: name, kind, mode, and what a link says or a file holds. */
function entries(directory: string): string[] {
  const list = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: directory, encoding: 'latin1' }).split('\0');
  const kinds = list("find . ! -type f -printf '%p %y %m %l\\0' | sort -z");
  const files = list("find . -type f -printf '%p %y %m\\0' | sort -z");
  const sums = list('find . -type f -print0 | sort -z | xargs -0 sha256sum -z');
  return [...kinds, ...files, ...sums];
}

/** Those of the rows, or of one row. */
export function entriesOf(made: Made | undefined, row = '\\w+'): string[] {
  const isOf = new RegExp(`${ROWS}[/!]${row}(?=[/! ]|$)`);
  return (made?.artifact ?? []).filter((entry) => isOf.test(entry));
}
