import type { Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { finish } from '../shared/finish.js';
import { createSystem } from './create-system.js';
import { systemOptions } from './options.js';

/** `nx g nx-docker-artifact:system`: a new package, in a workspace that is set up for it. */
export default async function systemGenerator(tree: Tree, options: unknown): Promise<void> {
  await finish(tree, createSystem(tree, parseOptions(systemOptions, options, `${PLUGIN}:system`)));
}
