import { durationText } from '../../../options/units.js';

/** Of milliseconds: "3.4 s", from a minute on "1:02". */
export function preciseText(ms: number): string {
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms);
}
