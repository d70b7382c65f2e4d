import type Docker from 'dockerode';
import { unset } from '../cli/proxies.js';
import type { Engine } from '../connection/connect.js';
import type { ImageBuild, ImageBuildDeps } from './builder.js';
import type { Context } from './context/pack-context.js';
import { progress } from './progress.js';
import { allRegistryAuths } from './registry-auth.js';

/** Builds by the engine's classic builder (Docker API, ImageBuild). */
export async function classic(
  engine: Engine,
  build: ImageBuild,
  context: Context,
  deps: ImageBuildDeps,
): Promise<void> {
  const query = {
    t: build.tag,
    dockerfile: context.dockerfile,
    labels: build.labels,
    buildargs: buildArgs(build, engine),
    target: build.target,
    platform: build.platform,
    pull: build.pull || undefined,
    rm: true,
    forcerm: true,
    registryconfig: await allRegistryAuths(deps.env),
  };
  // dockerode sends what is undefined as empty, which Podman refuses
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  const options = { ...given, abortSignal: deps.signal } as Docker.ImageBuildOptions;
  const stream = await engine.docker.buildImage(context.tar, options);
  let built = false;
  const lines = new Splitter(deps.onLine);
  try {
    for await (const message of progress(stream as unknown as AsyncIterable<Buffer>)) {
      if (message.error) throw new Error(message.errorDetail?.message ?? message.error);
      lines.push(message.stream ?? (message.status ? `${message.status}\n` : ''));
      if (message.aux?.ID) built = true;
    }
  } finally {
    lines.push('\n');
  }
  if (!built) throw new Error('the engine ended the build without an image');
}

/**
 * With the proxies, as arguments that every Dockerfile has without an ARG, and that are in no history (Dockerfile reference,
 * "Predefined ARGs").
 */
function buildArgs(
  { build_args = {} }: ImageBuild,
  { proxies }: Engine,
): Record<string, unknown> | undefined {
  const own = unset(proxies, Object.keys(build_args));
  const all = {
    ...Object.fromEntries(own.map((variable) => splitAt(variable, variable.indexOf('=')))),
    ...build_args,
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The output of a RUN comes in any pieces: a message is not always a line. */
class Splitter {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split(/[\r\n]+/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.onLine(line);
  }
}
