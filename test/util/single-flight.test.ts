import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SingleFlightOptions, singleFlight } from '../../src/util/single-flight.js';
import { compile, writeScript } from '../support/compiled.js';
import { until } from '../support/wait.js';
import { temporaryDirectory } from '../support/workspace.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ turns: 'util/single-flight' });
}, 60_000);

let number = 0;
const anyWork = () => `test ${process.pid} ${++number}`;

function deps(os: NodeJS.Platform, more: Partial<SingleFlightOptions> = {}) {
  const waits: string[] = [];
  const signal = new AbortController().signal;
  return { os, who: 'alpha works', signal, onWait: (who: string) => waits.push(who), waits, ...more };
}

function pending() {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

/** Starts work that does not end, in a process of its own; gives what kills that. */
async function otherProcess(os: NodeJS.Platform, work: string) {
  const script = await writeScript(
    dist,
    `import { singleFlight } from './turns.js';
    const [os, work] = process.argv.slice(2);
    const deps = { os, who: 'the other', signal: new AbortController().signal, onWait() {} };
    await singleFlight(work, deps, () => {
      console.log('at work');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });`,
  );
  const child = execa(process.execPath, [script, os, work], { reject: false });
  const kill = () => void child.kill('SIGKILL');
  onTestFinished(async () => {
    kill();
    await child;
  });
  await once(child.stdout, 'data');
  return { kill, pid: child.pid, suspend: () => void child.kill('SIGSTOP') };
}

// a name without a file, and a file as on every other system
describe.each(['linux', 'darwin'] as const)('on %s', (os) => {
  test('one works, the others wait, and learn that it is done', async () => {
    const [work, hold] = [anyWork(), pending()];
    const first = singleFlight(work, deps(os, { who: 'alpha:archive (pid 7) is building' }), async () => {
      await hold.promise;
      return 'made';
    });
    const others = [deps(os), deps(os), deps(os)];
    const run = vi.fn();
    const waiting = others.map((other) => singleFlight(work, other, run));
    await until(() => others.every(({ waits }) => waits.length > 0));
    hold.end();
    expect(await first).toEqual({ result: 'made' });
    expect(await Promise.all(waiting)).toEqual(others.map(() => ({ otherIsDone: true })));
    expect(others.map(({ waits }) => waits)).toEqual(others.map(() => ['alpha:archive (pid 7) is building']));
    expect(run).not.toHaveBeenCalled();
  });

  test('work that fails is told to the others as not done', async () => {
    const [work, hold, other] = [anyWork(), pending(), deps(os)];
    const first = singleFlight(work, deps(os), async () => {
      await hold.promise;
      throw new Error('failed');
    });
    const second = singleFlight(work, other, async () => 'made');
    await until(() => other.waits.length > 0);
    hold.end();
    await expect(first).rejects.toThrow('failed');
    expect(await second).toEqual({ otherIsDone: false });
  });

  test('the next one works when the first is over', async () => {
    const work = anyWork();
    for (const result of [1, 2, 3]) {
      expect(await singleFlight(work, deps(os), async () => result)).toEqual({ result });
    }
  });

  test('other work is none of its concern', async () => {
    const inner = () => singleFlight(anyWork(), deps(os), async () => 'inner');
    expect(await singleFlight(anyWork(), deps(os), inner)).toEqual({ result: { result: 'inner' } });
  });

  test('a process that is killed makes place at once, and leaves nothing behind', async () => {
    const [work, other] = [anyWork(), deps(os)];
    const { kill } = await otherProcess(os, work);
    const waiting = singleFlight(work, other, async () => 'made');
    await until(() => other.waits.length > 0);
    expect(other.waits).toEqual(['the other']);
    kill();
    expect(await waiting).toEqual({ otherIsDone: false });
    expect(await singleFlight(work, deps(os), async () => 'made')).toEqual({ result: 'made' });
  });

  test('a process that is suspended is waited for, and who waits is told so', async () => {
    const [work, other] = [anyWork(), deps(os)];
    const { kill, suspend, pid } = await otherProcess(os, work);
    suspend();
    const waiting = singleFlight(work, other, async () => 'made');
    await until(() => other.waits.length > 0);
    const facts = os === 'linux' ? ` \\(pid ${pid}, suspended, since \\d{4}-\\S+T\\S+Z\\)` : '';
    expect(other.waits).toEqual([expect.stringMatching(`^a process that does not answer${facts}$`)]);
    kill();
    expect(await waiting).toEqual({ result: 'made' });
  });

  test('an interrupt ends the waiting, and the other goes on', async () => {
    const [work, hold, controller] = [anyWork(), pending(), new AbortController()];
    const first = singleFlight(work, deps(os), () => hold.promise);
    const reason = new Error('interrupted');
    const onWait = () => controller.abort(reason);
    const second = singleFlight(work, deps(os, { signal: controller.signal, onWait }), async () => {});
    await expect(second).rejects.toBe(reason);
    const third = deps(os);
    const waiting = singleFlight(work, third, async () => {});
    await until(() => third.waits.length > 0);
    hold.end();
    await first;
    expect(await waiting).toEqual({ otherIsDone: true });
  });

  test('what is aborted before does not begin', async () => {
    const run = vi.fn();
    const signal = AbortSignal.abort(new Error('early'));
    await expect(singleFlight(anyWork(), deps(os, { signal }), run)).rejects.toThrow('early');
    expect(run).not.toHaveBeenCalled();
  });
});

describe('singleFlight(): a file of that name', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await temporaryDirectory('turns');
    vi.stubEnv('TMPDIR', directory);
    return () => void vi.unstubAllEnvs();
  });

  test('that cannot be made lets everybody work', async () => {
    vi.stubEnv('TMPDIR', join(directory, 'gone'));
    const [work, hold] = [anyWork(), pending()];
    const first = singleFlight(work, deps('darwin'), () => hold.promise);
    expect(await singleFlight(work, deps('darwin'), async () => 'made')).toEqual({ result: 'made' });
    hold.end();
    await first;
  });

  test('that is no socket is removed', async () => {
    const work = anyWork();
    const path = await socketOf(directory, work);
    await writeFile(path, '');
    expect(await singleFlight(work, deps('darwin'), async () => 'made')).toEqual({ result: 'made' });
    expect(existsSync(path)).toBe(false);
  });

  test('that says too much is shown in part, and without what a terminal would act on', async () => {
    const work = anyWork();
    const text = `\x1b[31mred\x07${'x'.repeat(900)}\n${'y'.repeat(5000)}`;
    const server = createServer((socket) => socket.end(text));
    await once(server.listen(await socketOf(directory, work)), 'listening');
    onTestFinished(() => void server.close());
    const other = deps('darwin');
    expect(await singleFlight(work, other, async () => 'made')).toEqual({ otherIsDone: false });
    expect(other.waits).toEqual([`red${'x'.repeat(900)}`]);
  });
});

/** The file that stands for some work, in a temporary directory that has nothing else. */
async function socketOf(directory: string, work: string): Promise<string> {
  let name = '';
  await singleFlight(work, deps('darwin'), async () => {
    [name = ''] = await readdir(directory);
  });
  return join(directory, name);
}
