import { describe, expect, test } from 'vitest';
import { PackageEstimate } from '../../../src/runner/timing/estimate.js';

type History = ConstructorParameters<typeof PackageEstimate>[0];
type Build = [name: string, ms: number][];

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** 200 packages: most take seconds, some minutes, as those of Buildroot. */
function build(seed: number, factor: (name: string) => number = () => 1): Build {
  const next = random(seed);
  return Array.from({ length: 200 }, (_, n) => {
    const name = `p${n}`;
    return [name, Math.exp(7 + 3 * next() + (next() > 0.96 ? 3 : 0)) * factor(name)];
  });
}

const NOTHING: History = { durations: new Map(), packages: [], tail_ms: 0, pace: 1 };

function historyOf(packages: Build): History {
  const durations = new Map(packages.map(([name, ms]) => [name, new Map([['build', ms]])]));
  return { ...NOTHING, durations, packages: packages.map(([name]) => name) };
}

/** What was said at some parts of a build, and how long it then took. */
function said(
  packages: Build,
  history: History,
  order?: string[],
): { at: number; left?: number; took: number }[] {
  const total = packages.reduce((sum, [, ms]) => sum + ms, 0);
  const starts = packages.map((_, n) => packages.slice(0, n).reduce((sum, [, ms]) => sum + ms, 0));
  return [0.02, 0.1, 0.25, 0.5, 0.75].map((part) => {
    const now = total * part;
    const running = new PackageEstimate(history, true);
    running.know({ order });
    for (const [n, [name]] of packages.entries())
      if ((starts[n] ?? 0) <= now) running.begin(name, 'build', starts[n] ?? 0);
    return { at: part, left: running.at(now)?.left_ms, took: total - now };
  });
}

const slower = random(7);
const CASES: [string, Build, History, string[] | undefined, number][] = [
  ['the same again', build(1), historyOf(build(1)), undefined, 0.02],
  [
    'each package by up to 30 % longer or shorter',
    build(1, () => 0.7 + 0.6 * slower()),
    historyOf(build(1)),
    undefined,
    0.15,
  ],
  ['a machine of half the speed', build(1, () => 2), historyOf(build(1)), undefined, 0.35],
  [
    'a third of the packages not known',
    build(1),
    historyOf(build(1).filter((_, n) => n % 3 > 0)),
    build(1).map(([name]) => name),
    0.6,
  ],
];

