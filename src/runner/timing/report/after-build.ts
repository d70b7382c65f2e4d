import { relative } from 'node:path';
import type { BuildRecord } from '../record.js';
import { adviceOf } from './advice.js';
import { analyze } from './analysis.js';
import { writeReport } from './write.js';

/** Who has waited as long as that is glad to hear why. */
const SLOW_MS = 120_000;

/**
 * Writes the report of a build that has just ended.
 * @param builds with the one that its record is compared with
 * @returns lines for the user: advice, where it was successful and slow
 */
export async function reportBuild(
  directory: string,
  { record, before }: { record: BuildRecord; before?: BuildRecord },
  workspaceRoot: string,
): Promise<string[]> {
  const analysis = analyze(record, before);
  const { page } = await writeReport(directory, analysis);
  if (record.result !== 'success' || analysis.total_ms < SLOW_MS) return [];
  const advice = adviceOf(analysis).map(({ text }) => text);
  // relative, as Nx replays this line on other machines
  return advice.length > 0 ? [...advice, `What took how long: ${relative(workspaceRoot, page)}`] : [];
}
