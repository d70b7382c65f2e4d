import type { FaultName } from './faults.js';
import { type HoldAt, request, STEPS, type StepName } from './steps.js';

/** One cell of the matrix: a fault that is injected while a run is held in a step. */
export interface Case {
  fault: FaultName;
  step: StepName;
  /** What the run prints; undefined where the executor is killed and can print nothing. */
  message: RegExp | undefined;
  /** Runs to its end in spite of the fault. */
  succeeds?: true;
  /** Another place than the step's own. */
  at?: HoldAt;
  /** Belongs to the part that `npm test` runs, in which each fault and each step stands at least once. */
  part?: true;
}

const ALL = Object.keys(STEPS) as StepName[];
/** By the engine's death; unpacking needs none. */
const WITH_ENGINE = ALL.filter((step) => step !== 'unpack');
const COMMANDS: StepName[] = ['create-build', 'make', 'make system'];

const interrupted = (by: string) =>
  new RegExp(
    `^INTERRUPTED: could not run the target to completion: interrupted by ${by}\\n +-> (.*the build volume kept|Run clean again)`,
    'm',
  );
const LOST =
  /^ENGINE_LOST: could not .*: (the connection .* was lost|the engine answered): .*\n +-> .* run the target again/m;
const FULL_HERE = /^DISK_FULL: could not .*(ENOSPC|exit code|tar)[\s\S]*-> Free some space on that disk/m;
const FULL_THERE = /^DISK_FULL: could not [\s\S]*-> The engine's disk is full: see `docker system df`/m;
const KILLED =
  /^OUT_OF_MEMORY: could not run [\s\S]*-> A process was killed, most likely because memory ran out: .*PARALLEL_JOBS/m;
const NOT_CLEANED =
  /^CLEAN_INCOMPLETE: could not clean alpha: not everything could be removed\n( +\| .*\n)+ +-> /m;

const cases = (fault: FaultName, steps: StepName[], message: RegExp | undefined): Case[] =>
  steps.map((step) => ({ fault, step, message }));

const of = (
  fault: FaultName,
  step: StepName,
  message: RegExp | undefined,
  more: Partial<Case> = {},
): Case => ({
  fault,
  step,
  message,
  ...more,
});

const lost = (fault: FaultName): Case[] => [
  ...cases(
    fault,
    WITH_ENGINE.filter((step) => step !== 'clean'),
    LOST,
  ),
  of(fault, 'clean', NOT_CLEANED),
];

const MATRIX: Case[] = [
  ...cases('INT', ALL, interrupted('SIGINT')),
  ...cases('TERM', ALL, interrupted('SIGTERM')),
  ...cases('HUP', ALL, interrupted('SIGHUP')),
  ...cases('IPC disconnect', ALL, interrupted('the exit of Nx')),
  ...cases('SIGKILL of nx', ALL, interrupted('the exit of Nx')),
  ...cases('SIGKILL of the executor', ALL, undefined),
  ...lost('engine killed'),
  ...lost('engine restarted'),
  ...lost('network cut'),
  // each before the file is written: a context's Dockerfile, .docker_id, the list of what was copied
  of('client disk full', 'image build', FULL_HERE, { at: request(/^GET \/images\//) }),
  of('client disk full', 'volume create', FULL_HERE, { at: request(/^GET \/volumes\?/) }),
  of('client disk full', 'platform copy', FULL_HERE, { at: request(/^POST \/exec\/sh -c set -e/) }),
  ...cases('client disk full', [...COMMANDS, 'copy out', 'unpack'], FULL_HERE),
  of('client disk full', 'clean', undefined, { succeeds: true }),
  ...cases('volume full', ['image pull', 'image build', 'volume create', 'platform copy'], FULL_THERE),
  ...cases('volume full', COMMANDS, FULL_THERE),
  of('volume full', 'clean', undefined, { succeeds: true }),
  of('volume full', 'shell', /No space left on device[\s\S]*The shell ended with exit code 1$/m),
  ...cases('out of memory', COMMANDS, KILLED),
  of('out of memory', 'shell', /The shell ended with exit code 137$/m),
  // not make, which gets no time to remove what is partial
  ...cases('container killed', ['platform copy', 'create-build', 'make system', 'shell'], LOST),
  // the engine ends a copy before the container
  of('container killed', 'copy out', undefined, { succeeds: true }),
];

const PART: [FaultName, StepName][] = [
  ['INT', 'image pull'],
  ['TERM', 'image build'],
  ['HUP', 'volume create'],
  ['IPC disconnect', 'platform copy'],
  ['SIGKILL of nx', 'create-build'],
  ['SIGKILL of the executor', 'make'],
  ['engine killed', 'make system'],
  ['engine restarted', 'clean'],
  ['network cut', 'copy out'],
  ['client disk full', 'unpack'],
  ['volume full', 'make'],
  ['out of memory', 'make'],
  ['container killed', 'shell'],
];

export const CASES: Case[] = MATRIX.map((testCase) =>
  PART.some(([fault, step]) => testCase.fault === fault && testCase.step === step)
    ? { ...testCase, part: true }
    : testCase,
);
