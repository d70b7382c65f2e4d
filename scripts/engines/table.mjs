import { writeFileSync } from 'node:fs';

const HEAD = ['engine', 'version', 'API', 'passed', 'failed', 'skipped', 'seconds'];

/**
 * @typedef {{ name: string, version: string, api: string, seconds: number, counts: import('../vitest.mjs').Counts }} Result
 */

/**
 * Prints what became of each row, and writes it to a file, as Markdown.
 * @param {Result[]} results
 * @param {string} [file]
 */
export function writeTable(results, file) {
  const rows = results.map(({ name, version, api, counts, seconds }) => [
    ...[name, version, api, counts.passed ?? 0, counts.failed ?? 0, counts.skipped ?? 0, seconds].map(String),
  ]);
  const widths = HEAD.map((head, at) =>
    Math.max(...[head, ...rows.map((row) => row[at])].map((cell) => cell.length)),
  );
  const line = (cells, fill = ' ') =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at], fill)).join(' | ')} |`;
  const text = [
    line(HEAD),
    line(
      HEAD.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n');
  console.log(text);
  if (file) writeFileSync(file, `${text}\n`);
}
