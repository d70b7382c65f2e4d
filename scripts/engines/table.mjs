const HEAD = ['engine', 'version', 'API', 'passed', 'failed', 'skipped', 'seconds'];

/**
 * @typedef {{ name: string, version: string, api: string, seconds: number, counts: import('../vitest.mjs').Counts }} Result
 */

/**
 * What became of each row, as Markdown.
 * @param {Result[]} results
 */
export function tableOf(results) {
  const rows = results.map(({ name, version, api, counts, seconds }) => [
    ...[name, version, api, counts.passed ?? 0, counts.failed ?? 0, counts.skipped ?? 0, seconds].map(String),
  ]);
  const widthOf = (at) => Math.max(...[HEAD, ...rows].map((row) => row[at].length));
  const widths = HEAD.map((_, at) => widthOf(at));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
