import { durationText } from '../../../options/units.js';
import { placeText } from '../../output/failure/failed-place.js';
import type { BuildRecord } from '../record.js';
import { adviceOf } from './advice.js';
import { type Analysis, slowest } from './analysis.js';
import { type CriticalPath, mainPart } from './critical-path.js';
import { preciseText } from './precise-text.js';

const MOST_SLOWER = 5;
const MOST_CRITICAL = 10;

/** How a build went, for a terminal: what took longest, what became slower, and what would help. */
export function timingText(analysis: Analysis): string {
  const { record, critical, slower, before } = analysis;
  const { package: name, package_version: version, configuration, number } = record;
  const of = configuration === null ? '' : `, configuration ${configuration}`;
  return [
    `${name} ${version}${of}: build ${number}, ${summaryText(analysis)}`,
    ...section('phases', phases(analysis)),
    ...section(
      'slowest packages',
      slowest(analysis).map((total) => [total.name, preciseText(total.ms)]),
    ),
    ...(critical ? section(`critical path, ${durationText(critical.ms)}`, path(critical)) : []),
    ...section(
      `slower than in build ${before?.number}`,
      slower
        .slice(0, MOST_SLOWER)
        .map((one) => [one.name, `${preciseText(one.ms)}, was ${preciseText(one.before_ms)}`]),
    ),
    ...adviceOf(analysis).map(({ text }) => `-> ${text}`),
  ].join('\n');
}

/** "failed after 12:31, incremental; the last one of that kind took 11:02; 1.7 of 2 cores busy" */
function summaryText({ record, total_ms, before_ms, cores }: Analysis): string {
  const { result, fresh, usage, ccache } = record;
  const place = failedIn(record);
  const failed = place === undefined ? 'failed after' : `failed in ${place} after`;
  const ended = { success: 'took', failure: failed, interrupted: 'interrupted after' }[result];
  const where = { true: ' from an empty build directory', false: ', incremental', null: '' }[`${fresh}`];
  return [
    `${ended} ${durationText(total_ms)}${where}`,
    ...(before_ms === undefined ? [] : [`the last one of that kind took ${durationText(before_ms)}`]),
    ...(cores === undefined ? [] : [`${cores.toFixed(1)} of ${usage?.cores} cores busy`]),
    ...(ccache ? [`ccache: ${ccache.hits} of ${ccache.hits + ccache.misses} found`] : []),
  ].join('; ');
}

/** "zlib, build"; undefined where nobody knows. */
export function failedIn({ failure }: BuildRecord): string | undefined {
  return placeText({ ...failure, after_ms: undefined }) || undefined;
}

function phases({ record, total_ms }: Analysis): [string, string][] {
  return record.steps.map(({ name, start_ms, end_ms }) => [
    name,
    `${preciseText((end_ms ?? total_ms) - start_ms)}${end_ms === undefined ? ', not ended' : ''}`,
  ]);
}

function path(critical: CriticalPath): [string, string][] {
  const { main, others, othersMs } = mainPart(critical, MOST_CRITICAL);
  const rows = main.map(({ name, ms }): [string, string] => [name, preciseText(ms)]);
  return others > 0 ? [...rows, [`${others} shorter ones`, preciseText(othersMs)]] : rows;
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [`${title}:`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)];
}
