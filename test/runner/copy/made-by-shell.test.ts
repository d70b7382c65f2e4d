import { expect, test } from 'vitest';
import { madeByShell } from '../../../src/runner/copy/made-by-shell.js';
import { tree } from '../../support/trees.js';

const manifest = tree({
  a: { kind: 'file', mode: 0o644 },
  dir: { kind: 'dir', mode: 0o755 },
  'dir/b': { kind: 'file', mode: 0o644 },
});

const cases: [touched: string[], made: string[]][] = [
  [[], []],
  [['', '.', 'a', 'dir', 'dir/b'], []],
  [['new'], ['new']],
  [['dir/new', 'dir'], ['dir/new']],
  [['tree', 'tree/x/y', 'tree/x'], ['tree']],
  [['dir/tree/x/y'], ['dir/tree']],
  [
    ['constructor', '__proto__/x'],
    ['__proto__', 'constructor'],
  ],
];

test.each(cases)('madeByShell() of %j', (touched, made) => {
  expect(madeByShell(manifest, new Set(touched))).toEqual(made);
});
