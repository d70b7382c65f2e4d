import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from '../process.mjs';

/**
 * What the steps of an example have: titles, Nx, the files of the workspace, and a failure that says what was expected.
 * @typedef {ReturnType<typeof session>} Session
 * @param {string} root of the workspace
 * @param {NodeJS.ProcessEnv} env
 */
export function session(root, env) {
  const path = (name) => join(root, name);
  const read = (name) => readFileSync(path(name), 'utf8');
  /** @type {[string, number][]} */
  const times = [];
  return {
    path,
    read,
    times,
    title: (text) => console.log(`\n\n=== ${text} ===`),
    /** Runs nx to its end, shows all it prints and how long it took, and gives that without colours. */
    async nx(...args) {
      const command = `npx nx ${args.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ')}`;
      console.log(`$ ${command}`);
      const start = performance.now();
      const { code, output } = await run('npx', ['nx', ...args], { cwd: root, env, show: 'tee' });
      const seconds = (performance.now() - start) / 1000;
      console.log(`(${seconds.toFixed(1)} s)`);
      times.push([command, seconds]);
      expect(code === 0, `${command} ended with exit code ${code}`);
      return stripVTControlCharacters(output);
    },
    edit(name, from, to) {
      const text = read(name);
      expect(text.includes(from), `${name} has no ${JSON.stringify(from)}`);
      writeFileSync(path(name), text.replace(from, to));
    },
  };
}

/**
 * The first two steps of every example.
 * @param {Session} demo
 * @param {string} project
 * @param {string} directory that of the project
 * @param {RegExp} headline one that it prints
 */
export async function coldAndCached(demo, project, directory, headline) {
  demo.title('Built in Docker, from nothing');
  const cold = await demo.nx('run', `${project}:build-artifact`);
  expect(headline.test(cold), `the first build did not print ${headline}`);
  expect(!fromCache(cold, `${project}:archive`), 'the first build came from the cache');
  expect(wasFresh(demo, directory), 'the first build was in a build directory that was there already');

  demo.title("The same again: the archive is in Nx's cache, and nothing is built");
  expect(
    fromCache(await demo.nx('run', `${project}:build-artifact`), `${project}:archive`),
    'the archive was built again',
  );
}

/** What the provenance of its archive says of the build directory. */
function wasFresh(demo, directory) {
  const archive = `${directory}/.nerves/archive`;
  const [name] = readdirSync(demo.path(archive)).filter((found) => found.endsWith('.provenance.json'));
  return JSON.parse(demo.read(join(archive, name))).predicate.buildDefinition.internalParameters.fresh;
}

/** Whether Nx took a task from its cache, by what it prints. */
export function fromCache(text, task) {
  return text
    .split('\n')
    .some((line) => line.includes(task) && /\[(local cache|existing outputs)/.test(line));
}

export function expect(truth, otherwise) {
  if (!truth) throw new Error(`\nThe demo failed: ${otherwise}.`);
}
