import fc from 'fast-check';
import { HOWS, type How } from './host-files.js';
import { ASSETS, CONFIGURATIONS, type Configuration, type Facts, PACKAGE, PLATFORM } from './model.js';

/** What a user or a machine does. */
export type Action = { clone: 0 | 1 } & (
  | { does: 'edit'; path: string; content: string; how: How }
  | { does: 'remove' | 'directory' | 'link' | 'chmod'; path: string }
  | { does: 'option'; facts: Facts }
  | { does: 'build'; configuration: Configuration }
  | { does: 'build --fresh'; configuration: Configuration }
  | { does: 'share'; configuration: Configuration }
  | { does: 'interrupt'; configuration: Configuration; after: number; signal: NodeJS.Signals }
  | {
      does: 'edit while it builds';
      configuration: Configuration;
      after: number;
      path: string;
      content: string;
    }
  | { does: 'shell'; script: string }
  | { does: 'lose .nerves' }
);

const SOURCES = ['src/a', 'src/b', 'src/sub/d', 'ignored/c'].map((path) => `${PACKAGE}/${path}`);
const PATHS = [
  ...SOURCES,
  `${PACKAGE}/nerves_defconfig`,
  `${PLATFORM}/common.h`,
  `${PLATFORM}/extra/e`,
  `${ASSETS}/logo`,
];

/** In the container; what it changes of the platform's copy is no change on the host. */
const SHELLS = [
  'sed -i s/hhhh/xxxx/ /nerves/env/platform/common.h',
  'rm -r /nerves/env/platform/extra',
  'cd /nerves/env/platform; echo x >x; touch -r common.h x; cat x >common.h; touch -r x common.h; rm x',
  'cd /nerves/env/platform; rm -f common.h; mkdir common.h; ln -s nowhere extra/link',
  'cd /nerves/env/platform; mkdir -p extra/made; echo x >extra/made/by-a-shell; echo x >extra/x',
  'chmod +x /nerves/env/platform/common.h',
];

const letters = fc.constantFrom(...['0', '1', '2', '3'].map((digit) => digit.repeat(4)));
const configuration = fc.constantFrom(...CONFIGURATIONS);
const facts = fc.record({ flavour: fc.constantFrom('sweet', 'sour'), makeArg: fc.constantFrom('0', '1') });
const does = <T extends string>(name: T) => fc.constant(name);
const clone = fc.constantFrom<0 | 1>(0, 1);
const path = fc.constantFrom(...PATHS);
const after = fc.nat(1500);

/** Sequences of what may happen to two clones. */
export const sequences = fc.array<Action>(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        clone,
        does: does('edit'),
        path,
        content: letters,
        how: fc.constantFrom(...HOWS),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        clone,
        does: fc.constantFrom('remove', 'directory', 'link', 'chmod'),
        path: fc.constantFrom(...SOURCES, `${PLATFORM}/extra/e`),
      }),
    },
    { weight: 2, arbitrary: fc.record({ clone, does: does('option'), facts }) },
    { weight: 8, arbitrary: fc.record({ clone, does: does('build'), configuration }) },
    { weight: 1, arbitrary: fc.record({ clone, does: does('build --fresh'), configuration }) },
    { weight: 3, arbitrary: fc.record({ clone, does: does('share'), configuration }) },
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ clone, does: does('interrupt'), configuration, after },
        signal: fc.constantFrom('SIGTERM', 'SIGKILL', 'SIGINT'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        clone,
        does: does('edit while it builds'),
        configuration,
        after,
        path,
        content: letters,
      }),
    },
    { weight: 3, arbitrary: fc.record({ clone, does: does('shell'), script: fc.constantFrom(...SHELLS) }) },
    { weight: 1, arbitrary: fc.record({ clone, does: does('lose .nerves') }) },
  ) as fc.Arbitrary<Action>,
  { minLength: 6, maxLength: 12 },
);
