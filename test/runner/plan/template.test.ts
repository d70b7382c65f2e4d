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
    ['awk', '{{print}}', '$HOME {{unknown}} {}'],
    ['awk', '{print}', '$HOME {unknown} {}'],
  ],
  [
    ['sh', '-c', `cp "\${workdir}" \${make_args:-x} $workdir`],
    ['sh', '-c', `cp "\${workdir}" \${make_args:-x} $workdir`],
  ],
  [
    ['perl -e "$ENV{SSH_AUTH_SOCK} $h{key}"', 'x{toString} {HOME}', 'lib{workdir}'],
    ['perl -e "$ENV{SSH_AUTH_SOCK} $h{key}"', 'x{toString} {HOME}', 'lib/nerves/build'],
  ],
  [
    ['grep -E "a{3} {1,2}"', "docker inspect -f '{{json .}}' {{.Id}}", 'echo {a,b}'],
    ['grep -E "a{3} {1,2}"', "docker inspect -f '{{json .}}' {{.Id}}", 'echo {a,b}'],
  ],
  [[], []],
])('fillTemplate() of %j', (argv, expected) => {
  expect(fillTemplate(argv, VALUES)).toEqual(expected);
});

test.each([
  ['{workdri}', '{workdri}'],
  ["awk '{print}'", '{print}'],
  ['O={constructor}', '{constructor}'],
])('fillTemplate() refuses the unknown name in %j, and lists those that there are', (part, name) => {
  expect(() => fillTemplate(['sh', '-c', part], VALUES)).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTION',
      message: expect.stringContaining(
        `${name} is not a placeholder; there are {workdir}, {make_args}, {none}`,
      ),
      hint: `Correct it, or write {${name}} for ${name} as it stands.`,
    }),
  );
});

test('fillTemplate() puts a value in as it is, whatever characters it has', () => {
  const odd = "$& $1 {workdir} 'x' \\";
  expect(fillTemplate(['a {odd}', '{odd}'], { ...VALUES, odd })).toEqual([`a ${odd}`, odd]);
});
