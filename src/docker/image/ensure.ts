import type Docker from 'dockerode';
import type { DockerfileBuild, ImagePlan } from '../../backend/plans.js';
import type { ImageRequest } from '../../backend/types.js';
import { parseReference } from '../../conventions/image-reference.js';
import { LABEL } from '../../conventions/labels.js';
import { debug } from '../../util/debug.js';
import { singleFlight } from '../../util/single-flight.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isStatus } from '../connection/errors.js';
import { buildImage } from './build.js';
import type { ImageBuildDeps } from './builder.js';
import { contentHash, contextFiles } from './context.js';
import { isOfPlatform } from './platform.js';
import { imageMissing, pullImage } from './pull.js';

export type ImageDeps = ImageRequest & Pick<ImageBuildDeps, 'env' | 'signal'>;

export type ImageInfo = Docker.ImageInspectInfo;

/**
 * Makes sure that the image is there, and returns it. One with a Dockerfile is built from it and never pulled by
 * its tag, which anybody could own on a public registry; it is rebuilt when its content hash has changed. Of the
 * builds on this machine that need it at once, one makes it and the others wait; builds on other machines that use
 * the same engine may make it once more, to the same effect.
 * @throws ArtifactError IMAGE_MISSING, IMAGE_BUILD_FAILED
 */
export async function ensureImage(engine: Engine, spec: ImagePlan, deps: ImageDeps): Promise<ImageInfo> {
  const wanted: Wanted = { ...spec, hash: spec.build && (await hashOf(spec.build)) };
  const options = {
    signal: deps.signal,
    who: `${deps.who} is ${spec.build ? 'building' : 'pulling'}`,
    onWait: (who: string) => deps.onWait(`Waiting for image ${spec.tag}, which ${who}`),
  };
  for (let acceptExisting = spec.pull !== 'always'; ; ) {
    const find = async () => {
      const found = await findImage(engine, wanted);
      return acceptExisting ? found : undefined;
    };
    const found = await find();
    if (found) return found;
    const made = await singleFlight(`${engine.address} ${spec.tag}`, options, async () => {
      return (await find()) ?? (await buildOrPull(engine, wanted, deps)); // found when somebody was faster
    });
    if ('result' in made) return made.result;
    acceptExisting ||= made.otherIsDone;
  }
}

/** With `hash` only the image with that content is the right one of its tag. */
type Wanted = ImagePlan & { hash: string | undefined };

async function hashOf(build: DockerfileBuild): Promise<string> {
  return await contentHash(build, await contextFiles(build));
}

async function buildOrPull(engine: Engine, wanted: Wanted, deps: ImageDeps): Promise<ImageInfo> {
  const { tag, build, hash, pull } = wanted;
  debug('image: %s is %s, pull: %s', tag, build ? 'built' : 'pulled', pull);
  if (build && hash) {
    deps.onStep(`Building image ${tag}`);
    const labels = { ...deps.labels, [LABEL.image]: hash };
    await buildImage(engine, { ...build, tag, labels, pull: pull === 'always' }, deps);
  } else {
    if (pull === 'never')
      throw imageMissing(tag, `${await whyMissing(engine, wanted)}, and its pull option is "never"`);
    deps.onStep(`Pulling image ${tag}`);
    await pullImage(engine, wanted, deps);
  }
  const made = await findImage(engine, wanted);
  if (!made)
    throw imageMissing(tag, `${await whyMissing(engine, wanted)}, although the engine reported success`);
  return made;
}

/** For the error: "it is not on the engine", "the one on the engine is for linux/amd64, not for linux/arm64". */
async function whyMissing(engine: Engine, { tag, hash, platform }: Wanted): Promise<string> {
  const found = await inspectImage(engine, tag);
  const why = found && whyNot(found, hash, platform);
  return why ? `the one on the engine ${why}` : 'it is not on the engine';
}

async function findImage(engine: Engine, { tag, hash, platform }: Wanted): Promise<ImageInfo | undefined> {
  const found = await inspectImage(engine, tag);
  const why = found && whyNot(found, hash, platform);
  debug('image: %s %s', tag, found ? (why ?? `is there, ${found.Id}`) : 'is not there');
  return why === undefined ? found : undefined;
}

/** Why an image of that tag is not the one that is wanted. */
function whyNot(
  found: ImageInfo,
  hash: string | undefined,
  platform: string | undefined,
): string | undefined {
  if (platform !== undefined && !isOfPlatform(found, platform))
    return `is for ${found.Os}/${found.Architecture}, not for ${platform}`;
  const known = found.Config.Labels?.[LABEL.image];
  return hash === undefined || known === hash ? undefined : `has content ${known}, not ${hash}`;
}

async function inspectImage(engine: Engine, tag: string): Promise<ImageInfo | undefined> {
  // dockerode puts it into the URL as it is
  if (!/^[a-z0-9][\w./:@-]*$/i.test(tag)) throw imageMissing(tag, 'that is not a name of an image');
  try {
    const { name, digest } = parseReference(tag);
    // the tag beside a digest is for people: not every engine takes both
    return await engine.docker.getImage(digest ? `${name}@${digest}` : tag).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw isStatus(error, 400) ? imageMissing(tag, engineMessage(error)) : error;
  }
}
