import { realpath } from 'node:fs/promises';
import type { Package } from '../artifact/package.js';
import { NEXT_STEP } from '../conventions/hints.js';
import { workerText } from '../conventions/names.js';
import { ArtifactError } from '../errors.js';
import { singleFlight } from '../util/single-flight.js';
import type { Report } from './output/reporter.js';
import type { Run } from './run.js';
import type { Waits } from './timing/waits.js';

/**
 * Runs `use` while no other build on this machine writes the outputs of the package. Its configurations build in volumes
 * of their own, which have locks of their own, but there is one build.log and one archive: the log would hold lines of
 * both, and Nx could store the archive of one under the key of the other.
 * @throws ArtifactError LOCKED when another one does and the run is not to wait
 */
export async function holdOutputs<T>(
  pkg: Pick<Package, 'root' | 'project' | 'configuration'>,
  { host, settings, signal }: Pick<Run, 'host' | 'settings' | 'signal'>,
  { report, waits }: { report: Pick<Report, 'emit'>; waits?: Pick<Waits, 'begin' | 'end'> },
  use: () => Promise<T>,
): Promise<T> {
  const refused = new AbortController();
  const turn = {
    who: workerText({ ...pkg, ...host }, host.now()),
    signal: AbortSignal.any([signal, refused.signal]),
    onWait: (who: string) => {
      if (!settings.wait) return refused.abort(outputsHeld(pkg.project, who));
      waits?.begin();
      report.emit({
        type: 'note',
        text: `Waiting for ${who}: it writes build.log and the archive of this package`,
      });
    },
  };
  const outputs = `outputs of ${await realpath(pkg.root)}`;
  for (;;) {
    const ended = await singleFlight(outputs, turn, () => {
      waits?.end();
      return use();
    });
    if ('result' in ended) return ended.result;
  }
}

function outputsHeld(project: string, who: string): ArtifactError {
  return new ArtifactError('LOCKED', {
    tried: `write build.log and the archive of ${project}`,
    cause: `${who} does`,
    hint: NEXT_STEP.LOCKED,
  });
}
