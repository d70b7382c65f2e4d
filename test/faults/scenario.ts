import { setTimeout as sleep } from 'node:timers/promises';
import { engineProxy } from '../support/engine-proxy.js';
import { until } from '../support/wait.js';
import type { Row } from './cases.js';
import { mountSmall } from './directory.js';
import { faultOf } from './faults.js';
import type { Stage } from './harness.js';
import type { Run } from './run.js';
import { type Held, type Scene, stepOf } from './steps.js';
import { makeWorkspace, type Workspace } from './workspace.js';

/** A workspace on a disk of its own, where that is to be full. */
export async function workspaceFor(row: Row, stage: Stage): Promise<Workspace> {
  const root = await stage.workspaceRoot();
  const fault = faultOf(row.fault);
  if (fault.smallDisk) await mountSmall(root, 24);
  const name = root.slice(-6).toLowerCase();
  const more = stepOf(row.step).options?.(name, stage.registryAddress);
  const workspace = await makeWorkspace(root);
  workspace.options.build_runner_config = {
    ...workspace.options.build_runner_config,
    ...more,
    ...fault.options,
  };
  return workspace;
}

/** Starts a run and waits until it is held in the row's step. */
export async function runUntil(
  row: Row,
  workspace: Workspace,
  stage: Stage,
): Promise<{ scene: Scene; held: Held; run: Run }> {
  const step = stepOf(row.step);
  const fault = faultOf(row.fault);
  if (step.executor === 'clean') await stage.build(workspace);
  const proxy = await engineProxy({ tcp: fault.tcp, engine: stage.engine.socketPath });
  let run: Run | undefined;
  const text = () => run?.text() ?? '';
  const scene = {
    workspace,
    proxy,
    engine: await stage.engine.connect(),
    registry: stage.registry,
    text,
  };
  const held = await (row.at ?? step.hold)(scene);
  const variables: Record<string, string> = { HOLD: held.command ?? '', AFTER: fault.after ?? '' };
  const command = step.executor === 'shell' ? '/nerves/env/platform/step.sh shell' : undefined;
  run = await stage.runner.start(step.executor, workspace, {
    env: proxy.env,
    options: { env: variables },
    command,
  });
  let over = false;
  run.over.then(() => {
    over = true;
  });
  await until(async () => {
    if (over) throw new Error(`it ended before it came to ${row.step}:\n${text()}`);
    return await held.reached();
  });
  await sleep(50); // for what it was in the middle of
  return { scene, held, run };
}
