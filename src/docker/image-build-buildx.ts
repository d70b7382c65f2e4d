import { reason } from '../errors.js';
import type { ImageBuild, ImageBuildDeps } from './image-build.js';
import type { Context } from './image-context.js';

/** Whether the docker CLI is there, with BuildKit. */
export async function hasBuildx(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { execa } = await import('execa');
  return (
    (await execa('docker', ['buildx', 'version'], { env, extendEnv: false, reject: false, timeout: 10_000 }))
      .exitCode === 0
  );
}

/** Builds by `docker buildx build`. */
export async function buildx(build: ImageBuild, context: Context, deps: ImageBuildDeps): Promise<void> {
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
