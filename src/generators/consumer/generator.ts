import type { Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { finish } from '../shared/finish.js';
import { addConsumer } from './add-consumer.js';
import { consumerOptions } from './options.js';

/** `nx g nx-docker-artifact:consumer`: a target that is built again when an artifact is another one. */
export default async function consumerGenerator(tree: Tree, options: unknown): Promise<void> {
  await finish(tree, addConsumer(tree, parseOptions(consumerOptions, options, `${PLUGIN}:consumer`)));
}
