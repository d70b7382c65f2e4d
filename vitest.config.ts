import { defineConfig } from 'vitest/config';

const long = { testTimeout: 120_000, hookTimeout: 300_000 };

const FAULTS = [process.env.FAULTS === 'all' ? 'test/faults/**/*.test.ts' : 'test/faults/matrix.test.ts'];

/**
 * Tiers: `unit` needs nothing, `engine` a Docker engine, `faults` root and dockerd, `e2e` an engine and a packed
 * tarball in Nx.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.engine.test.ts', 'test/faults/**'],
          testTimeout: 30_000, // for a busy machine
        },
      },
      { test: { name: 'engine', include: ['test/**/*.engine.test.ts'], fileParallelism: false, ...long } },
      // on an engine of its own, which it kills; FAULTS=all for the whole matrix
      { test: { name: 'faults', include: FAULTS, fileParallelism: false, ...long } },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: 'e2e/global-setup.ts',
          fileParallelism: false,
          ...long,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'json-summary'] },
  },
});
