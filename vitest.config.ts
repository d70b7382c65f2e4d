import { defineConfig } from 'vitest/config';

const long = { testTimeout: 120_000, hookTimeout: 300_000, env: { TEST_NETWORK: 'host' } };

const FAULTS = [process.env.FAULTS === 'all' ? 'test/faults/**/*.test.ts' : 'test/faults/matrix.test.ts'];

/** What `npm test` leaves out and `npm run test:all` has: each takes minutes, and looks closer at what another file touches, too. */
const REST =
  process.env.TESTS === 'all'
    ? []
    : [
        ...[
          'by-hand',
          'cache',
          'ci',
          'ci-commands',
          'clean',
          'configurations',
          'generators',
          'generators-build',
          'inputs',
          'sequences',
          'shared-cache',
        ].map((name) => `e2e/${name}.test.ts`),
        ...[
          'copy/copy-life',
          'copy/sync-sources',
          'long-errors',
          'mirrors',
          'pack/pack-files',
          'plan/user',
          'platform',
          'recipe/fresh-on',
          'shell-elsewhere',
          'toolchain',
        ].map((name) => `test/runner/${name}.engine.test.ts`),
        ...['reader', 'store-memory', 'unpack-bomb'].map((name) => `test/artifact/archive/${name}.test.ts`),
        'test/docker/image/context.engine.test.ts',
        'test/sources/context/dockerignore.engine.test.ts',
      ];

/** What looks at the whole engine, as `clean --all` does, and would see or hold what another file makes. */
const ALONE = ['test/runner/clean/*.engine.test.ts'];

/**
 * What the unit and engine tiers cover together, rounded down (functions, at 93.0, to 92, as timing moves it a little).
 * Fewer tests cover less, so that only scripts/test.mjs, which runs all of both, asks for it.
 */
const THRESHOLDS = { statements: 93, branches: 90, functions: 92, lines: 94 };
const thresholds = process.env.COVERAGE === 'all' ? THRESHOLDS : undefined;

/**
 * Tiers: `unit` needs nothing, `engine` a Docker engine, `faults` root and dockerd, `e2e` an engine and a packed
 * tarball in Nx. Files run two at once, in workspaces of their own, where a tier mostly waits: for the engine or Nx.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{engine,browser}.test.ts', 'test/faults/**', 'test/engines/**', ...REST],
          maxWorkers: '100%',
          testTimeout: 30_000, // for a busy machine
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/**/*.engine.test.ts'],
          exclude: [...ALONE, ...REST],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...long,
        },
      },
      {
        test: {
          name: 'engine-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...long,
        },
      },
      // on an engine of its own, which it kills; FAULTS=all for the whole matrix
      {
        test: {
          name: 'faults',
          include: FAULTS,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          ...long,
        },
      },
      // what any engine must do; scripts/engines.mjs runs it on one after the other
      {
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          tags: [{ name: 'quick', description: 'what `npm test` runs on a second engine' }],
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
          ...{ testTimeout: 300_000, hookTimeout: 300_000 }, // Podman takes a second for GET /version and /info
        },
      },
      // pages in Chromium, which `npm run test:all` installs
      {
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: 'scripts/chromium.mjs',
          sequence: { groupOrder: 6 },
          ...{ testTimeout: 60_000, hookTimeout: 60_000 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: REST,
          globalSetup: 'e2e/global-setup.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
          ...long,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds,
    },
  },
});
