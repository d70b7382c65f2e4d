// End-to-end test files by their names, or all of them: npm run test:e2e -- [clean build] [vitest's own options]
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureTestImage, ensureToolboxImage } from './images.mjs';
import { main } from './process.mjs';
import { report } from './report.mjs';
import { vitest } from './vitest.mjs';

await main(async () => {
  process.env.TESTS = 'all';
  const args = process.argv.slice(2);
  const at = args.findIndex((argument) => argument.startsWith('-'));
  const [names, options] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];
  const files = names.map((name) => `e2e/${name}.test.ts`);
  for (const file of files) if (!existsSync(join(TOP, file))) throw new Error(unknown(file));
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  await ensureToolboxImage();
  report([await vitest(['e2e'], ...files, ...options)]);
});

function unknown(file) {
  const names = readdirSync(join(TOP, 'e2e')).flatMap((name) => /^(.+)\.test\.ts$/.exec(name)?.[1] ?? []);
  return `There is no ${file}. The end-to-end tests are: ${names.join(', ')}.`;
}
