import { freshCommand } from '../../conventions/plugin-names.js';
import { withoutEscapes } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { Report } from './reporter.js';

/** What a step found out and went on with. Nx replays its text with the archive: it speaks of what was. */
interface StepNote {
  step: Step['name'];
  match: RegExp;
  found: string;
  /** What the user can do. @param fresh the command that builds from an empty build directory */
  remedy: (fresh: string) => string;
}

const STEP_NOTES: readonly StepNote[] = [
  {
    step: 'create-build',
    // nerves_system_br, create-build.sh, which then goes on where nobody sits at a terminal
    match: /^(Detected a difference in the Buildroot source tree|It is highly recommended to rebuild clean)/,
    found:
      "create-build replaced Buildroot's source tree, as it or its patches had changed, kept what was built from the old one, and recommended to rebuild clean",
    remedy: (fresh) => `\`${fresh}\` builds from an empty build directory`,
  },
];

/** Shows what the lines of a step say that its user has to know, each once, also when the step succeeds. */
export class StepNotes {
  private readonly notes: readonly StepNote[];
  private readonly shown = new Set<StepNote>();
  private readonly fresh: string;

  /** @param target as {@link freshCommand} takes it */
  constructor(
    step: Step['name'],
    target: string,
    private readonly report: Pick<Report, 'emit'>,
  ) {
    this.notes = STEP_NOTES.filter((note) => note.step === step);
    this.fresh = freshCommand(target);
  }

  /** @param raw latin1, as of `Lines` */
  add(raw: string): void {
    if (this.notes.length === 0) return; // make prints a million lines
    const line = withoutEscapes(raw);
    for (const note of this.notes) {
      if (this.shown.has(note) || !note.match.test(line)) continue;
      this.shown.add(note);
      this.report.emit({ type: 'note', text: `note: ${note.found}; ${note.remedy(this.fresh)}` });
    }
  }

  /** What may help when the step fails after what was shown. */
  hints(): string[] {
    return [...this.shown].map(({ remedy }) => `${remedy(this.fresh)}.`);
  }
}
