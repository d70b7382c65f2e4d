import { durationText, sizeText } from '../../options/units.js';
import type { Build } from './builds.js';

/** A column, by its head; '' where there is nothing to say. */
const COLUMNS: [head: string, cell: (build: Build) => string][] = [
  ['package', ({ name }) => name],
  ['result', ({ result }) => result],
  ['time', ({ took }) => (took === undefined ? '' : durationText(took))],
  ['waited', ({ waited }) => (waited === undefined ? '' : durationText(waited))],
  ['archive', ({ size }) => (size === undefined ? '' : sizeText(size))],
  ['slowest package', ({ slowest }) => (slowest ? `${slowest.name} ${durationText(slowest.took)}` : '')],
];

/** The builds in columns, for a terminal; ends with a newline. */
export function plainTable(builds: readonly Build[]): string {
  const rows = rowsOf(builds);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The same in Markdown, for a page that shows tables; ends with a newline. */
export function markdownTable(builds: readonly Build[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
  const [head = [], ...rows] = rowsOf(builds);
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll(/[|\\`*_<[\]]/g, '\\$&')));
  return [line(head), line(head.map(() => '---')), ...escaped.map(line)].join('');
}

/** The heads and a row for each build, without the columns that have nothing to say of any. */
function rowsOf(builds: readonly Build[]): string[][] {
  const columns = COLUMNS.map(([head, cell]) => [head, ...builds.map((build) => cell(build))]);
  const full = columns.filter(([, ...cells]) => cells.some((cell) => cell !== ''));
  return ['', ...builds].map((_, row) => full.map((column) => column[row] ?? ''));
}
