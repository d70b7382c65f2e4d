/** The kinds of steps that have a colour of their own, in the order of a package's steps; also classes of the page. */
export const STEP_KINDS = ['download', 'extract', 'patch', 'configure', 'build', 'install'] as const;

type StepKind = (typeof STEP_KINDS)[number];

/** "actual-download" is a download, "install-target" an installation, "rsync" an extraction of local sources. */
export function kindOf(step: string): StepKind | 'other' {
  const word = step === 'rsync' ? 'extract' : step;
  return STEP_KINDS.find((kind) => word.split('-').includes(kind)) ?? 'other';
}
