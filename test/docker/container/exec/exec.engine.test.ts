import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../../src/errors.js';
import { engineProxy } from '../../../support/engine-proxy.js';
import { collector, inSession } from '../../../support/session.js';
import { temporaryDirectory, writeFiles } from '../../../support/workspace.js';

const sh = (script: string) => ({ argv: ['sh', '-c', script] });

test('exec(): a command’s exit code comes back as it is', async () => {
  const codes = await inSession(async ({ exec }) => {
    const code = async (script: string) => await exec(sh(script), () => {});
    return [await code('exit 0'), await code('exit 3'), await code('exit 255'), await code('kill -9 $$')];
  });
  expect(codes).toEqual([0, 3, 255, 137]);
});

test('exec(): user, directory and environment of a command', async () => {
  const out = collector();
  await inSession(
    ({ exec }) => exec({ ...sh('id -u; id -g; pwd; echo "$WORD"'), user: '7:8', workdir: '/tmp' }, out.sink),
    { spec: { env: ['WORD=a b'] } },
  );
  expect(out.text()).toBe('7\n8\n/tmp\na b\n');
});

test('exec(): a command that prints nothing ends', async () => {
  const out = collector();
  expect(await inSession(({ exec }) => exec(sh('sleep 0.2'), out.sink))).toBe(0);
  expect(out.text()).toBe('');
});

test('exec(): the first output is not lost, 20 times of 20', async () => {
  const seen = await inSession(async ({ exec }) => {
    const texts: string[] = [];
    for (let run = 0; run < 20; run++) {
      const out = collector();
      await exec({ argv: ['echo', `run ${run}`] }, out.sink);
      texts.push(out.text());
    }
    return texts;
  });
  expect(seen).toEqual(Array.from({ length: 20 }, (_, run) => `run ${run}\n`));
});

test('exec(): a background child that keeps the stream open does not hold the command', async () => {
  const out = collector();
  const started = performance.now();
  const code = await inSession(({ exec }) => exec(sh('sleep 300 & echo done; exit 4'), out.sink));
  expect(code).toBe(4);
  expect(out.text()).toBe('done\n');
  expect(performance.now() - started).toBeLessThan(30_000);
});

/** As engines do that, unlike 20.10, don't end the stream themselves 2 s after the process. */
async function endlessStream(everyMs: number): Promise<NodeJS.ProcessEnv> {
  const proxy = await engineProxy();
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 10]), Buffer.from('123456789\n')]);
  proxy.on(/^POST \/exec\/.*\/start/, (response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' }).write(frame);
    const timer = setInterval(() => response.write(frame), everyMs);
    response.on('close', () => clearInterval(timer));
    return true;
  });
  proxy.on(/^GET \/exec/, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"Running":false,"ExitCode":5}');
    return true;
  });
  return proxy.env;
}

test.each([
  ['prints a minute later', 60_000],
  ['goes on printing', 100],
])(
  'exec(): on an engine that keeps the stream open, a background child that %s does not hold the command',
  async (_, everyMs) => {
    const out = collector();
    const env = await endlessStream(everyMs);
    const started = performance.now();
    expect(await inSession(({ exec }) => exec(sh('true'), out.sink), { env })).toBe(5);
    expect(out.text()).toMatch(/^(123456789\n)+$/);
    expect(performance.now() - started).toBeLessThan(30_000);
  },
);

test('exec(): a sink that stalls after the command’s end loses nothing', async () => {
  let size = 0;
  const code = await inSession(({ exec }) =>
    exec(sh('head -c 1000000 /dev/zero'), async (pieces) => {
      if (size === 0) await sleep(5_000);
      for (const { data } of pieces) size += data.length;
    }),
  );
  expect([code, size]).toEqual([0, 1_000_000]);
});

test.each([
  ['by itself', ''],
  ['with a background child that goes on printing', 'while sleep 0.1; do echo x; done & '],
])('exec(): all output comes over a line that is slower than the command, %s', async (_, before) => {
  const proxy = await engineProxy();
  proxy.slow(/^POST \/exec\/.*\/start/, 200_000);
  let bytes = 0;
  const code = await inSession(
    ({ exec }) =>
      exec(sh(`${before}head -c 2000000 /dev/zero | tr '\\0' '-'; echo last; exit 3`), (chunks) => {
        for (const { data } of chunks) bytes += data.toString().replaceAll('x\n', '').length;
      }),
    { env: proxy.env },
  );
  expect([code, bytes]).toEqual([3, 2_000_005]);
});

