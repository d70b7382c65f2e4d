import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { listResources } from '../../../src/docker/resources/listing.js';
import { ArtifactError } from '../../../src/errors.js';
import { build } from '../../../src/runner/build.js';
import type { EngineProxy } from '../../support/engine-proxy.js';
import { testEngine, testRun } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { inContainer, madeBy } from './life-builds.js';
import type { Place } from './life-cases.js';
import { ODD, ROWS } from './life-platform.js';

const MEMORY = /^PUT .*path=%2Fnerves%2Fenv%2F\.nx/;
const FILES = /^PUT .*path=%2Fnerves%2Fenv(&|$)/;
const exec = (command: string) => new RegExp(`^POST /exec/[^]*${command}`);
const SET_UP = exec('touch /nerves/env #');
const RECORD = exec('mv .{1,3}2.new');
const REPLACE = exec('mv .{1,3}1.new');

/** Steps of a build: a request, which comes after another one. */
export const STEPS = {
  image: [/^GET \/images\//],
  start: [/^POST \/containers\/\w+\/start/],
  'set-up': [SET_UP],
  'doubts replaced': [REPLACE, SET_UP],
  removal: [exec('rm -rf --')],
  put: [FILES],
  chmod: [exec('chmod 00')],
  touch: [exec('touch -c --')],
  settle: [RECORD, SET_UP],
  'manifest written': [MEMORY, RECORD],
  'manifest replaced': [REPLACE, RECORD],
  make: [/^POST \/exec\/make\b/],
  archive: [exec('file=')],
} satisfies Record<string, [RegExp, after?: RegExp]>;
export type Step = keyof typeof STEPS;

/** Two states of the package, in which everything is another one, and all has the same times. */
export const STATES = {
  A: async (at: Place) => {
    await at.write('edited', 'a\n');
    await at.write('mode', 'x\n');
    await at.write('back', 'x\n');
    await at.write('below/back', 'x\n');
    await at.write('directory', 'a file\n');
    await at.write('file/x', 'x\n');
    await at.link('debug', 'include');
  },
  B: async (at: Place) => {
    await at.write('edited', 'b\n');
    await at.write('mode', 'x\n');
    await at.chmod('mode', 0o755);
    await at.write('added', 'x\n');
    await at.write('directory/x', 'x\n');
    await at.write('file', 'a file\n');
    await at.link('release', 'include');
  },
};
export type State = keyof typeof STATES;
const otherThan = (state: State): State => (state === 'A' ? 'B' : 'A');

/** So much that the list of what was copied does not go to the engine in one piece. */
export const MANY = Array.from({ length: 200 }, (_, n) => `${ODD}/${n}-${'a-long-name-'.repeat(18)}`);

interface Life {
  what: string;
  /** What happens, after a build of the state `now`; gives the state that the host has then. */
  happens(now: State, to: Happening): Promise<State>;
}

/** What a row may do. */
export interface Happening {
  packageOf(life?: string, configuration?: string): Promise<Package>;
  pkg: Package;
  row: Place;
  become(state: State): Promise<void>;
  /** Builds with `then` done when a step comes, in which it waits; the error that the build ends with. */
  heldAt(
    step: Step,
    then: (held: { proxy: EngineProxy; stop(reason: Error): void }) => Promise<unknown>,
  ): Promise<unknown>;
}

const INTERRUPTED = new ArtifactError('INTERRUPTED', { tried: 'go on', cause: 'a test' });

const steps = Object.keys(STEPS) as Step[];
export const LIVES: Life[] = [
  // the engine sees no more of a process that was killed
  ...steps.map((step) => ({
    what: `SIGKILL at ${step}, and the edits are taken back`,
    happens: async (now: State, { become, heldAt }: Happening) => {
      await become(otherThan(now));
      await heldAt(step, async ({ proxy, stop }) => {
        proxy.cut();
        stop(new Error('killed'));
      });
      await become(now);
      return now;
    },
  })),
  {
    what: 'SIGKILL at manifest replaced, and again at doubts replaced when the edits are taken back',
    happens: async (now, { become, heldAt }) => {
      for (const [state, step] of [
        [otherThan(now), 'manifest replaced'],
        [now, 'doubts replaced'],
      ] as const) {
        await become(state);
        await heldAt(step, async ({ proxy, stop }) => {
          proxy.cut();
          stop(new Error('killed'));
        });
      }
      return now;
    },
  },
  {
    what: 'a step makes an edit, then the host; SIGKILL at manifest written, and the edit is taken back',
    happens: async (now, { packageOf, become, heldAt }) => {
      const pkg = await packageOf('steps');
      const edited = `/nerves/env/${pkg.package}/${ROWS}/r/edited`;
      const content = otherThan(now) === 'A' ? 'a' : 'b';
      await madeBy(pkg, async (step) => {
        if (step === 'create-build') await inContainer(pkg, ['sh', '-c', `echo ${content} >${edited}`]);
      });
      await become(otherThan(now));
      await heldAt('manifest written', async ({ proxy, stop }) => {
        proxy.cut();
        stop(new Error('killed'));
      });
      await become(now);
      return now;
    },
  },
  ...(['doubts replaced', 'put', 'settle', 'manifest replaced', 'make'] as const).map((step) => ({
    what: `SIGTERM at ${step}`,
    happens: async (now: State, { become, heldAt }: Happening) => {
      await become(otherThan(now));
      expect(await heldAt(step, async ({ stop }) => stop(INTERRUPTED))).toBe(INTERRUPTED);
      return otherThan(now);
    },
  })),
  {
    what: 'an edit while it waits for another build: SOURCES_CHANGED',
    happens: async (now, { pkg, packageOf, become }) => {
      let waited: Promise<unknown> | undefined;
      await madeBy(await packageOf('steps'), async (step) => {
        if (step !== 'create-build') return;
        const run = testRun(pkg);
        waited = build(pkg, { ...run, archived: false }).catch((error: unknown) => error);
        await until(() => run.stdout.text.includes('Waiting for'));
        await become(otherThan(now));
      });
      expect(await waited).toMatchObject({ code: 'SOURCES_CHANGED' });
      return otherThan(now);
    },
  },
  {
    what: 'an edit between listing and copying: SOURCES_CHANGED',
    happens: async (now, { become, heldAt }) => {
      const error = await heldAt('start', () => become(otherThan(now)));
      expect(error).toMatchObject({ code: 'SOURCES_CHANGED' });
      return otherThan(now);
    },
  },
  {
    what: 'edits between listing and copying, taken back before the end of it: SOURCES_CHANGED',
    happens: async (now, { row, become, heldAt }) => {
      await become(otherThan(now));
      const edited = otherThan(now) === 'A' ? 'a\n' : 'b\n';
      const error = await heldAt('removal', async ({ proxy }) => {
        await row.write('edited', 'between\n');
        const back = proxy.hold(RECORD, 'request');
        until(back.holds)
          .then(() => row.write('edited', edited))
          .then(back.release);
      });
      expect(error).toMatchObject({ code: 'SOURCES_CHANGED' });
      return otherThan(now);
    },
  },
  ...(['build', 'env'] as const).map((role) => ({
    what: `the ${role} volume is removed`,
    happens: async (now: State, { pkg, become }: Happening) => {
      const engine = await testEngine();
      const labels = { [LABEL.workspace]: pkg.workspaceRoot, [LABEL.role]: role, [LABEL.configuration]: '' };
      for (const { name } of await listResources(engine, labels))
        await engine.docker.getVolume(name).remove();
      await become(otherThan(now));
      return otherThan(now);
    },
  })),
  {
    what: 'another configuration is built',
    happens: async (now, { packageOf, become }) => {
      await become(otherThan(now));
      await madeBy(await packageOf('', 'production'));
      return otherThan(now);
    },
  },
  {
    what: 'another version of the platform',
    happens: async (now, { pkg, become }) => {
      await writeFile(join(pkg.workspaceRoot, 'platform/VERSION'), '1.0.1\n');
      Object.assign(pkg.platform ?? {}, { version: '1.0.1' });
      await become(otherThan(now));
      return otherThan(now);
    },
  },
  {
    what: '.nerves is removed',
    happens: async (now, { pkg, become }) => {
      await rm(join(pkg.root, '.nerves'), { recursive: true });
      await become(otherThan(now));
      return otherThan(now);
    },
  },
];
