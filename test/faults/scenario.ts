import { setTimeout as sleep } from 'node:timers/promises';
import { engineProxy } from '../support/engine-proxy.js';
import { until } from '../support/wait.js';
import type { Case } from './cases.js';
import { mountSmall } from './directory.js';
import { faultOf } from './faults.js';
import type { Harness } from './harness.js';
import type { Run } from './run.js';
import { type Context, type Held, stepOf } from './steps.js';
import { makeWorkspace, type Workspace } from './workspace.js';

/** A workspace on a disk of its own, where that is to be full. */
export async function workspaceFor(testCase: Case, harness: Harness): Promise<Workspace> {
  const root = await harness.workspaceRoot();
  const fault = faultOf(testCase.fault);
  if (fault.smallDisk) await mountSmall(root, 24);
  const name = root.slice(-6).toLowerCase();
  const more = stepOf(testCase.step).options?.(name, harness.registryAddress);
  const workspace = await makeWorkspace(root);
  workspace.options.build_runner_config = {
    ...workspace.options.build_runner_config,
    ...more,
    ...fault.options,
  };
  return workspace;
}

/** Starts a run and waits until it is held in the case's step. */
export async function runUntil(
  testCase: Case,
  workspace: Workspace,
  harness: Harness,
): Promise<{ context: Context; held: Held; run: Run }> {
  const step = stepOf(testCase.step);
  const fault = faultOf(testCase.fault);
  if (step.executor === 'clean') await harness.build(workspace);
  const proxy = await engineProxy({ tcp: fault.tcp, engine: harness.engine.socketPath });
  let run: Run | undefined;
  const text = () => run?.text() ?? '';
  const context = {
    workspace,
    proxy,
    engine: await harness.engine.connect(),
    registry: harness.registry,
    text,
  };
  const held = await (testCase.at ?? step.hold)(context);
  const variables: Record<string, string> = { HOLD: held.command ?? '', AFTER: fault.after ?? '' };
  const command = step.executor === 'shell' ? '/nerves/env/platform/step.sh shell' : undefined;
  run = await harness.runner.start(step.executor, workspace, {
    env: proxy.env,
    options: { env: variables },
    command,
  });
  let over = false;
  run.over.then(() => {
    over = true;
  });
  await until(async () => {
    if (over) throw new Error(`it ended before it came to ${testCase.step}:\n${text()}`);
    return await held.reached();
  });
  await sleep(50); // for what it was in the middle of
  return { context, held, run };
}
