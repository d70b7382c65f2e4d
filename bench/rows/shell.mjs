// Row 14: the time to a shell's prompt, on a terminal, against `docker run -it`. The package was built before, as before most shells:
// in a build directory that is not configured, a shell runs create-build first.

import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { spawn } from '@lydell/node-pty';
import { archive } from '../../build/runner/archive.js';
import { shell } from '../../build/runner/shell.js';
import { benchPackage, benchRun, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, sh } from '../support/pairs.mjs';

/** What a shell of the image prints when it waits for the user. */
const PROMPT = /[#$] /;

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure() {
  const { pkg, workspaceRoot, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
  const run = await benchRun();
  const volumes = ['build', 'env'].map((name) => `nx-docker-artifact-bench-${process.pid}-${name}`);
  const mounts = `-v ${volumes[0]}:/nerves/build -v ${volumes[1]}:/nerves/env -v ${pkg.root}:/nerves/env/bench -v ${join(workspaceRoot, 'dl')}:/nerves/dl`;
  const peer = `docker run --rm --init -it -w /nerves/build ${mounts} ${IMAGE} sh`;
  try {
    await archive(pkg, run);
    for (const [to, what, bar] of /** @type {const} */ ([
      ['prompt', "to a shell's prompt", 1.3],
      ['end', 'to its prompt and out of it again', undefined],
    ]))
      yield await comparePair({
        ...{ row: '14', what, peer: '`docker run -it`', bar },
        ...{ ours: async () => (await ours(pkg, run))[to], theirs: async () => (await theirs(peer))[to] },
      });
  } finally {
    sh(`docker volume rm -f ${volumes.join(' ')}`);
    remove();
  }
}

/** Times in ms: of the prompt, and of the end. */
async function ours(pkg, run) {
  const start = performance.now();
  const [stdin, stdout] = [new PassThrough(), Object.assign(new PassThrough(), { columns: 80, rows: 24 })];
  let prompt = 0;
  atPrompt(
    (listener) => stdout.on('data', (data) => listener(String(data))),
    () => {
      prompt = performance.now() - start;
      stdin.write('exit\n');
    },
  );
  const terminal = { stdin, stdout, stderr: new PassThrough().resume(), isTTY: true };
  await shell(pkg, { ...run, terminal });
  return { prompt, end: performance.now() - start };
}

function theirs(command) {
  const start = performance.now();
  return new Promise((resolve) => {
    const terminal = spawn('sh', ['-c', command], { cols: 80, rows: 24 });
    let prompt = 0;
    atPrompt(
      (listener) => terminal.onData(listener),
      () => {
        prompt = performance.now() - start;
        terminal.write('exit\n');
      },
    );
    terminal.onExit(() => resolve({ prompt, end: performance.now() - start }));
  });
}

/** Does something once, when a prompt comes. */
function atPrompt(listen, act) {
  let text = '';
  listen((data) => {
    const before = PROMPT.test(text);
    text += data;
    if (!before && PROMPT.test(text)) act();
  });
}
