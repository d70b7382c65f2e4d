import { readable } from '../../../util/lines.js';
import { stepText } from '../../timing/package-step.js';
import type { BuildEvent, ProgressEvent } from '../events.js';
import { Phases } from './phases.js';

/** How much of a line of the log is shown. */
const SHOWN = 100;

/** Where a build is, for people. */
export class State {
  readonly phases = new Phases();
  private lines = 0;
  private last: string | undefined;
  private progress: (ProgressEvent & { at: number }) | undefined;

  on(event: BuildEvent, at: number): void {
    this.phases.on(event, at);
    if (event.type === 'progress') this.progress = { ...event, at };
    if (event.type === 'phase_end') this.progress = undefined;
    if (event.type === 'phase_start') this.last = undefined;
    if (event.type !== 'text') return;
    this.lines += event.lines;
    this.last = event.last ?? this.last;
  }

  /** "make, 142/642 host-gcc-final: building; 12345 lines so far, the last: CC src/x.o" */
  text(now: number): string {
    const { current } = this.phases;
    if (current === undefined) return 'the start';
    const far = this.progress ? `, ${progressText(this.progress, now)}` : '';
    if (this.lines === 0) return `${current.name}${far}`;
    const lines = `${far ? ';' : ','} ${this.lines} line${this.lines === 1 ? '' : 's'} so far`;
    const last = this.last === undefined ? '' : `, the last: ${readable(this.last).trim().slice(0, SHOWN)}`;
    return `${current.name}${far}${lines}${last}`;
  }

  /** How far it is; as long as that is not known, as {@link text}. */
  short(now: number): string {
    return this.progress ? progressText(this.progress, now) : this.text(now);
  }
}

/** "142/642 host-gcc-final: building, about 38 min left" */
export function progressText(
  { done, total, name, step, left_ms, at }: ProgressEvent & { at: number },
  now: number,
): string {
  const what = name ? ` ${name.slice(0, SHOWN)}${step ? `: ${stepText(step)}` : ''}` : '';
  const left = left_ms === undefined ? '' : `, ${leftText(left_ms - (now - at))}`;
  return `${done}/${total}${what}${left}`;
}

function leftText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute left';
  if (minutes < 90) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
