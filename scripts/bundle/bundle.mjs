import { join } from 'node:path';
import { TOP } from '../dependencies.mjs';
import { inAscii } from './ascii.mjs';
import { chunks } from './chunks.mjs';
import { unusedModule, withoutUnused } from './unused.mjs';

const SRC = join(TOP, 'src');

/** Where modules lie that several entries share: two levels below package.json, by which they find it (src/util/tool-version.ts). */
const SHARED = 'chunks/';

/**
 * Bundles modules of src, with what they share in files of their own, so that each module is there once: an executor is a
 * few files to find and compile, and not hundreds. Nothing is minified, as it would be no faster, and stack traces are to be read.
 * @param {{ entries: string[], directory: string, external: string[] }} what entries as `executors/build/executor`; the
 *   packages that are not bundled
 * @returns the paths of the modules that the bundle has code of
 */
export async function bundle({ entries, directory, external }) {
  const { rolldown } = await import('rolldown'); // not there yet when a script is loaded that installs it
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, join(SRC, `${entry}.ts`)])),
    cwd: TOP,
    platform: 'node',
    external: external.map((name) => new RegExp(`^${name}(/|$)`)),
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, mainFields: ['module', 'main'] },
    plugins: [withoutUnused(), inAscii()],
    onLog(level, log) {
      // the public API loads at once what executors load when they need it
      if (level === 'warn' && log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: directory,
    entryFileNames: '[name].js',
    chunkFileNames: `${SHARED}[name]-[hash].js`,
    codeSplitting: chunks({ top: SRC, entries }),
    minify: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await build.close();
  const files = output.filter((file) => file.type === 'chunk');
  for (const { fileName, code } of files)
    if (code.includes('import.meta') && !fileName.startsWith(SHARED))
      throw new Error(`${fileName} looks for files by its own path, which only those in ${SHARED} may`);
  return files.flatMap(({ moduleIds }) => moduleIds).filter((path) => !unusedModule(path));
}
