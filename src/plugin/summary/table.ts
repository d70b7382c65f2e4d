import { durationText, sizeText } from '../../options/units.js';
import type { Build } from './builds.js';

const HEAD = ['package', 'result', 'time', 'archive'];

/** The builds in columns, for a terminal; ends with a newline. */
export function plainTable(builds: readonly Build[]): string {
  const rows = [HEAD, ...builds.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The same in Markdown, for a page that shows tables; ends with a newline. */
export function markdownTable(builds: readonly Build[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
  const escaped = builds.map((build) => cells(build).map((cell) => cell.replaceAll(/[|\\`*_<[\]]/g, '\\$&')));
  return [line(HEAD), line(HEAD.map(() => '---')), ...escaped.map(line)].join('');
}

function cells({ name, result, took, size }: Build): string[] {
  return [
    name,
    result,
    took === undefined ? '' : durationText(took),
    size === undefined ? '' : sizeText(size),
  ];
}
