import type { Package } from '../../../artifact/package.js';
import { ArtifactError } from '../../../errors.js';
import { type BuildRecord, recordOf, records } from '../record.js';
import { type Advice, adviceOf } from './advice.js';
import { type Analysis, analyze } from './analysis.js';
import { timingText } from './text.js';
import { type ReportFiles, writeReport } from './write.js';

/** How a build went, as `timing --json` prints it. Times in milliseconds. */
export interface TimingSummary {
  /** Of this format: another number when a name changes its meaning, or goes. */
  version: 1;
  /** As it is in its file. */
  record: BuildRecord;
  total_ms: number;
  /** Of {@link BuildRecord.compare_with}; null where there is none any more. */
  before_ms: number | null;
  /** How many cores were busy, on average; null where nobody looked. */
  cores: number | null;
  packages: { name: string; version: string; start_ms: number; ms: number }[];
  /** null where no dependency is known. */
  critical_path: { ms: number; packages: string[] } | null;
  slower: { name: string; before_ms: number; ms: number }[];
  advice: Advice[];
}

/**
 * How a build of a package went, in its configuration. Its report is written anew.
 * @param number of the build; the newest one without it
 * @throws ArtifactError RECORD_MISSING
 */
export async function timing(
  pkg: Package,
  number?: number,
): Promise<{ summary: TimingSummary; text: string; files: ReportFiles }> {
  const { timing: directory } = pkg.paths;
  const record = number === undefined ? await newest(pkg) : await recordOf(directory, number);
  if (!record) throw await missing(pkg, number);
  const analysis = await analysisOf(directory, record);
  return {
    summary: summaryOf(analysis),
    text: timingText(analysis),
    files: await writeReport(directory, analysis),
  };
}

/** A record beside the one that it is to be compared with. */
async function analysisOf(directory: string, record: BuildRecord): Promise<Analysis> {
  const { compare_with: before } = record;
  return analyze(record, before === null ? undefined : await recordOf(directory, before));
}

async function newest(pkg: Package): Promise<BuildRecord | undefined> {
  const { paths, configuration = null } = pkg;
  for await (const record of records(paths.timing)) if (record.configuration === configuration) return record;
  return undefined;
}

async function missing({ project, paths }: Package, number: number | undefined): Promise<ArtifactError> {
  const there: number[] = [];
  for await (const record of records(paths.timing)) there.unshift(record.number);
  return new ArtifactError('RECORD_MISSING', {
    tried: number === undefined ? `find the last build of ${project}` : `find build ${number} of ${project}`,
    cause:
      there.length > 0
        ? `there are records of the builds ${there.join(', ')}`
        : `no build was recorded in ${paths.timing}`,
    hint: 'A record is left by each build on this machine, and by none that came out of a cache.',
  });
}

function summaryOf(analysis: Analysis): TimingSummary {
  const { record, total_ms, before_ms = null, cores = null, packages, critical, slower } = analysis;
  return {
    ...{ version: 1, record, total_ms, before_ms, cores, slower, advice: adviceOf(analysis) },
    packages: packages.map(({ name, version, start_ms, ms }) => ({ name, version, start_ms, ms })),
    critical_path: critical ? { ms: critical.ms, packages: critical.packages.map(({ name }) => name) } : null,
  };
}
