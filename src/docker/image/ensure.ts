import type { ImagePlan } from '../../backend/plans.js';
import { NEXT_STEP } from '../../conventions/hints.js';
import { LABEL } from '../../conventions/labels.js';
import { ArtifactError } from '../../errors.js';
import { debug } from '../../util/debug.js';
import { singleFlight } from '../../util/single-flight.js';
import type { Engine } from '../connection/connect.js';
import { type ImageInfo, inspectImage } from './inspect.js';
import { isOfPlatform } from './platform.js';
import { imageMissing, pullImage } from './pull.js';
import { buildWanted, type ImageDeps, type Wanted, wantedOf } from './wanted.js';

/**
 * Makes sure that the image is there, and returns it. One with a Dockerfile is built from it and never pulled by
 * its tag, which anybody could own on a public registry; it is rebuilt when its content hash has changed. Of the
 * builds on this machine that need it at once, one makes it and the others wait; builds on other machines that use
 * the same engine may make it once more, to the same effect.
 * @throws ArtifactError IMAGE_MISSING, IMAGE_BUILD_FAILED, LOCKED where another one makes it and `wait` is false
 */
export async function ensureImage(engine: Engine, spec: ImagePlan, deps: ImageDeps): Promise<ImageInfo> {
  const wanted = await wantedOf(spec);
  const refused = new AbortController();
  const options = {
    signal: AbortSignal.any([deps.signal, refused.signal]),
    who: deps.who,
    doing: `is ${spec.build ? 'building' : 'pulling'}`,
    onWait: (who: string) =>
      deps.wait
        ? deps.onWait(`Waiting for image ${spec.tag}, which ${who}`)
        : refused.abort(imageHeld(spec.tag, who)),
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

function imageHeld(tag: string, who: string): ArtifactError {
  const tried = `make sure of the image ${tag}`;
  return new ArtifactError('LOCKED', { tried, cause: `${who} it`, hint: NEXT_STEP.LOCKED });
}

/** The image by the tag of a plan, and why it is not the one that {@link ensureImage} would take. */
export async function lookUpImage(
  engine: Engine,
  spec: ImagePlan,
): Promise<{ found: ImageInfo; outdated?: string } | undefined> {
  const found = await inspectImage(engine, spec.tag);
  return found && { found, outdated: await whyNot(found, await wantedOf(spec)) };
}

async function buildOrPull(engine: Engine, wanted: Wanted, deps: ImageDeps): Promise<ImageInfo> {
  const { tag, build, pull } = wanted;
  debug('image: %s is %s, pull: %s', tag, build ? 'built' : 'pulled', pull);
  if (build) {
    deps.onStep(`Building image ${tag}`);
    await buildWanted(engine, build, wanted, deps);
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
async function whyMissing(engine: Engine, wanted: Wanted): Promise<string> {
  const found = await inspectImage(engine, wanted.tag);
  const why = found && (await whyNot(found, wanted));
  return why ? `the one on the engine ${why}` : 'it is not on the engine';
}

async function findImage(engine: Engine, wanted: Wanted): Promise<ImageInfo | undefined> {
  const { tag } = wanted;
  const found = await inspectImage(engine, tag);
  const why = found && (await whyNot(found, wanted));
  debug('image: %s %s', tag, found ? (why ?? `is there, ${found.Id}`) : 'is not there');
  return why === undefined ? found : undefined;
}

/** Why an image of that tag is not the one that is wanted. */
async function whyNot(found: ImageInfo, wanted: Wanted): Promise<string | undefined> {
  const { platform, hash, hashWithContext } = wanted;
  if (platform !== undefined && !isOfPlatform(found, platform))
    return `is for ${found.Os}/${found.Architecture}, not for ${platform}`;
  const known = found.Config.Labels?.[LABEL.image];
  if (known === hash || (known && known === (await hashWithContext?.()))) return undefined;
  return hash && `has content ${known}, not ${hash}`;
}
