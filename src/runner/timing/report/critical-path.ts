import type { PackageTotal } from './package-totals.js';

/** The chain of packages, each needed by the next one, that takes longest: with any number of cores a build takes no less. */
export interface CriticalPath {
  ms: number;
  packages: PackageTotal[];
}

interface Chain {
  ms: number;
  /** The last of the chain; its own is what comes before. */
  last?: PackageTotal;
  before?: Chain;
}

const NOTHING: Chain = { ms: 0 };

/**
 * By what each package needs, of which some were not built in this build: they take no time.
 * @returns undefined where no dependency is known
 */
export function criticalPath(
  totals: readonly PackageTotal[],
  dependencies: Readonly<Record<string, readonly string[]>> | null,
): CriticalPath | undefined {
  if (!dependencies || totals.length === 0) return undefined;
  const built = new Map(totals.map((total) => [total.name, total]));
  const known = new Map<string, Chain>();
  const chainTo = (name: string): Chain => {
    const found = known.get(name);
    if (found) return found;
    known.set(name, NOTHING); // where packages need each other, the second finds nothing
    const needs = Object.hasOwn(dependencies, name) ? (dependencies[name] ?? []) : [];
    const before = longest(needs.map(chainTo));
    const last = built.get(name);
    const chain = last ? { ms: before.ms + last.ms, last, before } : before;
    known.set(name, chain);
    return chain;
  };
  const path = longest(totals.map(({ name }) => chainTo(name)));
  const packages: PackageTotal[] = [];
  for (let chain: Chain | undefined = path; chain?.last; chain = chain.before) packages.unshift(chain.last);
  return { ms: path.ms, packages };
}

/** Those that take most of it, in their order, and how much the others take. */
export function mainPart(
  { packages, ms }: CriticalPath,
  most: number,
): { main: PackageTotal[]; others: number; othersMs: number } {
  const largest = new Set(packages.toSorted((a, b) => b.ms - a.ms).slice(0, most));
  const main = packages.filter((total) => largest.has(total));
  const othersMs = main.reduce((left, total) => left - total.ms, ms);
  return { main, others: packages.length - main.length, othersMs };
}

const longest = (chains: readonly Chain[]): Chain => chains.reduce((a, b) => (b.ms > a.ms ? b : a), NOTHING);
