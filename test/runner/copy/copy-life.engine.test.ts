import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { table } from '../../../e2e/support/table.js';
import { temporaryDirectory } from '../../support/workspace.js';
import { entriesOf, lifePackage, type Made, madeBy, shellOf } from './life-builds.js';
import { LIVES, type Life, Place } from './life-cases.js';
import { lifePlatform, ROWS } from './life-platform.js';

const rows = LIVES.map((life, index) => ({ life, name: `r${String(index + 1).padStart(2, '0')}` }));
const directoryOf = (life: Life) => (life.of === 'platform' ? 'platform' : 'systems/alpha');

const STEPS = rows
  .filter(({ life }) => life.step)
  .map(({ life, name }) => `cd /nerves/env/${life.of ?? 'alpha'}/${ROWS}/${name}; ${life.step}\n`);
const SHELL = rows
  .filter(({ life }) => life.shell)
  .map(({ life, name }) => `cd /nerves/env/${life.of ?? 'alpha'}/${ROWS}/${name}; ${life.shell}\n`);

/** Builds 2 and 3, and what a build in an empty volume makes of the same files. */
const seen: Partial<Record<'second' | 'secondClean' | 'third' | 'thirdClean', Made>> = {};
const printed = table("in the copy's life", 'build', 'expected', 'artifact', 'made again');

test('the builds', async () => {
  const workspaceRoot = await temporaryDirectory('workspace');
  const at = (row: { life: Life; name: string }) =>
    new Place(join(workspaceRoot, directoryOf(row.life), ROWS, row.name));
  const all = async (phase: 'first' | 'edit' | 'failing' | 'again') => {
    for (const row of rows) await row.life[phase]?.(at(row));
  };
  const packageOf = (life = '', configuration?: string) =>
    lifePackage({ workspaceRoot, configuration, platform: lifePlatform(`set -e\n${STEPS.join('')}`) }, life);
  const first = await packageOf();
  for (const row of rows) {
    await mkdir(at(row).root, { recursive: true });
    if (!row.life.first) await at(row).write('a', 'a\n');
  }
  await all('first');
  for (const row of rows) if (!row.life.ahead) await at(row).age();
  await madeBy(first);
  await all('edit');
  seen.secondClean = await madeBy(await packageOf('', 'second'));
  seen.second = await madeBy(await packageOf('steps'), async (step) => {
    for (const row of rows) if (row.life.during?.step === step) await row.life.during.edit(at(row));
  });
  await shellOf(await packageOf(), `set -e\n${SHELL.join('')}`);
  await all('failing');
  await expect(madeBy(await packageOf('fails'))).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  await all('again');
  seen.third = await madeBy(await packageOf());
  seen.thirdClean = await madeBy(await packageOf('', 'third'));
});

const EXPECTED = 'that of a clean build';

for (const { life, name } of rows) {
  const { what, step, shell, again, failing, during, nothingToDo } = life;
  test(`build(): after ${what}, the artifact is ${EXPECTED}`, () => {
    const check = (build: 'second' | 'third') => {
      const [made, clean] = [seen[build], seen[`${build}Clean`]].map((one) => entriesOf(one, name));
      const remade = remadeOf(seen[build], name);
      const isSame = JSON.stringify(made) === JSON.stringify(clean);
      printed.add(what, build, EXPECTED, isSame ? 'the same' : 'ANOTHER', remade.join(' '));
      expect(clean).not.toEqual([]);
      expect(made).toEqual(clean);
      if (nothingToDo) expect(remade).toEqual([]);
    };
    if (!step) check('second');
    if (step || shell || again || failing || during) check('third');
    else expect(remadeOf(seen.third, name), 'once more, with nothing changed').toEqual([]);
  });
}

function remadeOf(made: Made | undefined, row: string): string[] {
  const lines = (made?.log ?? '').matchAll(new RegExp(`^making \\w+/${ROWS}/${row}/(.*)$`, 'gm'));
  return [...lines].map(([, name = '']) => name);
}
