import { durationText, sizeText } from '../../../options/units.js';
import type { Analysis } from './analysis.js';
import { unionMs } from './intervals.js';

/** What would make a build faster. */
export interface Advice {
  id: 'downloads' | 'ccache' | 'per-package-directories' | 'external-toolchain' | 'memory';
  /** With the number that it is given for. */
  text: string;
}

interface Rule {
  id: Advice['id'];
  /** How much of the build it is about, 0 to 1; undefined where it does not apply. */
  part(analysis: Analysis): number | undefined;
  text(analysis: Analysis, part: number): string;
}

const MOST = 3;

const percent = (part: number) => `${Math.round(part * 100)} %`;

/** The packages of Buildroot's internal toolchain (toolchain/toolchain-buildroot). */
const TOOLCHAIN = /^(host-gcc-(initial|final)|host-binutils|glibc|musl|uclibc|linux-headers|gcc-final)$/;

const toolchainMs = ({ steps }: Analysis) => unionMs(steps.filter(({ name }) => TOOLCHAIN.test(name)));

const compileMs = ({ steps }: Analysis) => unionMs(steps.filter(({ step }) => step === 'build'));

const above = (least: number, part: number | undefined) =>
  part !== undefined && part > least ? part : undefined;

/** Of the critical path: the package that takes most of it. */
function largest({ critical }: Analysis) {
  return critical?.packages.toSorted((a, b) => b.ms - a.ms)[0];
}

const RULES: readonly Rule[] = [
  {
    id: 'downloads',
    part: ({ downloads_ms, total_ms }) => above(0.1, downloads_ms / total_ms),
    text: ({ downloads_ms, record }, part) =>
      `Downloads took ${durationText(downloads_ms)}, ${percent(part)} of the build: keep them in a directory (dl_dir)${
        record.buildroot?.mirror ? '' : ', or name a mirror near by (make_args: ["BR2_PRIMARY_SITE=..."])'
      }.`,
  },
  {
    id: 'external-toolchain',
    part: (analysis) =>
      analysis.record.buildroot?.internal_toolchain
        ? above(0.1, toolchainMs(analysis) / analysis.total_ms)
        : undefined,
    text: (analysis, part) =>
      `The toolchain took ${durationText(toolchainMs(analysis))}, ${percent(part)} of the build: an external one (BR2_TOOLCHAIN_EXTERNAL) is only downloaded.`,
  },
  {
    id: 'per-package-directories',
    part: (analysis) => {
      const { record, critical } = analysis;
      if (!critical || record.buildroot?.per_package_directories !== false || isParallel(analysis))
        return undefined;
      return above(0.3, (largest(analysis)?.ms ?? 0) / critical.ms);
    },
    text: (analysis, part) =>
      `${largest(analysis)?.name} took ${durationText(largest(analysis)?.ms ?? 0)}, ${percent(part)} of the critical path, and nothing was built beside it: BR2_PER_PACKAGE_DIRECTORIES=y and make_args: ["-j4"] build other packages meanwhile.`,
  },
  {
    id: 'ccache',
    part: (analysis) =>
      analysis.record.buildroot?.ccache === false
        ? above(0.3, compileMs(analysis) / analysis.total_ms)
        : undefined,
    text: (analysis, part) =>
      `ccache is off, and ${durationText(compileMs(analysis))}, ${percent(part)} of the build, were spent in build steps: with BR2_CCACHE=y the next build from an empty directory compiles only what has changed.`,
  },
  {
    id: 'memory',
    part: ({ record: { usage } }) =>
      usage && usage.memory_limit > 0 ? above(0.9, peakOf(usage.samples) / usage.memory_limit) : undefined,
    text: ({ record: { usage } }, part) =>
      `${percent(part)} of the memory were in use, ${sizeText(peakOf(usage?.samples ?? []))} of ${sizeText(usage?.memory_limit ?? 0)}: let fewer jobs run at once (make_args: ["PARALLEL_JOBS=2"]), or give the container more.`,
  },
];

/** More than what two clocks differ by. */
function isParallel({ steps }: Analysis): boolean {
  const sum = steps.reduce((ms, { start_ms, end_ms }) => ms + end_ms - start_ms, 0);
  return sum > 1.05 * unionMs(steps);
}

export function peakOf(samples: readonly { memory: number }[]): number {
  return samples.reduce((peak, { memory }) => Math.max(peak, memory), 0);
}

/** At most three, what is about most of the build first. */
export function adviceOf(analysis: Analysis): Advice[] {
  if (analysis.total_ms === 0) return [];
  const fitting = RULES.flatMap((rule) => {
    const part = rule.part(analysis);
    return part === undefined ? [] : [{ rule, part }];
  });
  fitting.sort((a, b) => b.part - a.part);
  return fitting.slice(0, MOST).map(({ rule, part }) => ({ id: rule.id, text: rule.text(analysis, part) }));
}
