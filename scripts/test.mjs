import { build } from './build.mjs';
import { check } from './check.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { quickRow } from './engines/quick.mjs';
import { canFault, ensureFaultTools } from './faults-tools.mjs';
import { ensureTestImage, ensureToolboxImage } from './images.mjs';
import { main } from './process.mjs';
import { report } from './report.mjs';
import { vitest } from './vitest.mjs';

const coverage = process.argv.slice(2).filter((argument) => argument.startsWith('--coverage'));

// whole tables, and the files that take longest
if (process.argv.includes('--all') || coverage.length > 0) process.env.TESTS = 'all';

const engine = ['engine', 'engine-alone'];

/** Everything, on a real engine: nothing is skipped for want of one. */
await main(async () => {
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  await ensureToolboxImage();
  /** @type {import('./vitest.mjs').Counts} */
  const built = await build().then(
    () => ({}),
    ({ message }) => ({ problem: message }),
  );
  const faults = async () => {
    if (!canFault()) {
      console.log('Left out: the fault tests, which start an engine of their own, as root, on Linux.');
      return {};
    }
    await ensureFaultTools();
    return await vitest(['faults']);
  };
  const e2e = () => (built.problem ? {} : vitest(['e2e']));
  const browser = () => (process.env.TESTS === 'all' ? vitest(['browser']) : {});
  // Coverage takes one run of the tiers that run the sources; the end-to-end tests run the packed plugin.
  if (coverage.length > 0) {
    process.env.COVERAGE = 'all';
    report([
      built,
      ...(await check({ unit: false })),
      await vitest(['unit', ...engine], ...coverage),
      await quickRow(),
      await faults(),
      await e2e(),
      await browser(),
    ]);
  } else {
    report([
      built,
      ...(await check()),
      await vitest(engine),
      await quickRow(),
      await faults(),
      await e2e(),
      await browser(),
    ]);
  }
  if (process.env.TESTS !== 'all')
    console.log('Of long tables some cases were run: npm run test:all runs all.');
});
