import type { Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { finish } from '../shared/finish.js';
import { createPackage } from './create-package.js';
import { packageOptions } from './options.js';

/** `nx g nx-docker-artifact:package`: a package that make builds, in a workspace that is set up for it. */
export default async function packageGenerator(tree: Tree, options: unknown): Promise<void> {
  await finish(tree, createPackage(tree, parseOptions(packageOptions, options, `${PLUGIN}:package`)));
}
