import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROWS, type Row } from './cases.js';
import { FAULTS, faultOf } from './faults.js';
import { makeStage, type Stage } from './harness.js';
import { describeLeft, expectNothingHalf } from './leftovers.js';
import { ended } from './run.js';
import { runUntil, workspaceFor } from './scenario.js';
import { STEPS } from './steps.js';
import { printTable, type Seen, shortMessage } from './table.js';
import { makeWorkspace } from './workspace.js';

const ALL = process.env.FAULTS === 'all';
/** Nx kills an executor 5 s after it has told it to end. */
const INTERRUPT_MS = 5_000;
const FAILURE_MS = 30_000;

let stage: Stage;
/** What is in the archive of a build that nothing disturbed. */
let undisturbed: string | undefined;
const seen: Seen[] = [];

beforeAll(async () => {
  stage = await makeStage();
});
afterAll(async () => {
  printTable(seen, process.env.FAULTS_TABLE);
  await stage?.end();
});

/** It leaves nothing half made, says what happened, and the next run succeeds. */
const rows = ROWS.filter(({ part }) => ALL || part).map(
  (row) => [`${row.fault} in ${row.step}`, row] as const,
);
test.each(rows)('%s', async (_, row) => {
  const { engine } = stage;
  await engine.ensure();
  undisturbed ??= await stage.build(await makeWorkspace(await stage.workspaceRoot()));
  const workspace = await workspaceFor(row, stage);
  const { scene, held, run } = await runUntil(row, workspace, stage);
  const at = performance.now();
  const undo = await faultOf(row.fault).strike({ run, scene, engine, held });
  const took = await ended(run, at, isInterrupt(row) ? INTERRUPT_MS : FAILURE_MS);
  const code = await run.over;
  await undo?.();
  if (!held.command) await held.release();
  await expectNothingHalf(scene.engine, workspace.root);
  const left = await describeLeft(scene.engine, workspace.root);
  const message = shortMessage(run.text(), workspace.root) || '(none)';
  const result: Seen = { row, ended: took, code, left, message, next: 'FAILED' };
  seen.push(result);
  if (row.succeeds) expect(code, run.text()).toBe(0);
  else expect(code, run.text()).not.toBe(0);
  if (row.message) expect(run.text()).toMatch(row.message);
  expect(run.text()).not.toContain('Unexpected error');
  expect(await stage.build(workspace)).toBe(undisturbed);
  result.next = 'the same archive';
});

test('the matrix has 60 rows or more, and each fault and each step is in the part of npm test', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(60);
  const part = ROWS.filter((row) => row.part);
  expect(new Set(part.map(({ fault }) => fault))).toEqual(new Set(Object.keys(FAULTS)));
  expect(new Set(part.map(({ step }) => step))).toEqual(new Set(Object.keys(STEPS)));
});

function isInterrupt({ fault }: Row): boolean {
  return /^[A-Z]+$|^IPC|^SIGKILL/.test(fault);
}
