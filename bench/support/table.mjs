import { judged } from './pairs.mjs';

/**
 * @typedef {import('./pairs.mjs').Measurement} Measurement
 * @typedef {import('./results.mjs').Results} Results
 */

/** For the terminal. @param {Measurement} measurement */
export function lineOf(measurement) {
  const { row, what, peer, ours, theirs, unit } = measurement;
  const against = theirs === undefined ? '' : `, ${peer} ${amount(theirs, unit)}`;
  return `${row}: ${what}: ${amount(ours, unit)}${against}, ${ratio(measurement)}${barText(measurement)}`;
}

/** RESULTS.md. @param {Results} results @param {{ file: string, title: string }[]} plots */
export function page({ machine, found }, plots) {
  const all = Object.values(found).flatMap(({ date, measurements }) =>
    measurements.map((measurement) => ({ ...measurement, date })),
  );
  all.sort((a, b) => a.row.localeCompare(b.row, 'en', { numeric: true }));
  const judgedOnes = all.filter(({ bar }) => bar);
  const met = judgedOnes.filter(isMet).length;
  const rows = all.map((one) => [
    ...[one.row, one.what, one.peer || '-', amount(one.ours, one.unit)],
    ...[one.theirs === undefined ? '-' : amount(one.theirs, one.unit), ratio(one) || '-'],
    ...[one.bar ? barOf(one) : '-', one.bar ? (isMet(one) ? 'yes' : '**no**') : '-', one.date],
  ]);
  return `# What it costs, measured

\`npm run bench\` writes this page. Each row compares with a peer: both run in turn, in one run, and the medians count. As the
machine is faster in one minute than in the next, only the ratio of a row says something. ${met} of ${judgedOnes.length} bars are met.

${table(['row', 'what', 'against', 'ours', 'peer', 'ratio', 'bar', 'met', 'date'], rows)}

${table(['machine', ''], Object.entries(machine))}
${plots.map(({ file, title }) => `\n![${title}](${file})\n`).join('')}`;
}

/** @param {Measurement} measurement */
export function isMet(measurement) {
  return Boolean(measurement.bar) && Number(judged(measurement).toFixed(2)) <= (measurement.bar?.most ?? 0);
}

function table(head, rows) {
  const cells = [head, head.map(() => '---'), ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** @param {Measurement} measurement */
function ratio({ ours, theirs }) {
  return theirs === undefined ? '' : (ours / theirs).toFixed(2);
}

function barText(measurement) {
  return measurement.bar ? ` (bar ${barOf(measurement)}: ${isMet(measurement) ? 'met' : 'NOT met'})` : '';
}

/** @param {Measurement} measurement */
function barOf({ bar, unit }) {
  if (bar?.by === 'value') return `<= ${amount(bar.most, unit)}`;
  if (bar?.by === 'more') return `<= ${amount(bar.most, unit)} more`;
  if (bar?.by === 'more for each') return `<= ${bar.most} ${unit} more for each`;
  return `<= ${bar?.most.toFixed(2)}`;
}

function amount(value, unit) {
  if (unit === 'ms' && value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} ${unit}`;
}
