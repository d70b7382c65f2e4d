import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { Report } from '../shared/report.js';
import { badOption, inWorkspace } from '../shared/workspace.js';
import { baseImages } from './base-images.js';
import type { BuildTarget } from './build-target.js';
import { type Pin, pinIfThere } from './digest.js';

interface DockerfileImage {
  dockerfile: string;
  build_args?: Record<string, string>;
  platform?: string;
}

/**
 * What to write into a Dockerfile, by the digests that the engine knows. It is somebody's own file, and a value may come from
 * an ARG, so that nothing is written.
 * @throws ArtifactError BAD_OPTION when there is no such file
 */
export async function dockerfileReport(
  tree: Tree,
  { root }: BuildTarget,
  { dockerfile, build_args = {}, platform }: DockerfileImage,
  pin: Pin,
): Promise<Report> {
  const file = inWorkspace(posix.join(root, dockerfile));
  const text = file === undefined ? null : tree.read(file, 'utf8');
  if (text === null)
    throw badOption('docker', `there is no file ${file ?? dockerfile} in the workspace`, 'Correct its path.');
  const bases = baseImages(text, build_args);
  if (bases.length === 0)
    return {
      lines: [`The image is built from ${file}, which builds on no image that could be pinned.`],
      warnings: [],
    };
  const lines = [`The image is built from ${file}; it is its FROM that can be pinned:`];
  for (const { line, image, lineWith } of bases) {
    const pinned = await pinIfThere(pin, { tag: image, platform });
    const unknown = `${image}: the engine knows no digest of it; \`docker pull ${image}\`, then again`;
    lines.push(`  line ${line}: ${pinned ? lineWith(pinned) : unknown}`);
  }
  return { lines, warnings: [] };
}
