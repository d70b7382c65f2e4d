import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarize } from '../../../src/plugin/summary/after-tasks.js';
import type { TaskResult } from '../../../src/plugin/summary/builds.js';
import { Captured } from '../../support/runner.js';
import { type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

const result = (project: string, status: string, more: Partial<TaskResult['task']> = {}): TaskResult => ({
  status,
  task: {
    id: `${project}:archive`,
    target: { project },
    outputs: [`systems/${project}/.nerves/archive`],
    startTime: 1_000,
    endTime: 8_400,
    ...more,
  },
});

/** A build that was begun in the time of {@link result}. */
const record = (more: object) =>
  JSON.stringify({
    ...{ version: 1, configuration: null, started: new Date(2_000), result: 'success', packages: [] },
    ...more,
  });

async function summaryOf(...results: TaskResult[]): Promise<{ shown: string; page: string }> {
  return await summaryIn({}, ...results);
}

/** @param files of the workspace */
async function summaryIn(files: Files, ...results: TaskResult[]) {
  const workspaceRoot = await temporaryDirectory('summary');
  await writeFiles(workspaceRoot, files);
  await writeFiles(workspaceRoot, {
    'systems/alpha/.nerves/archive/alpha.tar.gz': 'x'.repeat(1_500_000),
    'systems/alpha/.nerves/archive/alpha.tar.gz.sha256': 'x',
    'page.md': 'before\n',
  });
  const [stdout, env] = [new Captured(), { GITHUB_STEP_SUMMARY: join(workspaceRoot, 'page.md') }];
  const taskResults = Object.fromEntries(results.map((one) => [one.task.id, one]));
  summarize({ workspaceRoot, taskResults }, env, stdout);
  return { shown: stdout.text, page: await readFile(join(workspaceRoot, 'page.md'), 'utf8') };
}

test('summarize() tells of each build of a run how it came, how long it took and how large it is', async () => {
  const { shown, page } = await summaryOf(
    result('alpha', 'remote-cache'),
    result('beta_2', 'failure', { target: { project: 'beta_2', configuration: 'ci' }, endTime: 3_902_000 }),
    result('lint', 'success', { outputs: [] }),
    result('gamma', 'skipped', { startTime: undefined, endTime: undefined }),
  );
  expect(shown).toBe(
    '\npackage    result        time     archive\n' +
      'alpha      remote cache  0:07     1.5 MB\n' +
      'beta_2:ci  failed        1:05:01\n' +
      'gamma      skipped\n',
  );
  expect(page).toBe(
    'before\n\n| package | result | time | archive |\n| --- | --- | --- | --- |\n' +
      '| alpha | remote cache | 0:07 | 1.5 MB |\n' +
      '| beta\\_2:ci | failed | 1:05:01 |  |\n' +
      '| gamma | skipped |  |  |\n',
  );
});

test('summarize() shows no table of one build, whose own lines say it, nor of none', async () => {
  const one = await summaryOf(result('alpha', 'success'));
  expect(one.shown).toBe('');
  expect(one.page).toContain('| alpha | built | 0:07 | 1.5 MB |');
  expect(await summaryOf(result('lint', 'success', { outputs: [] }))).toEqual({
    shown: '',
    page: 'before\n',
  });
});

test('summarize() tells by the record of a build how long it waited, its slowest package, and where it failed', async () => {
  const times = (name: string, ...ms: number[]) =>
    ms.map((end_ms, index) => ({ name, version: '1', step: `${index}`, start_ms: 0, end_ms }));
  const files = {
    'systems/alpha/.nerves/timing/9.json': record({
      ...{ waited_ms: 62_000, failure: null },
      packages: [...times('zlib', 3000, 2000), ...times('gcc', 4900), { name: 'x', step: 'y', start_ms: 0 }],
    }),
    'systems/alpha/.nerves/timing/10.json': record({ configuration: 'debug', waited_ms: 1 }),
    'systems/alpha/.nerves/timing/11.json': '{"version":1',
    'systems/beta/.nerves/timing/1.json': record({
      ...{ result: 'failure', waited_ms: 0, packages: times('quick', 999) },
      failure: { code: 'BUILD_FAILED', package: 'host-cmake', step: 'build' },
    }),
    'systems/gamma/.nerves/timing/1.json': record({ result: 'failure', failure: { code: 'LOCKED' } }),
    'systems/delta/.nerves/timing/1.json': record({ result: 'interrupted' }),
    'systems/late/.nerves/timing/1.json': record({ started: new Date(9_000), waited_ms: 5000 }),
  };
  const { shown, page } = await summaryIn(
    files,
    result('alpha', 'success'),
    ...['beta', 'gamma', 'delta'].map((name) => result(name, 'failure')),
    result('late', 'local-cache'),
  );
  expect(shown).toBe(
    '\npackage  result                       time  waited  archive  slowest package\n' +
      'alpha    built                        0:07  1:02    1.5 MB   zlib 0:05\n' +
      'beta     failed in host-cmake, build  0:07\n' +
      'gamma    failed, LOCKED               0:07\n' +
      'delta    interrupted                  0:07\n' +
      'late     local cache                  0:07\n',
  );
  expect(page).toContain('| alpha | built | 0:07 | 1:02 | 1.5 MB | zlib 0:05 |\n');
});

test('summarize() never fails a run, also where the page of GitHub cannot be written', async () => {
  const env = { GITHUB_STEP_SUMMARY: '/nonexistent/page.md' };
  const taskResults = { a: result('alpha', 'success'), b: result('beta', 'success') };
  const stdout = new Captured();
  summarize({ workspaceRoot: '/nonexistent', taskResults }, env, stdout);
  expect(stdout.text).toContain('alpha    built');
});
