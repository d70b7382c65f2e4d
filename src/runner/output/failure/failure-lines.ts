import { basename } from 'node:path';
import { debug } from '../../../util/debug.js';
import { type Diagnostics, type Found, shown } from './diagnostics.js';
import { LogReader } from './excerpt.js';

/** Lines on each side of the first error. */
const AROUND = 5;
const MOST_OTHERS = 4;

/** The log of a build, which a step writes to. */
export interface StepLog {
  path: string;
  /** Bytes so far. */
  readonly size: number;
  /** Waits until all of it is written. */
  flush(): Promise<void>;
}

/** What a failing step shows of its output. */
export interface FailureLines {
  lines: string[];
  /** The number of the first error's line in the log. */
  line?: number;
}

/**
 * The first error as it stands in the log, with its line number, what is around it, and the numbers of others. Of a step
 * without a log, and without an error, the lines that were kept of it.
 * @param from where the output of the step begins
 */
export async function failureLines(
  diagnostics: Diagnostics,
  log: StepLog | undefined,
  from: number,
): Promise<FailureLines> {
  const kept = { lines: diagnostics.lines() };
  if (!log || kept.lines.length === 0) return kept;
  try {
    await log.flush();
    const part = { from, to: log.size };
    return await LogReader.read(log.path, part, (reader) => linesOf(reader, diagnostics, basename(log.path)));
  } catch (error) {
    debug('failure: the log cannot be read: %s', error);
    return kept;
  }
}

async function linesOf(reader: LogReader, diagnostics: Diagnostics, name: string): Promise<FailureLines> {
  const { first, others = [] } = diagnostics.found() ?? {};
  if (!first) {
    const [last] = await reader.numbers([diagnostics.end]);
    return { lines: [`the last lines, down to ${name}:${last}`, ...diagnostics.lines().map(indented)] };
  }
  const all = [first, ...others].sort((one, other) => one.at - other.at);
  const numbers = await reader.numbers(all.map(({ at }) => at));
  const numberOf = (found: Found) => numbers[all.indexOf(found)] ?? 0;
  const line = numberOf(first);
  const { before, after } = await reader.around(first.at, AROUND);
  const isElsewhere = (found: Found) =>
    numberOf(found) < line - before.length || numberOf(found) > line + after.length;
  const block = [...before.map(indented), `> ${shown(first.line)}`, ...after.map(indented)];
  const elsewhere = others.filter(isElsewhere).slice(0, MOST_OTHERS);
  return {
    lines: [
      `${name}:${line}`,
      ...block,
      ...elsewhere.map((found) => `${name}:${numberOf(found)}: ${shown(found.line)}`),
    ],
    line,
  };
}

const indented = (line: string) => `  ${line}`.trimEnd();
