import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASES, type Case } from './cases.js';
import { FAULTS, faultOf } from './faults.js';
import { type Harness, makeHarness } from './harness.js';
import { describeLeftovers, expectNothingPartial } from './leftovers.js';
import { ended } from './run.js';
import { runUntil, workspaceFor } from './scenario.js';
import { STEPS } from './steps.js';
import { printTable, type Seen, shortMessage } from './table.js';
import { makeWorkspace } from './workspace.js';

const ALL = process.env.FAULTS === 'all';
/** Nx kills an executor 5 s after it has told it to end. */
const INTERRUPT_MS = 5_000;
const FAILURE_MS = 30_000;

let harness: Harness;
/** What is in the archive of a build that nothing disturbed. */
let undisturbed: string | undefined;
const seen: Seen[] = [];

beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(async () => {
  printTable(seen, process.env.FAULTS_TABLE);
  await harness?.end();
});

/** It leaves nothing partial, says what happened, and the next run succeeds. */
const cases = CASES.filter(({ part }) => ALL || part).map(
  (testCase) => [`${testCase.fault} in ${testCase.step}`, testCase] as const,
);
test.each(cases)('%s', async (_, testCase) => {
  const { engine } = harness;
  await engine.ensure();
  undisturbed ??= await harness.build(await makeWorkspace(await harness.workspaceRoot()));
  const workspace = await workspaceFor(testCase, harness);
  const { context, held, run } = await runUntil(testCase, workspace, harness);
  const at = performance.now();
  const undo = await faultOf(testCase.fault).inject({ run, context, engine, held });
  const took = await ended(run, at, isInterrupt(testCase) ? INTERRUPT_MS : FAILURE_MS);
  const code = await run.over;
  await undo?.();
  if (!held.command) await held.release();
  await expectNothingPartial(context.engine, workspace.root);
  const left = await describeLeftovers(context.engine, workspace.root);
  const message = shortMessage(run.text(), workspace.root) || '(none)';
  const result: Seen = { testCase, ended: took, code, left, message, next: 'FAILED' };
  seen.push(result);
  if (testCase.succeeds) expect(code, run.text()).toBe(0);
  else expect(code, run.text()).not.toBe(0);
  if (testCase.message) expect(run.text()).toMatch(testCase.message);
  expect(run.text()).not.toContain('Unexpected error');
  expect(await harness.build(workspace)).toBe(undisturbed);
  result.next = 'the same archive';
});

test('the matrix has 60 rows or more, and each fault and each step is in the part of npm test', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  const part = CASES.filter((testCase) => testCase.part);
  expect(new Set(part.map(({ fault }) => fault))).toEqual(new Set(Object.keys(FAULTS)));
  expect(new Set(part.map(({ step }) => step))).toEqual(new Set(Object.keys(STEPS)));
});

function isInterrupt({ fault }: Case): boolean {
  return /^[A-Z]+$|^IPC|^SIGKILL/.test(fault);
}
