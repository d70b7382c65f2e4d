import type { Report } from '../shared/report.js';
import type { Finding, Findings } from './mix/findings.js';
import type { TargetChange } from './target.js';

interface Imported {
  /** The mix.exs and the project.json. */
  from: string;
  to: string;
  change: TargetChange;
  findings: Findings;
}

/** What an import did, and all that it left to the user. */
export function reportOf({ from, to, change, findings }: Imported): Report {
  const { name, set, kept } = change;
  const sections = [
    set.length > 0
      ? section(
          `Set in ${to}, target ${name}:`,
          set.map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)}`),
        )
      : [`Nothing to change in ${to}, target ${name}.`],
    section(
      `Kept in ${to}, where ${from} differs (--overwrite takes its values):`,
      kept.map(
        ({ option, has, mixfile }) =>
          `${option} = ${JSON.stringify(has)}, in mix.exs ${JSON.stringify(mixfile)}`,
      ),
    ),
    section(
      `Could not read in ${from}:`,
      byLine(findings.notRead).map(
        ({ line, key, source, why }) => `line ${line}, ${key}: ${source} (${why})`,
      ),
    ),
    section(
      `Not imported from ${from}:`,
      byLine(findings.notImported).map(({ line, key, why }) => `line ${line}, ${key}: ${why}`),
    ),
  ];
  return { lines: sections.flat(), warnings: [...new Set(findings.warnings)] };
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}

function byLine(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => a.line - b.line);
}
