import { writeFileSync } from 'node:fs';
import type { Case } from './cases.js';

/** What a case of the matrix saw. */
export interface Seen {
  testCase: Case;
  /** Milliseconds from the fault to the end of the executor. */
  ended: number;
  code: number;
  /** What was left before the next run. */
  left: string;
  message: string;
  next: 'the same archive' | 'FAILED';
}

/** The matrix in Markdown, printed, and written to `file` if it is given. */
export function printTable(seen: Seen[], file: string | undefined): void {
  const lines = [
    '| fault | step | ended after | exit code | left (nothing runs, nothing partial) | message | next run |',
    '|---|---|---|---|---|---|---|',
    ...seen.map(({ testCase, ended, code, left, message, next }) => {
      const time = `${(ended / 1000).toFixed(1)} s`;
      return `| ${[testCase.fault, testCase.step, time, code, left, message.replaceAll('|', '\\|'), next].join(' | ')} |`;
    }),
  ];
  const text = `${lines.join('\n')}\n`;
  process.stdout.write(`\n${text}\n`);
  if (file) writeFileSync(file, text);
}

/** An error's first line and what to do, without what is different in each run. */
export function shortMessage(text: string, root: string): string {
  const lines = text.replaceAll(`${root}/`, '').split('\n');
  const at = lines.findIndex((line) => /^[A-Z_]+: could not /.test(line));
  if (at < 0) return lines.findLast((line) => /exit code|^removed /.test(line)) ?? '';
  const hint = lines.slice(at).find((line) => line.startsWith('  -> ')) ?? '';
  return `${lines[at]} ${hint.trim()}`.replaceAll(/-[a-z0-9]{16}\b/g, '-<id>');
}
