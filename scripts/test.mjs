import { build } from './build.mjs';
import { check } from './check.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureTestImage, ensureToolboxImage } from './images.mjs';
import { main } from './process.mjs';
import { report } from './report.mjs';
import { vitest } from './vitest.mjs';

const coverage = process.argv.slice(2).filter((argument) => argument.startsWith('--coverage'));

/** Everything, on a real engine: nothing is skipped for want of one. */
await main(async () => {
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  await ensureToolboxImage();
  const built = await build().then(
    () => ({}),
    ({ message }) => ({ problem: message }),
  );
  // Coverage counts over all tiers, so it takes one run of them all.
  if (coverage.length > 0) {
    report([built, ...(await check({ unit: false })), await vitest(['unit', 'engine', 'e2e'], ...coverage)]);
  } else {
    report([built, ...(await check()), await vitest(['engine']), built.problem ? {} : await vitest(['e2e'])]);
  }
});
