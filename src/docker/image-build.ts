import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { create } from 'tar';
import { ArtifactError, reason } from '../errors.js';
import { type BuildSource, contextFiles, dockerfileInContext } from './build-context.js';
import { type Engine, engineMessage } from './engine.js';
import { isConnectionError } from './engine-lost.js';
import { tarStream } from './files.js';
import type { Labels } from './labels.js';
import { type Progress, progress } from './progress.js';

/** How many lines of a failed image build its error shows. */
const SHOWN_LINES = 15;

export interface ImageBuild extends BuildSource {
  tag: string;
  labels: Labels;
  /** Look for newer base images. */
  pull: boolean;
  secrets?: string[];
  ssh?: string[];
}

export interface ImageBuildDeps {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onLine: (line: string) => void;
}

/**
 * Builds an image from a Dockerfile: by `docker buildx build` where the CLI has it (BuildKit; the only way for
 * secrets and SSH), else by the engine's classic builder (Docker API, ImageBuild). Both get the same context.
 * @throws ArtifactError IMAGE_BUILD_FAILED with the builder's own last lines
 */
export async function buildImage(engine: Engine, build: ImageBuild, deps: ImageBuildDeps): Promise<void> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    if (last.length > SHOWN_LINES) last.shift();
    deps.onLine(line);
  };
  const staging = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-'));
  try {
    const context = await packContext(build, staging);
    if (await hasBuildx(deps.env)) return await buildx(build, context, { ...deps, onLine });
    if (build.secrets?.length || build.ssh?.length) {
      throw new Error('secrets and ssh need BuildKit, and the docker CLI has no buildx plugin');
    }
    return await classic(engine, build, context, { ...deps, onLine });
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error)) throw error;
    const cause = engineMessage(error);
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `build the image ${build.tag} from ${build.dockerfile}`,
      cause,
      details: last.filter((line) => line.trim() !== cause.trim()),
      hint: 'Mend the Dockerfile; `docker build` shows the same error.',
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

interface Context {
  tar: Readable;
  /** The Dockerfile's path inside `tar`. */
  dockerfile: string;
}

/** A Dockerfile that is not part of its context goes in front of it under a name of its own. */
async function packContext(build: BuildSource, staging: string): Promise<Context> {
  const files = await contextFiles(build);
  const inside = dockerfileInContext(build, files);
  if (inside) return { tar: tarOf(build.context, files), dockerfile: inside };
  const name = `.${basename(build.dockerfile)}.nx-docker-artifact`;
  await copyFile(build.dockerfile, join(staging, name));
  if (files.length === 0) return { tar: tarOf(staging, [name]), dockerfile: name };
  const single = join(staging, 'dockerfile.tar');
  await create({ cwd: staging, portable: true, file: single }, [name]);
  // "@file" is the tar package's way to put another archive's entries in front
  return { tar: tarOf(build.context, files, [`@${single}`]), dockerfile: name };
}

function tarOf(cwd: string, files: readonly string[], archives: string[] = []): Readable {
  const names = files.map((file) => `./${file}`); // a leading "@" would name an archive
  return tarStream({ cwd, portable: true, noDirRecurse: true }, [...archives, ...names]);
}

async function classic(
  engine: Engine,
  build: ImageBuild,
  context: Context,
  deps: ImageBuildDeps,
): Promise<void> {
  const stream = await engine.docker.buildImage(context.tar, {
    t: build.tag,
    dockerfile: context.dockerfile,
    labels: build.labels as never,
    buildargs: build.build_args as never,
    target: build.target,
    platform: build.platform,
    pull: build.pull || undefined,
    rm: true,
    forcerm: true,
    abortSignal: deps.signal,
  });
  let built = false;
  for await (const message of progress(stream as unknown as AsyncIterable<Buffer>)) {
    if (message.error) throw new Error(message.errorDetail?.message ?? message.error);
    for (const line of linesOf(message)) deps.onLine(line);
    if (message.aux?.ID) built = true;
  }
  if (!built) throw new Error('the engine ended the build without an image');
}

function linesOf(message: Progress): string[] {
  return (message.stream ?? message.status ?? '').split(/[\r\n]+/).filter((line) => line.trim() !== '');
}

async function hasBuildx(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { execa } = await import('execa');
  return (
    (await execa('docker', ['buildx', 'version'], { env, extendEnv: false, reject: false, timeout: 10_000 }))
      .exitCode === 0
  );
}

async function buildx(build: ImageBuild, context: Context, deps: ImageBuildDeps): Promise<void> {
  const { execa } = await import('execa');
  const each = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value]);
  const pairs = (record: Record<string, string> = {}) => Object.entries(record).map(([k, v]) => `${k}=${v}`);
  const argv = [
    'buildx',
    'build',
    '--load',
    '--progress',
    'plain',
    '--tag',
    build.tag,
    '--file',
    context.dockerfile,
  ];
  argv.push(...each('--label', pairs(build.labels)), ...each('--build-arg', pairs(build.build_args)));
  argv.push(...each('--secret', build.secrets), ...each('--ssh', build.ssh));
  if (build.target) argv.push('--target', build.target);
  if (build.platform) argv.push('--platform', build.platform);
  if (build.pull) argv.push('--pull');
  const run = execa('docker', [...argv, '-'], {
    env: deps.env,
    extendEnv: false,
    cwd: build.context,
    input: context.tar,
    all: true,
    buffer: false,
    cancelSignal: deps.signal,
  });
  const showing = (async () => {
    for await (const line of run.iterable({ from: 'all' })) deps.onLine(line);
  })();
  const [result] = await Promise.allSettled([run, showing]);
  if (result.status === 'rejected') throw new Error(reason(shortMessage(result.reason)));
}

function shortMessage(error: { shortMessage?: string }): unknown {
  return error.shortMessage ?? error;
}
