import { countText, durationText, sizeText } from '../../../../options/units.js';
import { adviceOf, peakOf } from '../advice.js';
import type { Analysis } from '../analysis.js';
import { failedIn } from '../text.js';
import { coresPicture } from './curve.js';
import { Html, html } from './html.js';
import { lanesPicture } from './lanes.js';
import { SCRIPT } from './script.js';
import { STEP_KINDS } from './step-kinds.js';
import { STYLE } from './style.js';
import { criticalTable, packagesTable, phasesTable, slowerTable, slowestTable } from './tables.js';

/** How a build went, as one file of HTML that needs nothing else. */
export function timingPage(analysis: Analysis): string {
  const { record } = analysis;
  const title = `${record.package} ${record.package_version}: build ${record.number}`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
<div class="dim">${subtitle(analysis)}</div>
${numbers(analysis)}
${adviceList(analysis)}
${timeline(analysis)}
${columns(analysis)}
${analysis.packages.length > 0 ? packages(analysis) : undefined}
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function subtitle({ record }: Analysis): string {
  const { configuration, fresh, started, result, recipe } = record;
  const where = { true: 'from an empty build directory', false: 'incremental', null: 'not begun' }[
    `${fresh}`
  ];
  const place = failedIn(record);
  return [
    { success: 'succeeded', failure: place ? `failed in ${place}` : 'failed', interrupted: 'interrupted' }[
      result
    ],
    where,
    ...(configuration === null ? [] : [`configuration ${configuration}`]),
    `started ${started.replace(/\.\d+Z$/, 'Z').replace('T', ' ')}`,
    `recipe ${recipe.slice(0, 12)}`,
  ].join(', ');
}

function numbers(analysis: Analysis): Html {
  const { total_ms, before_ms, packages: all, critical, cores, record } = analysis;
  const { usage, ccache } = record;
  const items: [string, string | undefined][] = [
    ['in all', durationText(total_ms)],
    ['the last one of that kind', before_ms === undefined ? undefined : durationText(before_ms)],
    [all.length === 1 ? 'package built' : 'packages built', all.length > 0 ? String(all.length) : undefined],
    ['critical path', critical && durationText(critical.ms)],
    [`of ${countText(usage?.cores ?? 0, 'core')} busy`, cores?.toFixed(1)],
    ['most memory used', usage && usage.samples.length > 0 ? sizeText(peakOf(usage.samples)) : undefined],
    ['ccache hits', ccache ? `${ccache.hits} of ${ccache.hits + ccache.misses}` : undefined],
  ];
  const shown = items.filter(([, value]) => value !== undefined);
  return html`<ul class="numbers">${shown.map(([text, value]) => html`<li><b>${value}</b>${text}</li>`)}</ul>`;
}

function adviceList(analysis: Analysis): Html | undefined {
  const advice = adviceOf(analysis);
  if (advice.length === 0) return undefined;
  return html`<h2>What would make it faster</h2><ul class="advice">${advice.map(({ text }) => html`<li>${text}</li>`)}</ul>`;
}

function timeline(analysis: Analysis): Html {
  const { total_ms, critical, lanes } = analysis;
  const ticks = [0, 1, 2, 3, 4].map(
    (quarter) => html`<span>${durationText((total_ms * quarter) / 4)}</span>`,
  );
  const kinds = STEP_KINDS.map((kind) => html`<span><i class="${kind}"></i>${kind}</span>`);
  const outline = critical ? html`<span><i class="outline"></i>critical path</span>` : undefined;
  const cores = coresPicture(analysis);
  return html`<h2>Over time</h2>
<p class="legend"><label>Zoom <input id="zoom" type="range" min="1" max="40" step="0.5" value="1"></label>
<span><i class="phase"></i>phases</span>${lanes.length > 0 ? [...kinds, ...(outline ? [outline] : [])] : undefined}</p>
<div class="scroll"><div class="wide">${lanesPicture(analysis)}${cores}<div class="axis">${ticks}</div></div></div>
${cores ? html`<p class="dim">Below: how many cores the container kept busy; the dashed line is how many there are.</p>` : undefined}`;
}

function columns(analysis: Analysis): Html {
  const { packages: all, critical, slower, before } = analysis;
  const part = (title: string, content: Html) => html`<section><h2>${title}</h2>${content}</section>`;
  const none = html`<p class="dim">Not known: this build has no \`make show-info\`.</p>`;
  return html`<div class="columns">
${part('Phases', phasesTable(analysis))}
${all.length > 0 ? part('The slowest packages', slowestTable(analysis)) : undefined}
${all.length > 0 ? part('The critical path', critical ? criticalTable(critical) : none) : undefined}
${before && slower.length > 0 ? part(`Slower than in build ${before.number}`, slowerTable(analysis)) : undefined}
</div>`;
}

function packages(analysis: Analysis): Html {
  return html`<h2>All packages</h2>
<p><label>Find <input id="find" type="search"></label></p>
<div class="table">${packagesTable(analysis)}</div>`;
}
