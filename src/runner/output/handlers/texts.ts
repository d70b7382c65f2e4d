import { durationText } from '../../../options/units.js';
import type { StartEvent } from '../events.js';

/** "[ 0:07]", "[59:59]", "[1:00:00]" */
export function elapsed(ms: number): string {
  return `[${durationText(ms).padStart(5)}]`;
}

/** True also where Nx replays it, on another machine. */
export function startLine({ package: name, version, host, started }: StartEvent): string {
  return `${name} ${version} on ${host}, ${started}`;
}
