import type { Analysis } from '../analysis.js';
import { type Html, html } from './html.js';

const WIDTH = 10_000;
const HEIGHT = 120;

/** How many cores were busy, over time, as an area; undefined where nobody looked. */
export function coresPicture({ busy, record: { usage }, total_ms }: Analysis): Html | undefined {
  if (!usage || busy.length === 0) return undefined;
  const most = Math.max(usage.cores, ...busy.map(({ cores }) => cores));
  const x = (ms: number) => ((ms / Math.max(1, total_ms)) * WIDTH).toFixed(0);
  const y = (cores: number) => (HEIGHT - (cores / most) * HEIGHT).toFixed(1);
  const points = busy.flatMap(({ start_ms, end_ms, cores }) => [
    `${x(start_ms)},${y(cores)}`,
    `${x(end_ms)},${y(cores)}`,
  ]);
  const [first, last] = [x(busy[0]?.start_ms ?? 0), x(busy.at(-1)?.end_ms ?? 0)];
  const area = `${first},${HEIGHT} ${points.join(' ')} ${last},${HEIGHT}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" style="height:${HEIGHT}px" role="img" aria-label="Cores busy over time, of ${usage.cores}"><polygon class="busy" points="${area}"/><line class="limit" x1="0" x2="${WIDTH}" y1="${y(usage.cores)}" y2="${y(usage.cores)}"/></svg>`;
}
