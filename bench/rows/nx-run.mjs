// Row 1b: a warm trivial build as its user waits for it: `nx run`, without the daemon, against an executor that does nothing
// but `docker run`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { benchOptions, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { compareAll, comparePair, sh } from '../support/pairs.mjs';
import { benchWorkspace } from '../support/workspace.mjs';

const PEER = `exports.default = async ({ command }) => {
  const { execa } = await import('execa');
  return { success: (await execa('sh', ['-c', command], { stdio: 'inherit', reject: false })).exitCode === 0 };
};
`;

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const rounds = long ? 11 : 5;
  const options = benchOptions('/', { archive: TRIVIAL_ARCHIVE });
  const targets = { 'build-artifact': { executor: 'nx-docker-artifact:build', options } };
  const downloads = '{workspaceRoot}/dl';
  const own = benchWorkspace({
    'bench/VERSION': '1.0.0',
    'bench/project.json': { name: 'bench', targets: withDownloads(targets, downloads) },
  });
  const peer = benchWorkspace(peerFiles(), { plugin: 'none' });
  const idle = benchWorkspace(peerFiles(), { plugin: 'idle' });
  mkdirSync(join(peer.root, 'dl'));
  try {
    await own.nx('run', 'bench:archive');
    await peer.nx('run', 'bench:archive');
    yield await comparePair({
      ...{
        row: '1b',
        what: '`nx run bench:archive --skip-nx-cache`',
        peer: 'an executor of one `docker run`',
      },
      ...{ bar: 1.15, rounds },
      ours: () => own.nx('run', 'bench:archive', '--skip-nx-cache'),
      theirs: () => peer.nx('run', 'bench:archive', '--skip-nx-cache'),
    });
    const start = {
      ...{ row: '1b', what: "of which Nx's own start: `nx show projects`", peer: 'without the plugin' },
      ours: () => own.nx('show', 'projects'),
    };
    const any = {
      ...{ row: '1b', what: 'of which any plugin: `nx show projects` with one that does nothing' },
      ...{ peer: 'without a plugin', ours: () => idle.nx('show', 'projects') },
    };
    yield* await compareAll([start, any], { rounds, theirs: () => peer.nx('show', 'projects') });
  } finally {
    sh(`docker volume rm -f ${VOLUMES.join(' ')}`);
    for (const workspace of [own, peer, idle]) workspace.remove();
  }
}

const VOLUMES = ['build', 'env'].map((name) => `nx-docker-artifact-bench-${process.pid}-${name}`);

function withDownloads(targets, dl_dir) {
  const { 'build-artifact': build } = targets;
  const options = { ...build.options, dl_dir: dl_dir.replace('{workspaceRoot}/', '') };
  return { 'build-artifact': { ...build, options } };
}

/** A workspace with an executor of its own, in a plugin that lies beside the others. */
function peerFiles() {
  const mounts = `-v ${VOLUMES[0]}:/nerves/build -v ${VOLUMES[1]}:/nerves/env -v "$PWD/dl":/nerves/dl`;
  const command = `docker run --rm --init -w /nerves/build ${mounts} ${IMAGE} sh -c 'true; true; set -- a; ${TRIVIAL_ARCHIVE}'`;
  const executor = { implementation: './executor.cjs', schema: './schema.json' };
  return {
    'bench/VERSION': '1.0.0',
    'bench/project.json': {
      name: 'bench',
      targets: { archive: { executor: 'bench-peer:run', options: { command }, cache: true } },
    },
    'node_modules/bench-peer/package.json': {
      ...{ name: 'bench-peer', version: '1.0.0', executors: './executors.json' },
    },
    'node_modules/bench-peer/executors.json': { executors: { run: executor } },
    'node_modules/bench-peer/schema.json': { type: 'object', properties: { command: { type: 'string' } } },
    'node_modules/bench-peer/executor.cjs': PEER,
  };
}
