import { expect, test } from 'vitest';
import { fillTemplate } from '../../../src/runner/plan/template.js';

const VALUES = { workdir: '/nerves/build', make_args: ['PARALLEL_JOBS=8', 'V=1'], none: [] };

test.each([
  [
    ['make', '{make_args}'],
    ['make', 'PARALLEL_JOBS=8', 'V=1'],
  ],
  [['make', '{none}'], ['make']],
  [
    ['sh', '-c', 'make {make_args} -C {workdir}'],
    ['sh', '-c', 'make PARALLEL_JOBS=8 V=1 -C /nerves/build'],
  ],
  [
    ['{workdir}{workdir}', ''],
    ['/nerves/build/nerves/build', ''],
  ],
  [
    ['awk', '{print}', '$HOME {unknown} {}'],
    ['awk', '{print}', '$HOME {unknown} {}'],
  ],
  [
    ['{constructor}', 'x{toString}'],
    ['{constructor}', 'x{toString}'],
  ],
  [[], []],
])('%j', (argv, expected) => {
  expect(fillTemplate(argv, VALUES)).toEqual(expected);
});

test('a value is put in as it is, whatever characters it has', () => {
  const odd = "$& $1 {workdir} 'x' \\";
  expect(fillTemplate(['a {odd}', '{odd}'], { ...VALUES, odd })).toEqual([`a ${odd}`, odd]);
});
