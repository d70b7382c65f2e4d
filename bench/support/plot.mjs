/** @typedef {import('./pairs.mjs').Measurement} Measurement */

const [WIDTH, HEIGHT, MARGIN] = [560, 320, 56];
const COLOURS = ['#0b6bcb', '#c4320a', '#067647', '#6938ef'];

/**
 * How each row grows that has sizes, both axes logarithmic: what is proportional to the size is a line at the same angle.
 * @param {Measurement[]} measurements
 */
export function plots(measurements) {
  const sized = measurements.filter(({ series }) => series !== undefined);
  return [...new Set(sized.map(({ row }) => row))].map((row) => {
    const of = sized.filter((one) => one.row === row);
    return { file: `row-${row}.svg`, title: `Row ${row}: how it grows`, svg: plot(of, `Row ${row}`) };
  });
}

function plot(of, title) {
  const lines = [...new Set(of.map(({ series }) => series))].flatMap((series, index) => {
    const points = of.filter((one) => one.series === series).sort((a, b) => a.size - b.size);
    const line = (name, key, dash) => ({
      ...{ name: `${series}${name}`, dash, colour: COLOURS[index % COLOURS.length] },
      points: points.map((one) => [one.size, one[key]]),
    });
    return [line('', 'ours', ''), line(', peer', 'theirs', '5 4')];
  });
  const xs = of.map(({ size }) => size);
  const ys = of.flatMap(({ ours, theirs }) => [ours, theirs]);
  const x = scale(xs, MARGIN, WIDTH - 16);
  const y = scale(ys, HEIGHT - 40, 28);
  const ticks = [
    ...[...new Set(xs)].map((size) => text(x(size), HEIGHT - 22, size.toLocaleString('en'), 'middle')),
    ...decades(ys).map(
      (ms) =>
        text(MARGIN - 6, y(ms) + 4, ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`, 'end') +
        `<path d="M${MARGIN} ${round(y(ms))}H${WIDTH - 16}" stroke="#ddd"/>`,
    ),
  ];
  const drawn = lines.map(({ points, dash, colour }) => {
    const d = points.map(([a, b], index) => `${index ? 'L' : 'M'}${round(x(a))} ${round(y(b))}`).join('');
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`;
  });
  const names = lines.map(({ name, colour }, index) =>
    text(MARGIN + 8, 40 + 15 * index, name, 'start', colour),
  );
  const content = [text(MARGIN, 18, title, 'start'), ...ticks, ...drawn, ...names].join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
${content}
</svg>
`;
}

function scale(values, from, to) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(Math.log10);
  return (value) => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from);
}

/** The powers of ten among the values. */
function decades(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: 8 }, (_, power) => 10 ** power).filter((ten) => ten >= low && ten <= high);
}

function text(x, y, content, anchor, colour = '#333') {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
