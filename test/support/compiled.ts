import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { build } from 'vite';
import { afterAll, vi } from 'vitest';

const TOP = resolve(import.meta.dirname, '../..');

// here, as a hook that a hook registers is not called
const made: string[] = [];
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

// for every test of a file that imports this: starting a process takes seconds on a busy machine
vi.setConfig({ testTimeout: 300_000 });

/** Any user but root: "nobody", or who runs the tests. */
export const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/**
 * Modules of src for child processes, bundled with their dependencies, in a directory that every user can read,
 * wherever this checkout is. Removed after the tests of the file.
 * @param modules by the name of the result: `{ unpack: 'artifact/archive/unpack' }` gives `unpack.js`
 * @returns the directory; scripts in it import `./unpack.js`
 */
export async function compile(modules: Record<string, string>): Promise<string> {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'nx-docker-artifact-compiled-')));
  made.push(top);
  await chmod(top, 0o755);
  await copyFile(join(TOP, 'package.json'), join(top, 'package.json'));
  const directory = join(top, 'dist/compiled');
  const input = Object.entries(modules).map(([name, path]) => [name, join(TOP, 'src', `${path}.ts`)]);
  await build({
    root: TOP,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: directory,
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rollupOptions: {
        input: Object.fromEntries(input),
        external: [/\.node$/],
        // for the CommonJS among the dependencies
        output: {
          chunkFileNames: '[name]-[hash].js', // beside each other, and two levels below package.json, where the version is read
          banner: 'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
        },
      },
    },
  });
  await mkdir(directory, { recursive: true });
  return directory;
}

let scripts = 0;

/** Writes an ES module beside the compiled ones. */
export async function writeScript(directory: string, text: string): Promise<string> {
  const path = join(directory, `script-${++scripts}.mjs`);
  await writeFile(path, text);
  return path;
}

/** Runs an ES module beside the compiled ones, with what it gets in `process.argv.slice(2)`. */
export async function runScript(directory: string, text: string, args: string[] = [], options: Options = {}) {
  const path = await writeScript(directory, text);
  return await execa(process.execPath, [path, ...args], { reject: false, timeout: 60_000, ...options });
}
