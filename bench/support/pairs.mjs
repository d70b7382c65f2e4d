import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What a row found. `ours` and `peer` are medians. Without a bar it is only shown.
 * @typedef {object} Measurement
 * @property {string} row number of the row
 * @property {string} what
 * @property {string} peer what it is compared with; '' for nothing
 * @property {number} ours
 * @property {number} [theirs]
 * @property {'ms' | 'MB'} unit
 * @property {Bar} [bar]
 * @property {string} [series] line of the row's plot, and `size` where on it
 * @property {number} [size]
 *
 * The ratio of the medians, `ours` itself, how much more `ours` is than `theirs`, or that for each of `size`.
 * @typedef {{ by: 'ratio' | 'value' | 'more' | 'more for each', most: number }} Bar
 *
 * @typedef {object} Pair
 * @property {string} row
 * @property {string} what
 * @property {string} peer
 * @property {Bar | number} [bar] a number is that of a ratio
 * @property {number} [rounds]
 * @property {() => unknown} ours
 * @property {() => unknown} theirs
 * @property {() => unknown} [before] prepares each run, and its time does not count
 * @property {string} [series]
 * @property {number} [size]
 */

export function sh(command, options = {}) {
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'], ...options });
}

/**
 * Runs two things in turn, as a machine is faster in one minute than in the next.
 * @param {Pair} pair
 * @returns {Promise<Measurement>}
 */
export async function comparePair({ rounds, theirs, before, ...pair }) {
  const [measurement] = await compareAll([pair], { rounds, theirs, before });
  return /** @type {Measurement} */ (measurement);
}

/**
 * The same for several things that have one peer, all of them in turn.
 * @param {Omit<Pair, 'rounds' | 'theirs' | 'before'>[]} pairs
 * @param {Pick<Pair, 'rounds' | 'theirs' | 'before'>} peer
 * @returns {Promise<Measurement[]>}
 */
export async function compareAll(pairs, { rounds = 5, theirs, before = () => {} }) {
  const runs = [...pairs.map(({ ours }) => ours), theirs];
  /** @type {number[][]} */
  const times = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of runs.entries()) {
      await before();
      times[index]?.push(await timed(run));
    }
  }
  const ofRatio = /** @type {const} */ ('ratio');
  const medians = times.map(median);
  return pairs.map(({ ours: _, bar, ...rest }, index) => ({
    ...rest,
    unit: 'ms',
    bar: typeof bar === 'number' ? { by: ofRatio, most: bar } : bar,
    ours: medians[index] ?? Number.NaN,
    theirs: medians[pairs.length],
  }));
}

/** The value by which a measurement is judged. @param {Measurement} measurement */
export function judged({ ours, theirs = 0, size = 1, bar }) {
  if (bar?.by === 'value') return ours;
  if (bar?.by === 'more') return ours - theirs;
  if (bar?.by === 'more for each') return (ours - theirs) / size;
  return ours / theirs;
}

/**
 * Peak memory of this process, or of another one, against one that only loads what an executor does.
 * @param {string} what
 * @returns {Measurement}
 */
export function peakMemory(what, ours = ownPeak(readFileSync('/proc/self/status', 'utf8'))) {
  const executor = new URL('../../build/executors/archive/executor.js', import.meta.url);
  return {
    ...{ row: '11', what: `peak memory: ${what}`, peer: 'an executor that does nothing', unit: 'MB' },
    ...{ ours, theirs: peakOf(`await import(${JSON.stringify(executor)})`) },
    bar: { by: 'more', most: 60 },
  };
}

/** Peak memory, in MB, of a process of its own that runs a module of these lines. */
export function peakOf(lines, args = []) {
  const script = `${lines};\nconsole.log((await import('node:fs')).readFileSync('/proc/self/status', 'utf8'))`;
  const argv = ['--input-type=module', '-e', script, ...args];
  return ownPeak(execFileSync(process.execPath, argv, { encoding: 'utf8' }));
}

/** Peak memory, in MB, of a build in a process of its own, as that of an executor is. */
export function peakOfBuild(pkg) {
  const [archive, run] = ['../../build/runner/archive.js', './package.mjs'].map((path) =>
    JSON.stringify(new URL(path, import.meta.url)),
  );
  const lines = `const { archive } = await import(${archive});
    const { benchRun } = await import(${run});
    await archive(JSON.parse(process.argv[1]), await benchRun())`;
  return peakOf(lines, [JSON.stringify(pkg)]);
}

/** In MB, of a process's own memory: getrusage(2) also counts that of the process that started it. */
function ownPeak(status) {
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** How long something takes, in ms: what it gives itself, where it is a number. */
export async function timed(run) {
  const start = performance.now();
  const own = await run();
  return typeof own === 'number' ? own : performance.now() - start;
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
