import type Docker from 'dockerode';
import { ArtifactError } from '../errors.js';
import { registryAuth } from './auth.js';
import { type BuildSource, contentHash, contextFiles } from './build-context.js';
import { type Engine, engineMessage, isStatus } from './engine.js';
import { isConnectionError } from './engine-lost.js';
import { buildImage, type ImageBuildDeps } from './image-build.js';
import { LABEL, type Labels } from './labels.js';
import { progress } from './progress.js';

/** The image a build runs in: a Dockerfile's, or one that is there or can be pulled. */
export interface ImageSpec {
  tag: string;
  pull: 'missing' | 'always' | 'never';
  platform?: string;
  build?: BuildSource & { secrets?: string[]; ssh?: string[] };
}

export interface ImageDeps extends ImageBuildDeps {
  labels: Labels;
  /** Something that takes time begins: "Pulling x:1", "Building image x:1 from Dockerfile". */
  onStep: (text: string) => void;
}

export type ImageInfo = Docker.ImageInspectInfo;

/**
 * Makes sure that the image is there, and returns it. One with a Dockerfile is built from it and never pulled by
 * its tag, which anybody could own on a public registry; it is rebuilt when its content hash has changed.
 * @throws ArtifactError IMAGE_MISSING, IMAGE_BUILD_FAILED
 */
export async function ensureImage(engine: Engine, spec: ImageSpec, deps: ImageDeps): Promise<ImageInfo> {
  const found = await inspectImage(engine, spec.tag);
  if (spec.build) {
    const hash = await contentHash(spec.build, await contextFiles(spec.build));
    if (found?.Config.Labels?.[LABEL.image] === hash && spec.pull !== 'always') return found;
    deps.onStep(`Building image ${spec.tag}`);
    const labels = { ...deps.labels, [LABEL.image]: hash };
    await buildImage(engine, { ...spec.build, tag: spec.tag, labels, pull: spec.pull === 'always' }, deps);
  } else {
    if (found && spec.pull !== 'always') return found;
    if (spec.pull === 'never')
      throw missing(spec.tag, 'it is not on the engine, and its pull option is "never"');
    deps.onStep(`Pulling image ${spec.tag}`);
    await pullImage(engine, spec, deps);
  }
  const made = await inspectImage(engine, spec.tag);
  if (!made) throw missing(spec.tag, 'it is not there although the engine reported success');
  return made;
}

async function inspectImage(engine: Engine, tag: string): Promise<ImageInfo | undefined> {
  // dockerode puts it into the URL as it is
  if (!/^[a-z0-9][\w./:@-]*$/i.test(tag)) throw missing(tag, 'that is no name of an image');
  try {
    return await engine.docker.getImage(tag).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw isStatus(error, 400) ? missing(tag, engineMessage(error)) : error;
  }
}

/** POST /images/create; its errors come as a line of the stream, after a status of 200. */
async function pullImage(engine: Engine, spec: ImageSpec, deps: ImageDeps): Promise<void> {
  try {
    const auth = await registryAuth(spec.tag, deps.env);
    const [fromImage, tag] = splitReference(spec.tag);
    const options = { fromImage, tag, platform: spec.platform, abortSignal: deps.signal };
    const stream = (await engine.docker.createImage(auth ?? {}, options)) as unknown as AsyncIterable<Buffer>;
    for await (const message of progress(stream)) {
      if (message.error) throw new Error(message.errorDetail?.message ?? message.error);
      if (message.status && !message.progressDetail?.total) {
        deps.onLine(message.id ? `${message.id}: ${message.status}` : message.status);
      }
    }
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error)) throw error;
    throw missing(spec.tag, `it is not on the engine, and pulling it failed: ${engineMessage(error)}`);
  }
}

/** "host:5000/a/b:1" is image and tag; without a tag "latest", as an empty one would pull them all. */
export function splitReference(reference: string): [image: string, tag: string] {
  const digest = reference.indexOf('@');
  if (digest > 0) return [reference.slice(0, digest), reference.slice(digest + 1)];
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/')) return [reference.slice(0, colon), reference.slice(colon + 1)];
  return [reference, 'latest'];
}

function missing(tag: string, cause: string): ArtifactError {
  return new ArtifactError('IMAGE_MISSING', {
    tried: `get the image ${tag}`,
    cause,
    hint: 'Check its name and your network, log in with `docker login`, or build it from a Dockerfile: "build_runner_config": {"docker": ["Dockerfile", "name:tag"]}.',
  });
}
