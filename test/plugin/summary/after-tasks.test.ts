import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarize } from '../../../src/plugin/summary/after-tasks.js';
import type { TaskResult } from '../../../src/plugin/summary/builds.js';
import { Captured } from '../../support/runner.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

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

async function summaryOf(...results: TaskResult[]): Promise<{ shown: string; page: string }> {
  const workspaceRoot = await temporaryDirectory('summary');
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

test('summarize() never fails a run, also where the page of GitHub cannot be written', async () => {
  const env = { GITHUB_STEP_SUMMARY: '/nonexistent/page.md' };
  const taskResults = { a: result('alpha', 'success'), b: result('beta', 'success') };
  const stdout = new Captured();
  summarize({ workspaceRoot: '/nonexistent', taskResults }, env, stdout);
  expect(stdout.text).toContain('alpha    built');
});
