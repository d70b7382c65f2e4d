import { join } from 'node:path';
import { expect, test } from 'vitest';
import { overrideOf } from '../../src/artifact/nerves-override.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

test('overrideOf() takes NERVES_SYSTEM for a system, NERVES_TOOLCHAIN for a toolchain, nothing for a package', async () => {
  const directory = await temporaryDirectory('own');
  const env = { NERVES_SYSTEM: directory, NERVES_TOOLCHAIN: `${directory}/.` };
  expect(overrideOf({ type: 'system' }, env)).toEqual({ variable: 'NERVES_SYSTEM', directory });
  expect(overrideOf({ type: 'toolchain' }, env)).toEqual({ variable: 'NERVES_TOOLCHAIN', directory });
  expect(overrideOf({ type: 'package' }, env)).toBeUndefined();
  expect(overrideOf({ type: 'system' }, { NERVES_TOOLCHAIN: directory })).toBeUndefined();
});

test.each(['gone', 'file', 'file/below'])(
  'overrideOf(): %s is not a directory: no override, and a line that says so',
  async (name) => {
    const directory = await temporaryDirectory('own');
    await writeFiles(directory, { file: '' });
    const path = join(directory, name);
    const warnings: string[] = [];
    const warn = (line: string) => void warnings.push(line);
    expect(overrideOf({ type: 'system' }, { NERVES_SYSTEM: path }, warn)).toBeUndefined();
    expect(warnings).toEqual([
      `NERVES_SYSTEM is ${path}, which is not a directory: it is not used, as in Nerves`,
    ]);
  },
);

test('overrideOf() silently ignores unset and empty variables', () => {
  const warn = () => expect.unreachable();
  expect(overrideOf({ type: 'system' }, {}, warn)).toBeUndefined();
  expect(overrideOf({ type: 'system' }, { NERVES_SYSTEM: '' }, warn)).toBeUndefined();
});
