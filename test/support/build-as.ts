import { chmodSync, chownSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Package } from '../../src/artifact/package.js';
import { compile, writeScript } from './compiled.js';
import { engineProxy } from './engine-proxy.js';
import { testRun } from './runner.js';

/** Builds the package that it gets, as the user that it runs as. */
const BUILD = `
import { connectDocker } from './backend.js';
import { build } from './build.js';
import { headlineReporter } from './reporter.js';
const [pkg, host] = JSON.parse(process.argv[2]);
const { signal } = new AbortController();
const { env, stdout } = process;
const user = { uid: process.getuid(), gid: process.getgid() };
await build(pkg, {
  host: { ...host, env, user, now: () => new Date() },
  settings: { wait: true },
  dataDirectory: '/dev/null/nowhere',
  signal,
  connect: connectDocker,
  reporter: headlineReporter({ stdout, clock: () => performance.now() }),
  archived: false,
});
`;

/** Builds as a program of its own: its file, and what it needs to be told of a package. */
export interface BuildProgram {
  script: string;
  argsFor(pkg: Package): string[];
}

/** Compiles it, once for a test file. */
export async function buildProgram(): Promise<BuildProgram> {
  const directory = await compile({
    build: 'runner/build',
    backend: 'docker/backend',
    reporter: 'runner/output/reporters',
  });
  const script = await writeScript(directory, BUILD);
  const argsFor = (pkg: Package) => {
    const { name, pid, task, toolVersion } = testRun(pkg).host;
    return [JSON.stringify([pkg, { name, pid, task, toolVersion }])];
  };
  return { script, argsFor };
}

/** An environment that leads any user to the engine. */
export async function engineForAll(): Promise<NodeJS.ProcessEnv> {
  if (process.env.DOCKER_HOST?.startsWith('tcp:')) return process.env;
  const { env } = await engineProxy();
  const socket = env.DOCKER_HOST?.replace('unix://', '') ?? '';
  chmodSync(dirname(socket), 0o755);
  chmodSync(socket, 0o777);
  return env;
}

/** Gives a directory and all that is in it to a user. */
export function chownTree(path: string, uid: number): void {
  chmodSync(path, 0o755);
  for (const name of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })])
    chownSync(join(path, name), uid, uid);
}

/** "uid:gid" of a directory and of all that is in it, each once. */
export function ownersIn(path: string): string[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const owners = ['', ...names].map((name) => {
    const { uid, gid } = lstatSync(join(path, name));
    return `${uid}:${gid}`;
  });
  return [...new Set(owners)];
}
