import { formatFiles, logger, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { print } from '../shared/report.js';
import { type Pin, pinBy } from './digest.js';
import { pinOptions } from './options.js';
import { pinImage } from './pin-image.js';

/** `nx g nx-docker-artifact:pin`: the digest of a project's build image into its project.json. */
export default async function pinGenerator(tree: Tree, options: unknown): Promise<void> {
  const parsed = parseOptions(pinOptions, options, `${PLUGIN}:pin`);
  const report = await pinImage(tree, parsed, () => connect(`${parsed.project}:pin (pid ${process.pid})`));
  await formatFiles(tree);
  print(report);
}

/** To the engine that builds use; what talks to it is loaded when it is needed. */
async function connect(who: string): Promise<Pin> {
  const { connectDocker } = await import('../../docker/backend.js');
  const { signal } = new AbortController(); // an interrupt ends the process, and the engine then ends the pull
  const backend = await connectDocker({ env: process.env, signal, now: () => new Date() });
  const say = (text: string) => logger.info(text);
  return pinBy(backend, { who, labels: {}, onStep: say, onWait: say, onLine: () => {} });
}
