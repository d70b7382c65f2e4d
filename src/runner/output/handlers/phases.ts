import type { BuildEvent, Phase } from '../events.js';

/** When a phase was, in milliseconds since the start. */
export interface PhaseTime {
  name: Phase;
  start: number;
  /** Undefined of one that has not ended. */
  end?: number;
}

/** The phases of a run, in their order. */
export class Phases {
  readonly all: PhaseTime[] = [];

  on(event: BuildEvent, at: number): void {
    if (event.type === 'phase_start') this.all.push({ name: event.phase, start: at });
    const { current } = this;
    if (event.type === 'phase_end' && current) current.end = at;
  }

  /** The one that runs, or failed, or was the last. */
  get current(): PhaseTime | undefined {
    return this.all.at(-1);
  }
}
