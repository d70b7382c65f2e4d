import type { Tree } from '@nx/devkit';
import { parseReference } from '../../conventions/image-reference.js';
import { platformImage } from '../../conventions/platform-image.js';
import { ArtifactError } from '../../errors.js';
import { editJsonFile } from '../shared/json-file.js';
import type { Report } from '../shared/report.js';
import { badOption, projectRoots } from '../shared/workspace.js';
import { choosePlatform } from '../system/platform.js';
import { type BuildTarget, buildTargetOf } from './build-target.js';
import type { Pin } from './digest.js';
import { dockerfileReport } from './dockerfile-report.js';
import type { PinOptions } from './options.js';

/**
 * Writes the digest of a project's build image into its project.json. With a Dockerfile there is nothing to write there:
 * the report says what to write into the Dockerfile.
 * @param connect called when the engine is needed
 * @throws ArtifactError TARGET_MISSING, BAD_OPTION, IMAGE_MISSING, and those of the engine; nothing is written then
 */
export async function pinImage(
  tree: Tree,
  options: PinOptions,
  connect: () => Promise<Pin>,
): Promise<Report> {
  const target = buildTargetOf(tree, options.project);
  const docker = target.options.build_runner_config.docker;
  const config = Array.isArray(docker) ? { dockerfile: docker[0], tag: docker[1] } : docker;
  if (config?.dockerfile) {
    return await dockerfileReport(
      tree,
      target,
      { ...config, dockerfile: config.dockerfile },
      await connect(),
    );
  }
  const image = config?.tag ?? imageOfPlatform(tree, target);
  const { name, tag, digest } = parseReference(image);
  if (digest !== undefined && !options.update)
    return { lines: [`${image} is pinned already; --update pins what its tag leads to now.`], warnings: [] };
  if (digest !== undefined && tag === undefined)
    throw badOption('update', `${image} has no tag to look up`, 'Write its tag between name and digest.');
  const missing = config?.pull === 'never' ? 'never' : 'missing';
  const pull = options.update ? 'always' : missing;
  const plan = { tag: `${name}:${tag ?? 'latest'}`, pull, platform: config?.platform } as const;
  const pinned = await (await connect())(plan);
  if (pinned === undefined) throw noDigest(plan.tag);
  return write(tree, target, pinned, pinned === image, config === undefined);
}

/** What a build takes without the option `docker`. */
function imageOfPlatform(tree: Tree, { options: { platform } }: BuildTarget): string {
  if (platform === undefined) return platformImage(undefined);
  return choosePlatform(tree, platform, projectRoots(tree)).image;
}

function write(
  tree: Tree,
  { file, name, isInherited, others }: BuildTarget,
  pinned: string,
  isSame: boolean,
  wasDefault: boolean,
): Report {
  const value = `build_runner_config.docker.tag = ${JSON.stringify(pinned)}`;
  const warnings = others.map(
    (other) => `configuration ${other} has a "build_runner_config" of its own, which was left as it is`,
  );
  if (isSame) return { lines: [`Nothing to change: the tag still leads to ${pinned}`], warnings };
  if (isInherited)
    return {
      lines: [`It is nx.json that has its "build_runner_config"; write there:\n  ${value}`],
      warnings,
    };
  const path = ['targets', name, 'options', 'build_runner_config', 'docker', 'tag'];
  editJsonFile(tree, file, [{ path, value: pinned }]);
  const lines = [`Set in ${file}, target ${name}:\n  ${value}`];
  if (wasDefault)
    lines.push(
      'Until now it was the image of its platform, whichever version that has: after an upgrade of the platform remove "docker", and pin again.',
    );
  return { lines, warnings };
}

function noDigest(image: string): ArtifactError {
  return new ArtifactError('IMAGE_MISSING', {
    tried: `pin the image ${image}`,
    cause: 'it has no digest, as it was built or loaded on the engine and comes from no registry',
    hint: 'Push it to a registry and name it as there, or build it from a Dockerfile.',
  });
}
