// `node scripts/build.mjs [DIRECTORY]`: makes dist, or the same elsewhere.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { bundle } from './bundle/bundle.mjs';
import { copyDeclarations } from './bundle/declarations.mjs';
import { licenses } from './bundle/licenses.mjs';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { isMain, main, run } from './process.mjs';
import { withTemporary } from './temporary.mjs';

/** What users import. */
const PUBLIC = ['index', 'plugin'];
/** Nx runs it as a program (src/conventions/key-input.ts). */
const PROGRAM = 'executors/key/program';

/** What scripts and benchmarks import, and users cannot. */
const INTERNAL = [
  'artifact/archive/archive-file',
  'artifact/archive/marker-files',
  'artifact/archive/unpack',
  'artifact/checksum/checksum',
  'artifact/package',
  'docker/backend',
  'generators/options',
  'options/examples',
  'options/schema',
  'runner/archive',
  'runner/build',
  'runner/clean/clean',
  'runner/output/reporters',
  'runner/recipe/recipe',
  'runner/shell',
  'util/tool-version',
];

const json = (name) => JSON.parse(readFileSync(join(TOP, name), 'utf8'));

/**
 * Makes what is published: a bundle of src with its type declarations, the schemas, and the licences of what is in it of others.
 * @param {string} directory
 */
export async function build(directory = join(TOP, 'dist')) {
  rmSync(directory, { recursive: true, force: true });
  const modules = await bundle({ entries: published(), directory, external: externals() });
  for (const name of schemas()) cpSync(join(TOP, 'src', name), join(directory, name));
  writeFileSync(join(directory, 'THIRD-PARTY-LICENSES.txt'), licenses(modules));
  await declarations(directory);
}

/** Makes the same in `build`, for scripts and benchmarks: there they can also import {@link INTERNAL}. */
export async function buildInternal() {
  const directory = join(TOP, 'build');
  rmSync(directory, { recursive: true, force: true });
  await bundle({ entries: [...published(), ...INTERNAL], directory, external: externals() });
  await emitTypes(directory);
}

/** What Nx and users load by its path. */
function published() {
  const { executors } = json('executors.json');
  const { generators } = json('generators.json');
  const paths = [
    ...Object.values(executors).map(({ implementation }) => implementation),
    ...Object.values(generators).map(({ factory }) => factory),
  ];
  return [...PUBLIC, PROGRAM, ...paths.map((path) => path.replace(/^\.\/dist\/|\.js$/g, ''))];
}

/** What users install is not in the bundle. */
function externals() {
  const { dependencies, peerDependencies } = json('package.json');
  return Object.keys({ ...dependencies, ...peerDependencies });
}

/** What users get of the types. */
async function declarations(directory) {
  await withTemporary(async (from) => {
    await emitTypes(from);
    const packages = copyDeclarations({ entries: PUBLIC, from, to: directory });
    const missing = packages.filter((name) => !name.startsWith('node:') && !externals().includes(name));
    if (missing.length > 0)
      throw new Error(`build: the types refer to ${missing.join(', ')}, which users do not have`);
  });
}

async function emitTypes(directory) {
  const argv = ['-p', 'tsconfig.build.json', '--outDir', directory];
  const { code } = await run(join(TOP, 'node_modules/.bin/tsc'), argv, { cwd: TOP, show: true });
  if (code !== 0) throw new Error('build: tsc reports errors');
}

function schemas() {
  const files = readdirSync(join(TOP, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((name) => basename(name) === 'schema.json');
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const [directory] = process.argv.slice(2);
    await ensureDependencies();
    await build(directory && resolve(directory));
  });
}
