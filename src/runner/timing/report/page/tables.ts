import { type Analysis, slowest } from '../analysis.js';
import { type CriticalPath, mainPart } from '../critical-path.js';
import type { PackageTotal } from '../package-totals.js';
import { preciseText } from '../precise-text.js';
import { type Html, html } from './html.js';
import { kindOf, STEP_KINDS } from './step-kinds.js';

const time = (ms: number) => html`<td class="number" data-value="${Math.round(ms)}">${preciseText(ms)}</td>`;

/** The heads of columns without numbers. */
const TEXTS = new Set(['package', 'phase', '']);

function table(heads: readonly string[], rows: readonly Html[], attributes = html``): Html {
  return html`<table ${attributes}><thead><tr>${heads.map((head) => html`<th scope="col"${TEXTS.has(head) ? undefined : html` class="number"`}>${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

const MOST_CRITICAL = 20;

/** A bar as long as a part of the longest. */
const bar = (part: number, kind = 'build') =>
  html`<td class="bar"><i class="${kind}" style="width:${(part * 100).toFixed(1)}%"></i></td>`;

export function slowestTable(analysis: Analysis): Html {
  const ten = slowest(analysis);
  const most = ten[0]?.ms || 1;
  const rows = ten.map(
    ({ name, version, ms }) =>
      html`<tr><th scope="row">${name} <small>${version}</small></th>${time(ms)}${bar(ms / most)}</tr>`,
  );
  return table(['package', 'time', ''], rows);
}

export function slowerTable({ slower }: Analysis): Html {
  const rows = slower
    .slice(0, 10)
    .map(
      ({ name, before_ms, ms }) =>
        html`<tr><th scope="row">${name}</th>${time(before_ms)}${time(ms)}<td class="number" data-value="${ms - before_ms}">+${preciseText(ms - before_ms)}</td></tr>`,
    );
  return table(['package', 'before', 'now', 'difference'], rows);
}

export function criticalTable(path: CriticalPath): Html {
  const { main, others, othersMs } = mainPart(path, MOST_CRITICAL);
  const most = Math.max(1, ...main.map(({ ms }) => ms));
  const rows = main.map(
    ({ name, ms }) => html`<tr><th scope="row">${name}</th>${time(ms)}${bar(ms / most)}</tr>`,
  );
  const more = html`<tr><th scope="row">${others} shorter ones</th>${time(othersMs)}<td></td></tr>`;
  return table(['package', 'time', ''], others > 0 ? [...rows, more] : rows);
}

/** Everything that the pictures show, in numbers. */
export function packagesTable({ packages, critical }: Analysis): Html {
  const path = new Set(critical?.packages);
  const rows = packages.map((total) => {
    const marks = [
      path.has(total) ? 'critical path' : '',
      total.steps.some(({ isOpen }) => isOpen) ? 'not ended' : '',
    ];
    return html`<tr><th scope="row">${total.name} <small>${total.version}</small></th>${time(total.start_ms)}${time(total.ms)}${STEP_KINDS.map((kind) => time(kindMs(total, kind)))}<td>${marks.filter(Boolean).join(', ')}</td></tr>`;
  });
  return table(['package', 'begin', 'time', ...STEP_KINDS, ''], rows, html`id="packages" class="sortable"`);
}

export function phasesTable({ record, total_ms }: Analysis): Html {
  const rows = record.steps.map(
    ({ name, start_ms, end_ms = total_ms }) =>
      html`<tr><th scope="row">${name}</th>${time(end_ms - start_ms)}${bar((end_ms - start_ms) / (total_ms || 1), 'phase')}</tr>`,
  );
  return table(['phase', 'time', ''], rows);
}

const kindMs = ({ steps }: PackageTotal, kind: string) =>
  steps.reduce((sum, { step, start_ms, end_ms }) => sum + (kindOf(step) === kind ? end_ms - start_ms : 0), 0);
