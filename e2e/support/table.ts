import { afterAll } from 'vitest';

/** What a test file found, row by row; printed when it is over, so that it can be read as one table. */
export function table(...head: string[]): { add(...cells: string[]): void } {
  const rows: string[][] = [];
  afterAll(() => {
    const all = [head, ...rows];
    const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
    console.log(lines.map((line) => line.trimEnd()).join('\n'));
  });
  return { add: (...cells) => void rows.push(cells) };
}
