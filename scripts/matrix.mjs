// The end-to-end tests of what differs between versions, in each pair of Nx and Node that is supported:
//   npm run test:matrix [-- nx@23 node@22 build package]
import { join } from 'node:path';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureToolboxImage } from './images.mjs';
import { main, output } from './process.mjs';
import { report } from './report.mjs';
import { withTemporary } from './temporary.mjs';
import { vitest } from './vitest.mjs';

const NX = ['22', '23', '24'];
const NODE = ['20', '22', '24'];
/** The oldest that is supported, with the oldest Node alone. */
const OLDEST_NX = '22.0';
/**
 * Packaging, inference, a cold build, a cached one, a restore without an engine, three at once, by hand, the key,
 * `nx add` and the other generators, what uses an artifact, the commands of docs/ci.md.
 */
const FILES = ['package', 'build', 'parallel', 'by-hand', 'key', 'generators', 'consumer', 'ci-commands'];

await main(async () => {
  await ensureDependencies();
  await ensureEngine();
  await ensureToolboxImage();
  const named = process.argv.slice(2).filter((text) => !text.includes('@'));
  const files = named.length > 0 ? named : FILES;
  await withTemporary(async (dir) => {
    /** @type {import('./vitest.mjs').Counts[]} */
    const results = [];
    /** @type {{ Nx: string, Node: string, result: string }[]} */
    const rows = [];
    for (const node of wanted('node', NODE)) {
      const bin = await installNode(node, dir);
      for (const nx of wanted('nx', node === NODE[0] ? [OLDEST_NX, ...NX] : NX)) {
        const version = await newest('nx', nx);
        // a registry may have a release of one and not yet of the other
        const devkit = await newest('@nx/devkit', nx);
        Object.assign(process.env, { TESTS: 'all', E2E_NX: version, E2E_NX_DEVKIT: devkit, E2E_NODE: bin });
        const result = await vitest(['e2e'], ...files.map((name) => `e2e/${name}.test.ts`));
        results.push(result);
        const text = result.problem ?? `${result.passed} passed, ${result.failed} failed`;
        rows.push({ Nx: version, Node: await output(join(bin, 'node'), ['--version']), result: text });
      }
    }
    console.table(rows);
    report(results);
  });
});

/** The major versions that the command line names, or all. */
function wanted(name, all) {
  const named = process.argv
    .slice(2)
    .flatMap((text) => (text.startsWith(`${name}@`) ? text.split('@')[1] : []));
  return named.length > 0 ? named : all;
}

async function newest(name, major) {
  const versions = JSON.parse(
    await output('npm', ['view', `${name}@${major}`, 'version', '--json'], { cwd: TOP }),
  );
  const numbers = (version) => version.split('.').map(Number);
  const compare = ([a, b, c], [x, y, z]) => a - x || b - y || c - z;
  return [versions]
    .flat()
    .sort((one, other) => compare(numbers(one), numbers(other)))
    .at(-1);
}

/** Node's own builds, as npm has them. */
async function installNode(major, dir) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const prefix = join(dir, `node-${major}`);
  await output('npm', [
    'install',
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    `${name}@${await newest(name, major)}`,
  ]);
  return join(prefix, 'node_modules', name, 'bin');
}
