import { durationText } from '../../../../options/units.js';
import type { Analysis } from '../analysis.js';
import type { Interval } from '../intervals.js';
import type { StepTime } from '../package-totals.js';
import { type Html, html } from './html.js';
import { kindOf } from './step-kinds.js';

/** Units of the picture's width: it is stretched to that of the page. */
const WIDTH = 10_000;
const LANE = 22;
/** In units: what is narrower cannot be seen, and is drawn together with what follows. */
const LEAST = 4;

/** The phases in one lane, and below it the steps of packages, as many lanes as went on at the same time. */
export function lanesPicture({ record, lanes, critical, total_ms }: Analysis): Html {
  const scale = WIDTH / Math.max(1, total_ms);
  const path = new Set(critical?.packages.map(({ name }) => name));
  const phases = record.steps.map(({ end_ms = total_ms, ...step }) => ({ ...step, end_ms }));
  const rows = lanes.map((lane, index) => visible(lane, scale).map((bar) => barOf(bar, index + 1)));
  const height = (lanes.length + 1) * LANE;

  function barOf({ steps, ...time }: Bar, row: number): Html {
    const [first] = steps;
    const texts = steps.slice(0, MOST_NAMED).map(stepTitle);
    const more = steps.length > MOST_NAMED ? [`and ${steps.length - MOST_NAMED} more`] : [];
    const kind = kindOf(steps.toSorted((a, b) => length(b) - length(a))[0]?.step ?? '');
    const critical = first && path.has(first.name) ? ' critical' : '';
    const open = first?.isOpen ? ' open' : '';
    return rectangle(time, row, `${kind}${critical}${open}`, [...texts, ...more].join('\n'));
  }

  function rectangle({ start_ms, end_ms }: Interval, row: number, kind: string, title: string): Html {
    const x = (start_ms * scale).toFixed(1);
    const width = Math.max(1, (end_ms - start_ms) * scale).toFixed(1);
    return html`<rect class="${kind}" x="${x}" y="${row * LANE + 2}" width="${width}" height="${LANE - 4}"><title>${title}</title></rect>`;
  }

  return html`<svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" style="height:${height}px" role="img" aria-label="Phases and steps of packages over time; the table of packages has the same numbers.">${phases.map(
    (phase) => rectangle(phase, 0, 'phase', `${phase.name} ${durationText(length(phase))}`),
  )}${rows}</svg>`;
}

interface Bar extends Interval {
  steps: StepTime[];
}

const MOST_NAMED = 4;

const length = ({ start_ms, end_ms }: Interval) => end_ms - start_ms;

const stepTitle = (step: StepTime) =>
  `${step.name} ${step.version} ${step.step} ${durationText(length(step))}${step.isOpen ? ', not ended' : ''}`;

/** Steps too short to be seen are one bar, as long as they follow each other. */
function visible(lane: readonly StepTime[], scale: number): Bar[] {
  const bars: Bar[] = [];
  for (const step of lane) {
    const last = bars.at(-1);
    const joins =
      last && last.steps.length < 50 && (step.end_ms - last.start_ms) * scale < LEAST && !step.isOpen;
    if (!joins) bars.push({ start_ms: step.start_ms, end_ms: step.end_ms, steps: [step] });
    else {
      last.steps.push(step);
      last.end_ms = step.end_ms;
    }
  }
  return bars;
}
