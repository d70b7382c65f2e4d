import { formatFiles, logger, type Tree } from '@nx/devkit';
import type { Backend } from '../../backend/types.js';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { print } from '../shared/report.js';
import { type Pin, pinBy } from './digest.js';
import { pinOptions } from './options.js';
import { pinImage } from './pin-image.js';

/** `nx g nx-docker-artifact:pin`: the digest of a project's build image into its project.json. */
export default async function pinGenerator(tree: Tree, options: unknown): Promise<void> {
  const parsed = parseOptions(pinOptions, options, `${PLUGIN}:pin`);
  let backend: Backend | undefined;
  const who = `${parsed.project}:pin (pid ${process.pid})`;
  const report = await pinImage(tree, parsed, async () => {
    backend = await connect();
    return pinWith(backend, who);
  }).finally(() => backend?.close());
  await formatFiles(tree);
  print(report);
}

/** To the engine that builds use; what talks to it is loaded when it is needed. */
async function connect(): Promise<Backend> {
  const { connectDocker } = await import('../../docker/backend.js');
  const { signal } = new AbortController(); // an interrupt ends the process, and the engine then ends the pull
  return await connectDocker({ env: process.env, signal });
}

function pinWith(backend: Backend, who: string): Pin {
  const say = (text: string) => logger.info(text);
  return pinBy(backend, { who, wait: true, labels: {}, onStep: say, onWait: say, onLine: () => {} });
}
