import { dirname } from 'node:path';
import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { bytesOf } from '../../sources/path-bytes.js';
import { printable } from '../../util/lines.js';
import { compressing } from '../compress/compression.js';
import { remember } from '../copy/in-container.js';
import { MEMORY } from '../copy/places.js';
import { shortened } from '../copy/returned-lines.js';
import { inPhase } from '../output/in-phase.js';
import { type Running, runStep } from '../output/run-step.js';
import type { BuildPlan } from '../plan/build-plan.js';
import type { PackPlan, PackRule } from '../plan/pack.js';
import type { Step } from '../plan/steps.js';
import { listEntries } from './list-entries.js';
import { type Placement, placementOf } from './placement.js';
import { packScript } from './script.js';
import { Selection } from './selection.js';

const SCRIPT = 'pack.sh';
/** Of what matches nothing. */
const MOST_NAMES = 5;
const TRIED = 'pack what build_runner_opts.files names';

/**
 * Packs what the option `files` names, once all of it is known to be there.
 * @throws ArtifactError ARCHIVE_MISSING when a pattern matches nothing, or what it matches cannot be in an artifact; FILE_ACCESS,
 *   and what {@link runStep} throws
 */
export async function packFiles(
  container: BuildContainer,
  plan: PackPlan,
  { workdir, compress }: Pick<BuildPlan, 'workdir' | 'compress'>,
  running: Running,
): Promise<void> {
  const argv = ['sh', `${MEMORY}/${SCRIPT}`];
  const step = compressing({ name: 'pack', argv, shown: argv, workdir }, compress);
  await inPhase(running.report, { phase: 'pack', text: 'Packing the artifact', argv }, () =>
    pack(container, plan, step, running),
  );
}

async function pack(container: BuildContainer, plan: PackPlan, step: Step, running: Running): Promise<void> {
  const { workdir } = step;
  const selection = new Selection(plan);
  const special: string[] = [];
  await listEntries(container, workdir, plan.searched, (path, isSpecial) => {
    if (!isSpecial) selection.add(path);
    else if (selection.has(path)) special.push(path);
  });
  if (selection.unmatched.length > 0) throw await nothingThere(container, workdir, selection.unmatched);
  const placement = placementOf(selection);
  checkPlacement(placement, special);
  await remember(container, [SCRIPT, [bytesOf(packScript(placement, plan))]]);
  await runStep(container, step, running);
}

function checkPlacement({ conflict }: Placement, special: readonly string[]): void {
  if (special.length > 0)
    throw new ArtifactError('ARCHIVE_MISSING', {
      tried: TRIED,
      cause: `${quoted(special[0]!)} is a device, a FIFO or a socket; an artifact has none`,
      hint: `Leave it out: ${quoted(`!${special[0]}`)}.`,
    });
  if (!conflict) return;
  const [one, other] = conflict;
  throw new ArtifactError('ARCHIVE_MISSING', {
    tried: TRIED,
    cause: `${quoted(one.from)} and ${quoted(other.from)} would both be ${quoted(one.to)} in the artifact`,
    hint: 'Give each a "to" of its own; one that ends with "/" is a directory, into which several can go.',
  });
}

/** The error for rules that match nothing, with what is there instead. */
async function nothingThere(
  container: BuildContainer,
  workdir: string,
  rules: readonly PackRule[],
): Promise<ArtifactError> {
  const names = shortened(
    rules.map(({ from }) => quoted(from)),
    '',
    MOST_NAMES,
  ).join(', ');
  return new ArtifactError('ARCHIVE_MISSING', {
    tried: TRIED,
    cause: `nothing in the build directory, ${workdir}, matches ${names}`,
    details: await nearest(container, workdir, dirname(rules[0]!.from)),
    hint: 'Does the build leave it there? A pattern is a path from the build directory; `nx run <project>:shell` looks around in it.',
  });
}

/** What is in a directory, or in the nearest one above it that there is: "images: rootfs.img, boot/". */
async function nearest(container: BuildContainer, workdir: string, directory: string): Promise<string[]> {
  const script = `dir=$1
while [ ! -d "./$dir" ]; do case $dir in */*) dir=\${dir%/*} ;; *) dir=. ;; esac; done
echo "$dir"; ls -Ap "./$dir" | head -n 20`;
  const output: Buffer[] = [];
  const tried = `list what is in ${workdir}`;
  const argv = ['sh', '-c', script, 'sh', directory];
  await container.exec({ argv, tried, workdir, user: '0' }, (chunks) => {
    for (const { source, data } of chunks) if (source === 1) output.push(data);
  });
  const [found = '.', ...names] = printable(Buffer.concat(output).toString()).trim().split('\n');
  const where = found === '.' ? 'the build directory' : found;
  return [`in ${where}: ${names.join(', ') || 'nothing'}`];
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
