import fc from 'fast-check';
import { onTestFinished, test } from 'vitest';
import { ALL } from '../test/support/some.js';
import { startCacheServer } from './support/cache-server.mjs';
import { sequences } from './support/sequences/actions.js';
import { CONFIGURATIONS, FIRST, files } from './support/sequences/model.js';
import { build, type Clone, perform } from './support/sequences/perform.js';
import { testClone, testWorkspace, type Workspace } from './support/workspace.js';

/** More of them: SEQUENCES=100 SEED=1 npm run test:e2e -- sequences */
const numRuns = Number(process.env.SEQUENCES ?? (ALL ? 4 : 1));
const seed = process.env.SEED ? Number(process.env.SEED) : 20_261_125;

test(
  'whatever happens to two clones with one cache, an artifact is what the files on the host make',
  async () => {
    const property = fc.asyncProperty(sequences, async (actions) => {
      const server = await startCacheServer();
      onTestFinished(() => server.close());
      const clone = (workspace: Workspace): Clone => ({
        ...{ workspace, env: server.env, facts: FIRST, hasOwnKeys: false },
      });
      const first = await testWorkspace(files);
      const clones = [clone(first), clone(await testClone(first))] as const;
      await clones[1].workspace.write({ 'systems/alpha/ignored/c': 'cccc' });
      for (const action of actions) await perform(action, [...clones]);
      for (const one of clones) for (const configuration of CONFIGURATIONS) await build(one, configuration);
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
  },
  numRuns * 300_000,
);
