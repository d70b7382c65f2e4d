// Builds an example in a fresh workspace. It fails when a step does not do what its title says.
import { mkdirSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { EXAMPLES, listOfExamples } from './demo/examples.mjs';
import { session } from './demo/session.mjs';
import { environment, installPacked, makeWorkspace } from './demo/workspace.mjs';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureToolboxImage } from './images.mjs';
import { main, output } from './process.mjs';
import { ensurePrograms } from './programs.mjs';

const USAGE = `npm run demo [-- NAME] builds an example in Docker, from cold to cached, in .demo/NAME/workspace:

${listOfExamples()}

  --in DIR            the workspace and its caches are made there; an earlier demo's are removed
  --installed DIR     has node_modules with Nx and the plugin, which are taken instead of packed and installed ones`;

await main(async () => {
  const { name, installed, help, in: place = join(TOP, '.demo', name) } = parse(process.argv.slice(2));
  if (help) return console.log(USAGE);
  const { directory = name, programs = [], check, steps } = EXAMPLES[name];
  await check?.();
  await ensurePrograms(['git', ...programs]);
  await ensureDependencies();
  await ensureEngine();
  await ensureToolboxImage();
  if (!installed) await build();
  mkdirSync(place, { recursive: true });
  const home = realpathSync(place); // as the volumes' labels have it
  const install = installed ? (root) => linkModules(installed, root) : installPacked;
  const root = await makeWorkspace(directory, home, install);
  console.log(`The workspace is ${relative('', root)}, with the packed plugin.`);
  const start = performance.now();
  const demo = session(root, await environment(home));
  await steps(demo);
  console.log(`\nDone in ${((performance.now() - start) / 1000).toFixed(0)} s:`);
  for (const [command, seconds] of demo.times)
    console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${command}`);
  console.log(`To take it away again:\n  cd ${relative('', root)} && npx nx run-many -t clean`);
});

function parse(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      in: { type: 'string' },
      installed: { type: 'string' },
    },
  });
  const [name = Object.keys(EXAMPLES)[0], ...others] = positionals;
  if (!Object.hasOwn(EXAMPLES, name) || others.length > 0) {
    throw new Error(`There is no example "${positionals.join(' ')}".\n${USAGE}`);
  }
  return { ...values, name };
}

/** In hard links, which takes a second. */
async function linkModules(installed, root) {
  await output('cp', ['-al', join(resolve(installed), 'node_modules'), root]);
}
