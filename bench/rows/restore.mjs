// Row 7: restoring an artifact of 20,000 files through Nx: the archive as the cached output, unpacked afterwards,
// against the unpacked directory as the output. In a cache on this machine, and in a remote one (on loopback). Both ways
// create 20,000 files, so that the disk decides; TMPDIR=/dev/shm leaves it out.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startCacheServer } from '../../e2e/support/cache-server.mjs';
import { comparePair, sh } from '../support/pairs.mjs';

const TOP = resolve(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
const root = join(home, 'workspace');
const archive = join(home, 'artifact-portable-1.0.0-0123456.tar.gz');

/** What `nx-docker-artifact:build` does when the archive is there. */
const UNPACK = `
import { resolve } from 'node:path';
import { readArchive } from '${TOP}/build/artifact/archive/archive-file.js';
import { isUnpacked } from '${TOP}/build/artifact/archive/marker-files.js';
import { unpack } from '${TOP}/build/artifact/archive/unpack.js';
const archive = await readArchive(resolve('ours/.nerves/archive'), 'artifact-portable-1.0.0-0123456.tar.gz');
const checksum = '0'.repeat(64);
const deps = { env: process.env, signal: new AbortController().signal };
if (!(await isUnpacked(resolve('ours/out'), archive, checksum))) await unpack(archive, resolve('ours/out'), checksum, deps);
`;

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const server = await startCacheServer();
  let machines = 0;
  const remote = () => ({ ...server.env, ...cacheAt(`remote-${machines}`) });
  try {
    makeArchive();
    makeWorkspace();
    for (const { cache, env, bar } of [
      { cache: 'local', env: () => cacheAt('local'), bar: 0.5 },
      { cache: 'remote', env: remote, bar: 0.4 },
    ]) {
      for (const project of ['ours', 'naive']) await run(project, env)();
      yield await comparePair({
        ...{ row: '7', what: `Nx cache hit, ${cache}: restore and unpack 20,000 files`, bar },
        ...{ peer: "the unpacked directory as Nx's output", rounds: long ? 5 : 3 },
        ...{ ours: run('ours', env), theirs: run('naive', env) },
        before: () => {
          withoutOutputs();
          machines++; // of which each asks the remote cache for the first time
        },
      });
    }
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Small files, half of which compress, and links that any cache takes. */
function makeArchive() {
  const tree = join(home, 'artifact-portable-1.0.0-0123456');
  for (let d = 0; d < 200; d++) {
    mkdirSync(join(tree, `d${d}`), { recursive: true });
    for (let f = 0; f < 100; f++) {
      const path = join(tree, `d${d}`, `f${f}`);
      writeFileSync(path, f % 2 ? randomBytes(500 + 37 * f) : `line ${d} ${f}\n`.repeat(f * 5));
    }
    symlinkSync('f0', join(tree, `d${d}`, 'link'));
  }
  sh(`cd ${home} && tar czf ${archive} * && sha256sum ${archive} >${archive}.sha256 && rm -r ${tree}`);
}

/** Projects of commands, so that no engine has a part in it. */
function makeWorkspace() {
  const commands = (targets) =>
    Object.fromEntries(
      Object.entries(targets).map(([name, { command, ...more }]) => [
        name,
        { executor: 'nx:run-commands', options: { command }, ...more },
      ]),
    );
  const write = (path, json) => writeFileSync(join(root, path), JSON.stringify(json));
  for (const project of ['ours', 'naive']) mkdirSync(join(root, project), { recursive: true });
  symlinkSync(join(TOP, 'node_modules'), join(root, 'node_modules'));
  write('package.json', { private: true });
  write('nx.json', { neverConnectToCloud: true, analytics: false });
  writeFileSync(join(root, '.gitignore'), 'node_modules\n.nx\nout\n.nerves\n');
  writeFileSync(join(root, 'unpack.mjs'), UNPACK);
  const archived = {
    command: `mkdir -p ours/.nerves/archive && cp ${archive} ${archive}.sha256 ours/.nerves/archive`,
    cache: true,
    outputs: ['{projectRoot}/.nerves/archive'],
  };
  const ours = { archive: archived, artifact: { command: 'node unpack.mjs', dependsOn: ['archive'] } };
  write('ours/project.json', { name: 'ours', targets: commands(ours) });
  const unpacked = {
    command: `mkdir -p naive/out && tar xzf ${archive} -C naive/out --strip-components=1`,
    cache: true,
    outputs: ['{projectRoot}/out'],
  };
  write('naive/project.json', { name: 'naive', targets: commands({ artifact: unpacked }) });
}

/** Synced, as what the disk still has to do would count for whoever comes next. */
function withoutOutputs() {
  sh(`cd ${root} && rm -rf ours/out ours/.nerves naive/out && sync`);
}

/** Nx's own places, which another machine has elsewhere. */
function cacheAt(name) {
  return { NX_CACHE_DIRECTORY: join(home, name), NX_WORKSPACE_DATA_DIRECTORY: join(home, `${name}-data`) };
}

function run(project, env) {
  return async () => {
    const nx = join(TOP, 'node_modules/.bin/nx');
    const own = { NX_DAEMON: 'false', NX_TUI: 'false' };
    const options = { cwd: root, env: { ...process.env, ...own, ...env() } };
    await promisify(execFile)(nx, ['run', `${project}:artifact`], options);
  };
}
