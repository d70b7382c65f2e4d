import { relative } from 'node:path';
import type { BuildRecord } from '../record.js';
import { adviceOf } from './advice.js';
import { analysisOf } from './timing.js';
import { writeReport } from './write.js';

/** Who has waited as long as that is glad to hear why. */
const SLOW_MS = 120_000;

/**
 * Writes the report of a build that has just ended.
 * @returns lines for the user: advice, where it was successful and slow
 */
export async function reportBuild(
  directory: string,
  record: BuildRecord,
  workspaceRoot: string,
): Promise<string[]> {
  const analysis = await analysisOf(directory, record);
  const { page } = await writeReport(directory, analysis);
  if (record.result !== 'success' || analysis.total_ms < SLOW_MS) return [];
  const advice = adviceOf(analysis).map(({ text }) => text);
  // relative, as Nx replays this line on other machines
  return advice.length > 0 ? [...advice, `What took how long: ${relative(workspaceRoot, page)}`] : [];
}
