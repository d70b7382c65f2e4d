import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { table } from '../../../e2e/support/table.js';
import type { Package } from '../../../src/artifact/package.js';
import { build } from '../../../src/runner/build.js';
import { engineProxy, type Hold } from '../../support/engine-proxy.js';
import { testRun } from '../../support/runner.js';
import { some } from '../../support/some.js';
import { until } from '../../support/wait.js';
import { temporaryDirectory } from '../../support/workspace.js';
import { type Happening, LIVES, MANY, STATES, STEPS, type State, type Step } from './interrupt-cases.js';
import { entriesOf, lifePackage, madeBy } from './life-builds.js';
import { Place } from './life-cases.js';
import { lifePlatform, ROWS } from './life-platform.js';

const lives = some(LIVES, 4);

/** By row: the artifact after it, and what a build in an empty volume makes of the same files. */
const seen = new Map<string, { error?: unknown; made?: string[]; clean?: string[] }>();
const printed = table("in the copy's life", 'artifact of the next build');

test('the builds', async () => {
  const workspaceRoot = await temporaryDirectory('workspace');
  const row = new Place(join(workspaceRoot, 'systems/alpha', ROWS, 'r'));
  const become = async (state: State) => {
    for (const name of ['edited', 'mode', 'back', 'below', 'directory', 'file', 'added', 'include']) {
      await rm(row.path(name), { recursive: true, force: true });
    }
    await STATES[state](row);
    await row.age();
  };
  for (const name of [...MANY, 'debug/h', 'release/h']) await row.write(name, name.slice(0, 3));
  const platform = lifePlatform('');
  const packageOf = (life?: string, configuration?: string) =>
    lifePackage({ workspaceRoot, configuration, platform }, life);
  const pkg = await packageOf();
  const clean: Partial<Record<State, string[]>> = {};
  for (const state of ['B', 'A'] as const) {
    await become(state);
    clean[state] = entriesOf(await madeBy(await packageOf('', state)));
  }
  await madeBy(pkg);
  const heldAt: Happening['heldAt'] = (step, then) => held(pkg, step, then);
  let now: State = 'A';
  for (const { what, happens } of lives) {
    try {
      now = await happens(now, { pkg, packageOf, row, become, heldAt });
      seen.set(what, { made: entriesOf(await madeBy(pkg)), clean: clean[now] });
    } catch (error) {
      seen.set(what, { error });
    }
  }
}, 600_000);

test.each(lives.map(({ what }) => what))(
  'build(): after %s, the artifact is that of a clean build',
  (what) => {
    const { error, made, clean } = seen.get(what) ?? {};
    const isSame = JSON.stringify(made) === JSON.stringify(clean);
    printed.add(what, error ? 'NONE' : isSame ? 'that of a clean build' : 'ANOTHER');
    if (error) throw error;
    expect(made).toEqual(clean);
  },
);

/** Builds until a step comes, has `then` done, and goes on. @returns the error that the build ends with */
async function held(pkg: Package, step: Step, then: Parameters<Happening['heldAt']>[1]): Promise<unknown> {
  const [pattern, after]: RegExp[] = STEPS[step];
  const [proxy, controller] = [await engineProxy(), new AbortController()];
  let hold: Hold | undefined;
  const begin = () => {
    hold ??= proxy.hold(pattern as RegExp, 'request');
  };
  if (after) proxy.on(after, begin);
  else begin();
  const run = testRun(pkg, { env: proxy.env, signal: controller.signal });
  const building = build(pkg, { ...run, archived: false }).then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  await Promise.race([until(() => hold?.holds()), building.then((error) => Promise.reject(error))]);
  await then({ proxy, stop: (reason) => controller.abort(reason) });
  hold?.release();
  return await building;
}
