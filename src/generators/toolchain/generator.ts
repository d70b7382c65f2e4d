import type { Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { finish } from '../shared/finish.js';
import { createToolchain } from './create-toolchain.js';
import { toolchainOptions } from './options.js';

/** `nx g nx-docker-artifact:toolchain`: a package that crosstool-NG builds, in a workspace that is set up for it. */
export default async function toolchainGenerator(tree: Tree, options: unknown): Promise<void> {
  await finish(tree, createToolchain(tree, parseOptions(toolchainOptions, options, `${PLUGIN}:toolchain`)));
}
