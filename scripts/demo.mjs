import { appendFileSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { build } from './build.mjs';
import { env, makeWorkspace } from './demo-workspace.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureToolboxImage } from './images.mjs';
import { main, run } from './process.mjs';

const ALPHA = 'systems/alpha';

/** The main job on a small monorepo. It fails when a step does not do what its title says. */
await main(async () => {
  await ensureDependencies();
  await ensureEngine();
  await ensureToolboxImage();
  await build();
  const workspace = await makeWorkspace();
  console.log(`The workspace is ${relative('', workspace)}, with the packed plugin.`);
  const start = performance.now();
  const nx = (...args) => show(workspace, args);

  title('A system is built in Docker, from nothing');
  const cold = await nx('run', 'alpha:build-artifact');
  expect(/^.*>>> busyloop 1\.0 Building/m.test(cold), 'the headlines of the build are not shown');
  expect(!fromCache(cold, 'alpha:archive'), 'the first build came from the cache');

  title("The same again: the archive is in Nx's cache, and nothing is built");
  expect(fromCache(await nx('run', 'alpha:build-artifact'), 'alpha:archive'), 'the archive was built again');

  title('The other system, and a firmware made with the artifact of the first');
  await nx('run-many', '-t', 'build-artifact', 'firmware', '--output-style=stream');
  expect(existsSync(join(workspace, 'firmware/dist/demo.fw')), 'firmware/dist/demo.fw is missing');

  title('One file of beta changes: only beta is built, and of it only what the file reaches');
  appendFileSync(join(workspace, 'systems/beta/src/init.c'), '\n/* A change. */\n');
  const affected = await nx('affected', '-t', 'build-artifact', '--base=HEAD', '--output-style=stream');
  expect(/beta:archive/.test(affected) && !fromCache(affected, 'beta:archive'), 'beta was not built');
  expect(!/alpha:/.test(affected), 'alpha was touched');
  expect(!/busyloop 1\.0 Building/.test(affected), 'a package that did not change was built again');

  title('The defconfig of alpha changes: a firmware is made of the new artifact');
  const firmware = () => readFileSync(join(workspace, 'firmware/dist/demo.fw'));
  const older = firmware();
  const defconfig = join(workspace, ALPHA, 'nerves_defconfig');
  writeFileSync(
    defconfig,
    readFileSync(defconfig, 'utf8').replace('HOSTNAME="alpha"', 'HOSTNAME="alpha-two"'),
  );
  const made = await nx('affected', '-t', 'firmware', '--base=HEAD', '--output-style=stream');
  expect(!fromCache(made, 'firmware:firmware') && !firmware().equals(older), 'the firmware is the older one');

  title('What is where');
  for (const path of ['artifacts', 'archive'].flatMap((name) =>
    entries(workspace, `${ALPHA}/.nerves/${name}`),
  )) {
    line(workspace, path);
  }
  line(workspace, `${ALPHA}/build.log`);
  line(workspace, 'firmware/dist/demo.fw');
  console.log(`\nDone in ${((performance.now() - start) / 1000).toFixed(0)} s. To take it away again:`);
  console.log(`  cd ${relative('', workspace)} && npx nx run-many -t clean`);
});

function title(text) {
  console.log(`\n\n=== ${text} ===`);
}

async function show(cwd, args) {
  console.log(`$ npx nx ${args.join(' ')}`);
  const { code, output } = await run('npx', ['nx', ...args], { cwd, env, show: 'tee' });
  expect(code === 0, `nx ${args.join(' ')} ended with exit code ${code}`);
  return stripVTControlCharacters(output);
}

function fromCache(output, task) {
  return output
    .split('\n')
    .some((line) => line.includes(task) && /\[(local cache|existing outputs)/.test(line));
}

function expect(truth, otherwise) {
  if (!truth) throw new Error(`\nThe demo failed: ${otherwise}.`);
}

function entries(workspace, path) {
  return readdirSync(join(workspace, path)).map((name) => join(path, name));
}

function line(workspace, path) {
  console.log(`${size(join(workspace, path)).toLocaleString('en').padStart(12)} bytes  ${path}`);
}

function size(path) {
  if (!lstatSync(path).isDirectory()) return lstatSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0);
}