test('exec(): a command whose output a child keeps open ends, also when the engine cannot be asked at first', async () => {
  const proxy = await engineProxy();
  let failures = 0;
  proxy.on(/^GET \/exec/, (response) => {
    if (++failures > 2) return false;
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"busy"}');
    return true;
  });
  const out = collector();
  const killed = sh('sleep 300 & echo done; kill -9 $PPID'); // as what has no memory left is
  const code = await inSession(({ exec }) => exec(killed, out.sink), { env: proxy.env });
  expect([code, out.text()]).toEqual([137, 'done\n']);
});

test('exec(): one that was killed keeps its exit code, also when the engine cannot be asked about the container at first', async () => {
  const proxy = await engineProxy();
  let failures = 0;
  const code = await inSession(
    async ({ exec }) => {
      proxy.on(/^GET \/containers\//, (response) => {
        if (++failures > 2) return false;
        response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"busy"}');
        return true;
      });
      return await exec(sh('kill -9 $$'), () => {});
    },
    { env: proxy.env },
  );
  expect([code, failures > 2]).toEqual([137, true]);
});

test('exec(): a sink’s own error ends the command and comes out as it is', async () => {
  const full = new ArtifactError('DISK_FULL', { tried: 'write the log', cause: 'full' });
  const run = inSession(({ exec }) =>
    exec(sh('echo a; sleep 60'), () => {
      throw full;
    }),
  );
  await expect(run).rejects.toBe(full);
});

test('exec(): the clean end of a stream without an exit code is no success', async () => {
  const proxy = await engineProxy();
  proxy.on(/^POST \/exec\/sh.*\/start/, (response) => void setTimeout(() => response.end(), 300));
  proxy.on(/^POST \/exec\/true\/start/, (response) => {
    response.shouldKeepAlive = false;
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' }).end();
    return true;
  });
  proxy.on(/^GET \/exec\/true/, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"Running":false,"ExitCode":null}');
    return true;
  });
  await inSession(
    async ({ exec }) => {
      const results = await Promise.allSettled([
        exec(sh('echo a; sleep 60'), () => {}),
        exec({ argv: ['true'] }, () => {}),
      ]);
      const lost = { status: 'rejected', reason: { code: 'ENGINE_LOST', exitCode: undefined } };
      expect(results).toMatchObject([lost, lost]);
    },
    { env: proxy.env },
  );
});

test('exec(): a stream that is cut while the command runs is no success', async () => {
  const proxy = await engineProxy();
  proxy.on(/^POST \/exec\/.*\/start/, (response) => {
    setTimeout(() => response.destroy(), 300);
  });
  const run = inSession(({ exec }) => exec(sh('echo a; sleep 60'), () => {}), { env: proxy.env });
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST', exitCode: undefined });
});

test('exec(): an engine that is gone while the command runs is no success', async () => {
  const proxy = await engineProxy();
  const run = inSession(({ exec }) => exec(sh('echo a; sleep 60'), proxy.cut), { env: proxy.env });
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST', exitCode: undefined });
});

test('exec(): a container that somebody removes while the command runs is no success', async () => {
  const run = inSession(({ container, exec }) =>
    exec(sh('echo a; sleep 60'), () => void container.remove({ force: true })),
  );
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST', exitCode: undefined });
});

test.each([
  ['creating', /^POST \/containers\/.*\/exec/],
  ['starting', /^POST \/exec\/.*\/start/],
])('exec(): an interrupt while %s a command ends it', async (_, request) => {
  const proxy = await engineProxy();
  const controller = new AbortController();
  proxy.on(request, () => controller.abort(new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' })));
  const { signal } = controller;
  const started = performance.now();
  const run = inSession(({ exec }) => exec(sh('sleep 60'), () => {}), { env: proxy.env, signal });
  await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("exec(): a command has the proxies of the docker CLI, and the container's environment does not", async () => {
  const DOCKER_CONFIG = await temporaryDirectory('cli');
  const proxies = {
    default: { httpProxy: 'http://me:planted@proxy:1', httpsProxy: 'http://s', noProxy: 'a' },
  };
  await writeFiles(DOCKER_CONFIG, { 'config.json': JSON.stringify({ proxies }) });
  const out = collector();
  const command = sh('echo "$HTTP_PROXY $http_proxy $HTTPS_PROXY $https_proxy $NO_PROXY"');
  const about = await inSession(
    async ({ container, exec }) => {
      await exec(command, out.sink);
      return JSON.stringify(await container.inspect());
    },
    { env: { ...process.env, DOCKER_CONFIG }, spec: { env: ['https_proxy=mine'] } },
  );
  expect(out.text()).toBe('http://me:planted@proxy:1 http://me:planted@proxy:1  mine a\n');
  expect(about).not.toContain('planted');
});
