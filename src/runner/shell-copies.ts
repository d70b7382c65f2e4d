import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { delayedAbort } from '../util/abort-signal.js';
import { DEADLINES } from '../util/deadlines.js';
import { bringBack } from './copy/bring-back.js';
import { recordShell } from './copy/changes-of-shell.js';
import { notReturned, returnedLines } from './copy/returned-lines.js';
import type { BuildPlan } from './plan/build-plan.js';
import { copyDir, type Source } from './plan/sources.js';

/** What a shell's changes to the copy of the package come back with. */
export interface ShellCopy {
  /** The copy of the package; undefined where the package itself is mounted. */
  copy: Source | undefined;
  signal: AbortSignal;
  /** The command that tries again what failed. */
  again: string;
  note(text: string): void;
}

/** Which directories in a shell's container are copies, and what becomes of changes there: a line for each. */
export function copyNotes(
  { root }: Pick<Package, 'root'>,
  { sources }: Pick<BuildPlan, 'sources'>,
): string[] {
  return sources.map((source) => {
    const fate =
      source.from === root
        ? 'come back when the shell ends'
        : 'do not reach the host, and are undone before the next build';
    return `${copyDir(source)} is a copy of ${source.from}: changes to its files ${fate}`;
  });
}

/**
 * Brings the changes of the last shell back, where there are any that have not come.
 * @throws ArtifactError FILE_ACCESS, DISK_FULL naming the files; their changes are still in the volume
 */
export async function returnChanges(
  container: BuildContainer,
  { copy, signal, again, note }: ShellCopy,
): Promise<void> {
  if (!copy) return;
  const late = delayedAbort(signal, DEADLINES.bringBack);
  const returned = await bringBack(container.afterInterrupt(), copy, late.signal).finally(late.end);
  const lines = returnedLines(copy, returned);
  if (lines.length > 0) note(lines.join('\n'));
  const error = notReturned(copy, returned, again);
  if (error) throw error;
}

/**
 * Runs a shell, and brings back what it changed, however it ended. After an interrupt there is little time for it: what
 * does not come then is brought by the next shell.
 */
export async function withChangesBack(
  container: BuildContainer,
  shell: ShellCopy,
  open: () => Promise<number>,
): Promise<number> {
  const { copy, again, note } = shell;
  if (!copy) return await open();
  await recordShell(container, copy);
  let code: number;
  try {
    code = await open();
  } catch (error) {
    const late = `What the shell changed in ${copy.from} is still in the build volume: \`${again}\` brings it back`;
    await returnChanges(container, shell).catch(() => note(late));
    throw error;
  }
  await returnChanges(container, shell);
  return code;
}
