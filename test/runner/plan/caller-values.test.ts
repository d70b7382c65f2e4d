import { expect, test } from 'vitest';
import { withCallerValues } from '../../../src/runner/plan/caller-values.js';

const ENV = { SITE: 'http://mirror/ $& {env:SITE}', PORT: '80', EMPTY: '', _x1: 'under' };

test.each([
  [
    ['V=1', 'all'],
    ['V=1', 'all'],
  ],
  [['A={env:SITE}'], ['A=http://mirror/ $& {env:SITE}']],
  [
    ['{env:PORT}{env:_x1}', '-j{env:PORT}'],
    ['80under', '-j80'],
  ],
  // an empty variable is as one that is not set: make's NAME= would hide the .config's value
  [['A={env:UNSET}', 'B={env:EMPTY}', 'C={env:PORT}{env:UNSET}', 'all'], ['all']],
  [
    ['A={{env:PORT}}', `B=\${env:PORT}`, '{PORT}', '{envy}', '{workdir}'],
    ['A={env:PORT}', `B=\${env:PORT}`, '{PORT}', '{envy}', '{workdir}'],
  ],
])('withCallerValues() of %j', (args, expected) => {
  expect(withCallerValues(args, ENV)).toEqual(expected);
});

test.each(['A={env:}', 'A={env:A-B}', 'A={env:PORT', 'A={env:1A}', '{env:PORT}{env: PORT}'])(
  'withCallerValues() refuses %j',
  (arg) => {
    expect(() => withCallerValues(['all', arg], ENV)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringContaining(`"${arg}" has "{env:"`),
      }),
    );
  },
);
