import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, running } from '../children.mjs';
import { askVersion } from './ask.mjs';
import { withDirectory } from './directory.mjs';
import { userOf } from './rows.mjs';
import { ensureSystem } from './systems.mjs';
import { slow, WAYS } from './ways/ways.mjs';

const ENTER = join(import.meta.dirname, 'enter.sh');
const NAMESPACES = ['--mount', '--net', '--pid', '--ipc', '--uts', '--propagation', 'private'];

/**
 * Runs `work` while an engine runs, in namespaces of its own: it touches nothing of the machine's own engine, has no
 * network, and whatever ends this process, also a SIGKILL, ends it with all its processes and mounts.
 * @template T
 * @param {import('./rows.mjs').Row} row
 * @param {(engine: { socket: string, directory: string, env: Record<string, string> }) => Promise<T>} work with what
 *   leads to it: for the tests, and a socket in any case
 */
export async function withEngine(row, work) {
  const root = await ensureSystem(row.system ?? 'sid-docker');
  return await withDirectory(userOf(row), async (directory) => {
    const below = (name) => join(directory, name);
    const [socket, config] = ['engine.sock', 'daemon.json'].map(below);
    const at = { socket, config, directory, data: below('data'), name: basename(directory) };
    const log = join(directory, 'log');
    writeFileSync(at.config, JSON.stringify(row.config ?? {}));
    const way = row.way && WAYS[row.way];
    await way?.prepare(directory);
    const child = enter(row, { root, directory, log }, row.command?.(at) ?? []);
    try {
      await answers(child, at.socket, log);
      if (!way) return await work({ socket, directory, env: { DOCKER_HOST: `unix://${socket}` } });
      const line = row.slow ? slow() : undefined;
      return await way.within({ engine: child, directory, line }, (env) => work({ socket, directory, env }));
    } finally {
      await end(child);
    }
  });
}

function enter(row, { root, directory, log }, command) {
  const output = openSync(log, 'a');
  const argv = ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, '--kill-child', 'sh', ENTER, ...command];
  const env = {
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
    HOME: '/root',
    ...row.env,
    ...{ ROOT: root, LAYER: join(directory, 'layer') },
    SHARED: row.hidden ? directory : [...new Set([tmpdir(), homedir()])].join('\n'),
    NAME: row.hidden ? 'elsewhere' : '',
    RUN_AS: String(userOf(row)?.uid ?? ''),
    HYBRID: row.hybrid === false || row.rootless ? 'no' : 'yes',
  };
  const child = spawn('setpriv', argv, { stdio: ['ignore', output, output], detached: true, cwd: '/', env });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

async function answers(child, socket, log) {
  for (const limit = Date.now() + 60_000; Date.now() < limit && child.exitCode === null; await sleep(200))
    if (await askVersion(socket)) return;
  const tail = readFileSync(log, 'utf8').slice(-3000);
  throw new Error(`The engine was started, but does not answer. The end of its log:\n${tail}`);
}

/** A TERM, so that it ends its containers; what is left then ends with its namespaces. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'close');
  killGroup(child, 'SIGTERM');
  const late = setTimeout(() => killGroup(child, 'SIGKILL'), 20_000);
  await over;
  clearTimeout(late);
}
