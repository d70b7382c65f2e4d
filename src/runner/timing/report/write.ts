import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../util/files/replace-file.js';
import type { Analysis } from './analysis.js';
import { timingPage } from './page/page.js';
import { traceOf } from './trace.js';

export interface ReportFiles {
  page: string;
  trace: string;
}

/** Where the report of the last build is, or of the one that was asked for last. */
export const reportFiles = (directory: string): ReportFiles => ({
  page: join(directory, 'timing.html'),
  trace: join(directory, 'timing.trace.json'),
});

/** Writes the page and the trace of a build beside its record. */
export async function writeReport(directory: string, analysis: Analysis): Promise<ReportFiles> {
  const files = reportFiles(directory);
  await mkdir(directory, { recursive: true });
  await replaceFile(files.page, timingPage(analysis), writeFile);
  await replaceFile(files.trace, `${JSON.stringify(traceOf(analysis))}\n`, writeFile);
  return files;
}
