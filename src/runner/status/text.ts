import { basename } from 'node:path';
import { taskText } from '../../conventions/names.js';
import { ago, countText, durationText, sizeText } from '../../options/units.js';
import type { ProgressEvent } from '../output/events.js';
import { placeText } from '../output/failure/failed-place.js';
import { progressText } from '../output/handlers/state.js';
import type { LastBuildStatus, ProgressStatus, Status } from './types.js';

/** Of the volumes' roles, for people. */
const ROLES: Record<string, string> = { build: 'build directory', env: 'copies of the sources' };

/** A status for people: a word, and what there is to say about it, aligned. */
export function statusText(status: Status, now: Date): string {
  const { project, configuration, package: name, package_version: version } = status;
  const which = configuration === null ? '' : `, configuration ${configuration}`;
  const rows: [string, string[]][] = [
    ['image', [imageLine(status, now)]],
    ['volumes', volumeLines(status, now)],
    ['running', [runningLine(status, now), ...progressLines(status, now)]],
    ['last build', [lastBuildLine(status, now)]],
    ['archive', archiveLines(status)],
    ['artifact', [artifactLine(status)]],
    ['logs', status.logs.map(({ path, size, time }) => `${path}, ${sizeText(size)}, ${since(time, now)}`)],
    ['in the home', homeLines(status)],
  ];
  const width = Math.max(...rows.map(([word]) => word.length)) + 2;
  const lines = rows.flatMap(([word, texts]) =>
    texts.map((text, index) => `${(index === 0 ? word : '').padEnd(width)}${text}`),
  );
  return [`${project}: ${name} ${version}${which}`, ...lines].join('\n');
}

const since = (time: string, now: Date) => ago(new Date(time), now);

function imageLine({ image, image_tag, engine }: Status, now: Date): string {
  if (!engine.reachable) return `${image_tag}; no engine: ${engine.error}`;
  if (!image) return `${image_tag}, not there yet`;
  const { id, created, size, why } = image;
  const state = why === null ? 'current' : `not what a build takes now: it ${why}`;
  return `${image_tag}, ${id.slice(0, 19)}, ${sizeText(size)}, made ${since(created, now)}; ${state}`;
}

function volumeLines({ volumes, engine }: Status, now: Date): string[] {
  if (volumes.length === 0) return [engine.reachable ? 'none yet' : 'unknown'];
  return volumes.map(({ name, role, size, created }) => {
    const bytes = size === null ? '' : `, ${sizeText(size)}`;
    return `${name}, ${ROLES[role] ?? role}${bytes}, made ${since(created, now)}`;
  });
}

function runningLine({ holder, engine }: Status, now: Date): string {
  if (!holder) return engine.reachable ? 'nothing' : 'unknown';
  const { project, target: task, pid, host } = holder;
  return `${taskText({ project, task, pid }, ` on host ${host}`)}, since ${holder.since}, ${since(holder.since, now)}`;
}

/** "make for 4:12, 142/642 host-gcc-final: building, about 38 min left; 12345 lines so far" */
function progressLines({ progress }: Status, now: Date): string[] {
  if (!progress) return [];
  const { phase, phase_started, time, headline, lines } = progress;
  const ms = (from: string) => Math.max(0, now.getTime() - Date.parse(from));
  const counted = countOf(progress);
  const far = counted ? progressText({ ...counted, at: 0 }, ms(time)) : headline && `at ${headline}`;
  const parts = [`${phase} for ${durationText(ms(phase_started))}`, far].filter(Boolean).join(', ');
  return [`${parts}; ${countText(lines, 'line')} so far`];
}

function countOf({ done, total, name, step, left_ms }: ProgressStatus): ProgressEvent | undefined {
  if (done === null || total === null) return undefined;
  const known = { name: name ?? undefined, step: step ?? undefined, left_ms: left_ms ?? undefined };
  return { type: 'progress', done, total, ...known };
}

function failedLine({ log_time, failure }: LastBuildStatus, now: Date): string {
  const ago = since(log_time, now);
  if (!failure) return `failed or was killed, ${ago}: see build.log`;
  const { code, line, ...place } = failure;
  const where = placeText(place);
  const log = line === undefined ? 'build.log' : `build.log:${line}`;
  return `failed ${ago}${code ? `, ${code}` : ''}${where ? `, in ${where}` : ''}: see ${log}`;
}

function lastBuildLine({ last_build: last, archive }: Status, now: Date): string {
  if (!last) return 'none here';
  if (last.result === 'running') return `running, its last output ${since(last.log_time, now)}`;
  if (last.result === 'interrupted') return `interrupted ${since(last.log_time, now)}`;
  if (last.result === 'failed') return failedLine(last, now);
  if (last.result === 'unknown') {
    const why =
      archive.path === null ? 'no archive is there' : 'the archive is of another build, as out of a cache';
    return `ended ${since(last.log_time, now)}, with what result is not known: ${why}`;
  }
  const { started, finished, fresh, recipe } = last;
  const seconds = Math.round((Date.parse(finished ?? '') - Date.parse(started ?? '')) / 1000);
  const where = fresh ? 'in an empty build directory' : 'incremental';
  return `succeeded ${since(finished ?? '', now)} in ${seconds} s, ${where}, recipe ${recipe?.slice(0, 12)}`;
}

function archiveLines({ archive }: Status): string[] {
  if (archive.path === null) return ['none'];
  const size = archive.size === null ? '' : `, ${sizeText(archive.size)}`;
  const states = {
    current: 'up to date',
    stale: 'built from something else',
    unknown: 'unknown',
    missing: '',
  };
  return [
    `${basename(archive.path)}${size}, ${states[archive.state]}`,
    ...archive.details.map((line) => `  ${line}`),
  ];
}

function artifactLine({ artifact: { state, path, why } }: Status): string {
  const states = {
    current: 'up to date',
    stale: 'not up to date',
    missing: 'not there',
    replaced: 'in its place',
  };
  const text = state === 'unknown' ? 'not known to be up to date' : states[state];
  return `${path}, ${text}${why === null ? '' : `: ${why}`}`;
}

function homeLines({ home }: Status): string[] {
  if (!home) return ['nothing, as it has no platform of Nerves'];
  const { downloads, artifact } = home;
  const count = downloads.archives.length;
  const copied = downloads.archives.filter((archive) => archive.copied).length;
  const of =
    count === 0
      ? 'no archive of this package'
      : `${countText(count, 'archive')} of this package, ${copied} copied there, ${sizeText(downloads.size)}`;
  const kinds = { none: 'nothing', link: `a link to ${artifact.target}`, directory: 'a directory' };
  return [`${downloads.path}: ${of}`, `${artifact.path}: ${kinds[artifact.kind]}`];
}