describe('PackageEstimate', () => {
  test.each(CASES)('predicts the time left: %s', (title, packages, history, order, most) => {
    const [early, ...later] = said(packages, history, order);
    expect(early?.left, 'nothing before 5 % are known').toBeUndefined();
    const errors = later.map(({ left = Number.NaN, took }) => left / took - 1);
    if (process.env.SHOW_ESTIMATES) {
      const minutes = (ms = Number.NaN) => (ms / 60_000).toFixed(1);
      const cells = later.map(
        ({ left, took }, n) =>
          `${minutes(left)} / ${minutes(took)} (${((errors[n] ?? 0) * 100).toFixed(0)} %)`,
      );
      console.log(`| ${title} | ${cells.join(' | ')} |`);
    }
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(most);
  });

  test.each([
    ['nothing', NOTHING],
    ['less than half of the packages', historyOf(build(1).filter((_, n) => n % 3 === 0))],
  ])('only counts where durations are known of %s', (_, history) => {
    const packages = build(1);
    const order = packages.map(([name]) => name);
    for (const { left } of said(packages, history, order)) expect(left).toBeUndefined();
  });

  test('says nothing of a build directory that has something, before it is known what that is', () => {
    const estimate = new PackageEstimate(historyOf(build(1)), false);
    estimate.begin('p7', 'build', 0);
    expect(estimate.at(1000)).toBeUndefined();
    estimate.know({ order: ['p7'] });
    expect(estimate.at(1000)).toBeUndefined();
    estimate.know({ order: ['p1', 'p7'], directories: ['p1-1.0', 'p7-1.0'] });
    expect(estimate.at(1000)).toMatchObject({ done: 1, total: 2 });
  });

  test.each([
    ['before that is known', ['p0', 'p1']],
    ['later', ['p0']],
  ])('only counts where what was there is built again, as nobody knows how much of it: %s', (_, first) => {
    const packages = build(1);
    const order = packages.map(([name]) => name);
    const estimate = new PackageEstimate(historyOf(packages), false);
    for (const name of first) estimate.begin(name, 'build', 0);
    estimate.know({ order, directories: order.slice(1).map((name) => `${name}-1.0`) });
    estimate.begin('p1', 'install', 100);
    expect(estimate.at(1e9)).toMatchObject({ done: 199, total: 200, left_ms: undefined });
  });

  test('counts what was there before as done, unless it is built again, and takes the longest name of a directory', () => {
    const estimate = new PackageEstimate(NOTHING, true);
    estimate.know({
      order: ['linux', 'linux-firmware', 'toolchain', 'zlib'],
      directories: ['linux-firmware-2024', 'toolchain'],
    });
    expect(estimate.at(0)).toBeUndefined();
    estimate.begin('linux', 'build', 0);
    expect(estimate.at(10)).toMatchObject({ done: 2, total: 4 });
    estimate.begin('toolchain', 'build', 20);
    expect(estimate.at(30)).toMatchObject({ done: 2, total: 4 });
    estimate.begin('zlib', 'build', 40);
    expect(estimate.at(50)).toMatchObject({ done: 3, total: 4 });
  });

  test('counts of packages that are built at the same time only those as done that were installed', () => {
    const durations = (name: string): Build[number] => [name, 1000];
    const history = historyOf(['a', 'b', 'c', 'd'].map(durations));
    const estimate = new PackageEstimate(history, true);
    estimate.begin('a', 'configure', 0);
    estimate.begin('b', 'configure', 0);
    estimate.begin('a', 'build', 100); // it has gone on beside the other one
    expect(estimate.at(100)).toMatchObject({ done: 0, total: 4 });
    estimate.begin('b', 'install-staging', 500);
    estimate.begin('c', 'build', 600);
    expect(estimate.at(600)).toMatchObject({ done: 1, total: 4 });
    estimate.begin('a', 'install-target', 700);
    estimate.begin('d', 'build', 800);
    expect(estimate.at(900)).toMatchObject({ done: 2, total: 4 });
    estimate.endCurrent();
    expect(estimate.at(1000)).toMatchObject({ done: 4, total: 4 });
  });

  test('does not take packages for done that make -jN has only extracted, nor guess by them', () => {
    const packages: Build = ['a', 'b', 'c', 'd'].map((name) => [name, 1000]);
    const estimate = new PackageEstimate(historyOf(packages), true);
    for (const [index, [name]] of packages.entries()) estimate.begin(name, 'extract', index * 10);
    expect(estimate.at(40)).toMatchObject({ done: 0, total: 4, left_ms: undefined });
    const alone = new PackageEstimate({ ...NOTHING, packages: ['a', 'b'] }, true);
    alone.begin('a', 'build', 0);
    alone.begin('b', 'extract', 10);
    expect(alone.at(20)).toMatchObject({ done: 1, total: 2 });
  });

  test('knows no total where neither make nor a record has said one', () => {
    const estimate = new PackageEstimate(NOTHING, true);
    estimate.begin('zlib', 'build', 0);
    expect(estimate.at(10)).toBeUndefined();
  });

  test('adds what follows after the last package', () => {
    const history = {
      ...historyOf([
        ['a', 100],
        ['b', 100],
      ]),
      tail_ms: 50,
    };
    const estimate = new PackageEstimate(history, true);
    estimate.begin('a', 'build', 0);
    estimate.begin('b', 'build', 100);
    expect(estimate.at(100)?.left_ms).toBeCloseTo(150);
    expect(estimate.at(1000)?.left_ms, 'a package that takes longer').toBeCloseTo(50);
    estimate.endCurrent();
    expect(estimate.at(1000)).toMatchObject({ done: 2, total: 2, left_ms: 50 });
  });
});
