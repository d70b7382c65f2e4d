import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

test('BuildEvent: docs/output.md has a row for each type, and for no other', () => {
  const source = readFileSync(join(root, 'src/runner/output/events.ts'), 'utf8');
  const types = [...source.matchAll(/\btype: '(\w+)'/g)].map(([, type]) => type);
  const page = readFileSync(join(root, 'docs/output.md'), 'utf8');
  const [table = ''] = page.slice(page.search(/^\| type +\| besides/m)).split('\n\n');
  const rows = [...table.matchAll(/^\| (`.*?) +\|/gm)].map(([, names = '']) => names);
  const documented = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(documented.sort()).toEqual(types.sort());
});
