import { expect, test } from 'vitest';
import { statusText } from '../../../src/runner/status/text.js';
import type { LastBuildStatus, ProgressStatus, Status } from '../../../src/runner/status/types.js';

const now = new Date('2026-01-10T12:00:00Z');
const HOUR_AGO = '2026-01-10T11:00:00.000Z';

const nothing: Status = {
  version: 1,
  ...{ project: 'rpi4', configuration: null, package: 'my_system', package_version: '0.1.0' },
  engine: { reachable: true },
  image: null,
  image_tag: 'my_system:1',
  volumes: [],
  holder: null,
  progress: null,
  last_build: null,
  archive: { state: 'missing', path: null, size: null, sha256: null, recipe: null, details: [] },
  artifact: { state: 'missing', path: '/ws/.nerves/artifacts/a', why: null },
  logs: [],
  home: null,
};

test('statusText() of what was never built', () => {
  expect(statusText(nothing, now)).toBe(`rpi4: my_system 0.1.0
image        my_system:1, not there yet
volumes      none yet
running      nothing
last build   none here
archive      none
artifact     /ws/.nerves/artifacts/a, not there
in the home  nothing, as it has no platform of Nerves`);
});

test('statusText() of what was built, in another configuration, and is being built', () => {
  const built: Status = {
    ...nothing,
    configuration: 'debug',
    image: {
      id: `sha256:${'1'.repeat(64)}`,
      created: HOUR_AGO,
      size: 2e8,
      current: false,
      why: 'has content 1, not 2',
    },
    volumes: [
      { name: 'my_system-0', role: 'build', created: HOUR_AGO, size: 1.2e9 },
      { name: 'my_system-0-env', role: 'env', created: HOUR_AGO, size: null },
    ],
    holder: { project: 'rpi4', target: 'archive', pid: 12, host: 'ci-1', since: HOUR_AGO },
    last_build: {
      ...{ result: 'succeeded', log_time: HOUR_AGO, started: '2026-01-10T10:58:00.000Z', finished: HOUR_AGO },
      ...{ fresh: false, recipe: '0123456789abcdef', failure: null },
    },
    archive: {
      ...{ state: 'stale', path: '/ws/.nerves/archive/a.tar.gz', size: 5e6, sha256: 'a', recipe: 'b' },
      details: ['package: VERSION'],
    },
    artifact: { state: 'stale', path: '/ws/a', why: 'its sources have changed: package: VERSION' },
    logs: [{ path: '/ws/build.log', size: 1e6, time: HOUR_AGO }],
    home: {
      downloads: {
        path: '/home/me/.nerves/dl',
        archives: [{ file: 'a', size: 5e6, copied: true }],
        size: 5e6,
      },
      artifact: { path: '/home/me/.nerves/artifacts/a', kind: 'link', target: '/ws/a' },
    },
  };
  expect(statusText(built, now)).toBe(`rpi4: my_system 0.1.0, configuration debug
image        my_system:1, sha256:111111111111, 200.0 MB, made 1 hour ago; not what a build takes now: it has content 1, not 2
volumes      my_system-0, build directory, 1.2 GB, made 1 hour ago
             my_system-0-env, copies of the sources, made 1 hour ago
running      rpi4:archive (pid 12 on host ci-1), since ${HOUR_AGO}, 1 hour ago
last build   succeeded 1 hour ago in 120 s, incremental, recipe 0123456789ab
archive      a.tar.gz, 5.0 MB, built from something else
               package: VERSION
artifact     /ws/a, not up to date: its sources have changed: package: VERSION
logs         /ws/build.log, 1.0 MB, 1 hour ago
in the home  /home/me/.nerves/dl: 1 archive of this package, 1 copied there, 5.0 MB
             /home/me/.nerves/artifacts/a: a link to /ws/a`);
});

test.each<[Partial<ProgressStatus>, string]>([
  [{}, 'make for 1:00:00; 0 lines so far'],
  [
    { headline: '>>> zlib 1.3 Building', lines: 1 },
    'make for 1:00:00, at >>> zlib 1.3 Building; 1 line so far',
  ],
  [
    {
      ...{ headline: '>>> gcc 13 Building', lines: 12345, done: 142, total: 642, name: 'gcc', step: 'build' },
      ...{ left_ms: 40 * 60_000, time: '2026-01-10T11:58:00.000Z' },
    },
    'make for 1:00:00, 142/642 gcc: building, about 38 min left; 12345 lines so far',
  ],
])('statusText() says of %j how far a build is', (more, expected) => {
  const holder = { project: 'rpi4', target: 'archive', pid: 12, host: 'ci-1', since: HOUR_AGO };
  const unknown = { headline: null, done: null, total: null, name: null, step: null, left_ms: null };
  const progress = { ...unknown, phase: 'make', phase_started: HOUR_AGO, time: HOUR_AGO, lines: 0, ...more };
  expect(statusText({ ...nothing, holder, progress }, now)).toContain(
    `1 hour ago\n             ${expected}\n`,
  );
});

test.each<[Partial<LastBuildStatus>, string]>([
  [{ result: 'interrupted' }, 'interrupted 1 hour ago'],
  [{ result: 'failed' }, 'failed or was killed, 1 hour ago: see build.log'],
  [{ result: 'failed', failure: { code: 'ENGINE_LOST' } }, 'failed 1 hour ago, ENGINE_LOST: see build.log'],
  [
    {
      result: 'failed',
      failure: { code: 'BUILD_FAILED', package: 'zlib', step: 'build', after_ms: 62_000, line: 7 },
    },
    'failed 1 hour ago, BUILD_FAILED, in zlib, build, after 1:02: see build.log:7',
  ],
])('statusText() says of %j how the last build ended', (more, expected) => {
  const unknown = { started: null, finished: null, fresh: null, recipe: null, failure: null };
  const last_build: LastBuildStatus = { ...unknown, result: 'unknown', log_time: HOUR_AGO, ...more };
  expect(statusText({ ...nothing, last_build }, now)).toContain(`\nlast build   ${expected}\n`);
});

test('statusText() without an engine says why, once, and of the engine nothing else', () => {
  const text = statusText({ ...nothing, engine: { reachable: false, error: 'ENGINE_UNREACHABLE: x' } }, now);
  expect(text).toContain('image        my_system:1; no engine: ENGINE_UNREACHABLE: x\n');
  expect(text).toContain('volumes      unknown\nrunning      unknown\n');
});
