import type { ExecaError } from 'execa';
import { reason } from '../../errors.js';
import { DEADLINES } from '../../util/deadlines.js';
import type { ImageBuild, ImageBuildDeps } from './builder.js';
import type { LocalContext } from './context/local-context.js';

/** A docker CLI's way to BuildKit: the beginning of its arguments. */
type BuildKit = readonly string[];

/**
 * How the docker CLI builds with BuildKit: by its buildx plugin, or, before version 23, by itself, but then only
 * when it is asked to (https://docs.docker.com/build/buildkit/). Undefined when it does not.
 */
export async function findBuildKit(build: ImageBuild, env: NodeJS.ProcessEnv): Promise<BuildKit | undefined> {
  const { execa } = await import('execa');
  const docker = (...args: string[]) =>
    execa('docker', args, { env: asked(env), extendEnv: false, reject: false, timeout: DEADLINES.program });
  if ((await docker('buildx', 'version')).exitCode === 0) return ['buildx', 'build', '--load'];
  if (!needsBuildKit(build) && env.DOCKER_BUILDKIT !== '1') return undefined;
  return (await docker('build', '--help')).stdout?.includes('--secret') ? ['build'] : undefined;
}

/** Only BuildKit has secrets and SSH agents. */
export function needsBuildKit({ secrets, ssh }: ImageBuild): boolean {
  return Boolean(secrets?.length || ssh?.length);
}

/** What BuildKit says when it takes the Dockerfile, and the context, if any instruction needs it. */
const LOADS_DOCKERFILE = '[internal] load build definition';
const LOADS_CONTEXT = '[internal] load build context';

/**
 * Builds by `docker buildx build`, or `docker build`.
 * @returns whether it is certain that nothing was taken from the context, also not by ONBUILD of a base image
 */
export async function buildKit(
  command: BuildKit,
  build: ImageBuild,
  local: LocalContext,
  deps: ImageBuildDeps,
): Promise<boolean> {
  const { execa } = await import('execa');
  const each = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value]);
  const pairs = (record: Record<string, string> = {}) => Object.entries(record).map(([k, v]) => `${k}=${v}`);
  const argv = [...command, '--progress', 'plain', '--tag', build.tag, '--file', local.dockerfile];
  argv.push(...each('--label', pairs(build.labels)), ...each('--build-arg', pairs(build.build_args)));
  argv.push(...each('--secret', build.secrets), ...each('--ssh', build.ssh));
  if (build.target) argv.push('--target', build.target);
  if (build.platform) argv.push('--platform', build.platform);
  if (build.pull) argv.push('--pull');
  const run = execa('docker', [...argv, local.directory], {
    env: asked(deps.env),
    extendEnv: false,
    cwd: build.cwd ?? build.context,
    stdin: 'ignore',
    all: true,
    buffer: false,
    cancelSignal: deps.signal,
    forceKillAfterDelay: DEADLINES.buildKill,
  });
  const loads = { dockerfile: false, context: false };
  const showing = (async () => {
    for await (const line of run.iterable({ from: 'all' })) {
      loads.dockerfile ||= line.includes(LOADS_DOCKERFILE);
      loads.context ||= line.includes(LOADS_CONTEXT);
      deps.onLine(line);
    }
  })();
  const [result] = await Promise.allSettled([run, showing]);
  if (result.status === 'rejected') throw new Error(whyFailed(`docker ${command.join(' ')}`, result.reason));
  return loads.dockerfile && !loads.context; // one line without the other: it still speaks so
}

const asked = (env: NodeJS.ProcessEnv) => ({ ...env, DOCKER_BUILDKIT: '1' });

/** Without its arguments: there are many, and the value of a build argument is nobody's to see. */
function whyFailed(command: string, error: Partial<ExecaError>): string {
  const { exitCode, signal, originalMessage } = error;
  if (exitCode !== undefined) return `${command} ended with exit code ${exitCode}`;
  return signal ? `${command} was killed by ${signal}` : (originalMessage ?? reason(error));
}
