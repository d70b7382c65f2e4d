import { ArtifactError, reason } from '../../errors.js';
import { fileError } from '../../util/files/file-error.js';
import type { Source } from '../plan/sources.js';
import { isFailure, type Returned } from './bring-back.js';

/** A longer list says how much longer it is. */
const MOST_LINES = 20;

/** What came back from a shell, for the user: nothing where nothing did. */
export function returnedLines({ from }: Pick<Source, 'from'>, returned: readonly Returned[]): string[] {
  const paths = new Set(returned.filter(({ error }) => !error).map(({ path }) => path));
  // a new directory is seen by what is in it, one that went by itself
  const says = (one: Returned) => {
    if (isFailure(one.error)) return false;
    if (one.what === 'remove') return !paths.has(one.path.slice(0, Math.max(one.path.lastIndexOf('/'), 0)));
    return one.entry?.kind !== 'dir' || ![...paths].some((path) => path.startsWith(`${one.path}/`));
  };
  const lines = returned.filter(says).map((one) => `  ${onOneLine(one.path)}${fate(one)}`);
  if (lines.length === 0) return [];
  return [`What the shell changed in ${from}:`, ...shortened(lines, '  ')];
}

/** The error for what could not be written; undefined where all was. */
export function notReturned(
  { from }: Pick<Source, 'from'>,
  returned: readonly Returned[],
  again: string,
): unknown {
  const failed = returned.filter(({ error }) => isFailure(error));
  if (failed.length === 0) return undefined;
  const known = fileError(failed[0]?.error, '');
  const code = known instanceof ArtifactError ? known.code : 'FILE_ACCESS';
  return new ArtifactError(code, {
    tried: `bring what the shell changed back to ${from}`,
    cause: failed[0]?.error,
    details: shortened(
      failed.map(({ path, error }) => `${onOneLine(path)}: ${reason(error)}`),
      '',
    ),
    hint: `These changes are still in the build volume: \`${again}\` tries again.`,
  });
}

/** The first entries of a list, and how many more there are. */
export function shortened(lines: readonly string[], indent: string, most = MOST_LINES): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `${indent}and ${lines.length - most} more`];
}

/** A name may have a line break in it. */
export function onOneLine(path: string): string {
  return path.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

function fate({ what, isNew, beside, error }: Returned): string {
  if (error) return ` stays in the container: its name is too long here`;
  if (beside !== undefined)
    return ` is another one here by now and stays: the shell's is ${onOneLine(beside)}`;
  if (what === 'special') return ' stays in the container: it is neither a file, a directory nor a link';
  if (what === 'keep') return ' stays: the shell removed it, and it is another one here by now';
  if (what === 'remove') return ' (removed)';
  return isNew ? ' (new)' : '';
}
