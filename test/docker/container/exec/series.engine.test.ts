import { expect, test } from 'vitest';
import { ArtifactError } from '../../../../src/errors.js';
import { engineProxy } from '../../../support/engine-proxy.js';
import { collector, imageCalled, inSession } from '../../../support/session.js';
import { until } from '../../../support/wait.js';
import { BUSYBOX } from '../../../support/workspace.js';

const step = (script: string, ...args: string[]) => ({
  argv: ['sh', '-c', script, 'sh', ...args],
  user: '7:8',
  workdir: '/tmp',
  series: 'steps' as const,
});

const script = (text: string, ...args: string[]) => ({
  argv: ['sh', '-c', text, 'sh', ...args],
  user: '0',
  series: 'scripts' as const,
});

/** How many commands the engine has been asked for in a container, and what they printed. */
async function printed(commands: (ReturnType<typeof step> | ReturnType<typeof script>)[]) {
  return await inSession(async ({ exec, container }) => {
    const results: { code: number; text: string }[] = [];
    for (const command of commands) {
      const out = collector();
      results.push({ code: await exec(command, out.sink), text: out.text() });
    }
    return { results, processes: (await container.inspect()).ExecIDs?.length };
  });
}

test('SeriesOfCommands: commands that come one after the other share one process, and each has its own output and exit code', async () => {
  const { results, processes } = await printed([
    step('(id -u; id -g; pwd) 2>&1'),
    step('exit 3'),
    step('kill -9 $$'),
    step('printf "no newline"'),
    { ...step(''), argv: ['no-such-program'] },
    step('cat; echo "$NX_DOCKER_ARTIFACT"; env | grep -c ^nx_; export NX_DOCKER_ARTIFACT=left'),
    step('echo "[$NX_DOCKER_ARTIFACT]"'),
  ]);
  expect(results.map(({ code }) => code)).toEqual([0, 3, 137, 0, 127, 0, 0]);
  expect(results.map(({ text }) => text)).toEqual([
    '7\n8\n/tmp\n',
    '',
    '',
    'no newline',
    expect.stringContaining('no-such-program'),
    '\n0\n',
    '[]\n',
  ]);
  expect(processes).toBe(1);
});

test('SeriesOfCommands: arguments of any kind arrive as they are', async () => {
  const args = ["it's", 'a\nb', '', ' \\n $HOME `x` "q" ', '-n', 'ü\t', '*', "'", "\n'\n"];
  const { results } = await printed([step('for word; do printf "%s|" "$word"; done', ...args)]);
  expect(results).toEqual([{ code: 0, text: args.map((word) => `${word}|`).join('') }]);
});

test('SeriesOfCommands: a command that comes while another one runs has a process of its own, as has one of no series', async () => {
  const [first, second, processes] = await inSession(async ({ exec, container }) => {
    let started = () => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const waits = exec(step('echo started; while [ ! -e /tmp/go ]; do sleep 0.1; done; exit 5'), () =>
      started(),
    );
    await running;
    const code = await exec(step('touch /tmp/go; exit 6'), () => {});
    const { series: _, ...alone } = step('exit 0');
    await exec(alone, () => {});
    return [await waits, code, (await container.inspect()).ExecIDs?.length];
  });
  expect([first, second, processes]).toEqual([5, 6, 3]);
});

test('SeriesOfCommands: whoever ends the process, while it runs a command or while it waits for one, does not make that a success', async () => {
  const codes = await inSession(async ({ exec }) => {
    const code = (script: string) => exec(step(script), () => {});
    const during = await code('kill -9 $PPID; sleep 1');
    const after = await code('echo $PPID >/tmp/pid; exit 4');
    await exec({ ...step('sleep 1; kill -9 $(cat /tmp/pid)'), series: undefined }, () => {});
    return { during, after, later: await code('exit 9') };
  });
  expect(codes).toMatchObject({ during: 137, after: 4 });
  expect([9, 137]).toContain(codes.later); // by when the engine notices
});

test('SeriesOfCommands: what a command leaves running does not hold it, and not the next one', async () => {
  const started = performance.now();
  const { results, processes } = await printed([step('sleep 300 & exit 4'), step('echo next')]);
  expect(results).toEqual([
    { code: 4, text: '' },
    { code: 0, text: 'next\n' },
  ]);
  expect(processes).toBe(1);
  expect(performance.now() - started).toBeLessThan(30_000);
});

test('SeriesOfCommands: after a sink that failed the next command has a process of its own, with its own output only', async () => {
  const failure = new Error('of the sink');
  const [thrown, text] = await inSession(async ({ exec }) => {
    const error = await exec(step('echo a; sleep 1; echo b; sleep 300'), () => Promise.reject(failure)).catch(
      (caught: unknown) => caught,
    );
    const out = collector();
    await exec(step('echo c'), out.sink);
    return [error, out.text()];
  });
  expect(thrown).toBe(failure);
  expect(text).toBe('c\n');
});

test('SeriesOfCommands: a container that somebody removes while a command runs is no success', async () => {
  const run = inSession(async ({ exec, container }) => {
    await exec(step('exit 0'), () => {});
    return await exec(step('echo up; sleep 300'), () => void container.remove({ force: true }));
  });
  await expect(run).rejects.toThrowError(ArtifactError);
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST' });
});

test('SeriesOfCommands: scripts of root run in the main process, for which the engine starts none', async () => {
  const { results, processes } = await printed([
    script('id -u; pwd; echo "$#"', "it's", 'a\nb'),
    script('exit 3'),
    script('kill -9 $$'),
    script('cat; trap'),
    script('kill -TERM $$; sleep 1'),
  ]);
  expect(results.map(({ code }) => code)).toEqual([0, 3, 137, 0, 143]);
  expect(results.map(({ text }) => text)).toEqual(['0\n/\n2\n', '', '', '', '']);
  expect(processes ?? 0).toBe(0);
});

test('SeriesOfCommands: what dockerode sends along with an attach, its options, is not part of the first script', async () => {
  const proxy = await engineProxy(); // where it comes after the request, and is input
  const out = collector();
  await inSession(({ exec }) => exec(script('echo first'), out.sink), { env: proxy.env });
  expect(out.text()).toBe('first\n');
}, 20_000);

test('SeriesOfCommands: what an ENTRYPOINT leaves running prints nothing into the output of a script', async () => {
  const loud = 'yes noise & yes loud >&2 & exec "$@"';
  const text = await inSession(
    async ({ exec }) => {
      const texts: string[] = [];
      for (let count = 0; count < 20; count++) {
        const found: Buffer[] = [];
        const code = await exec(script('printf "a\\000b"'), (chunks) => {
          for (const { source, data } of chunks) if (source === 1) found.push(data);
        });
        texts.push(`${code} ${Buffer.concat(found)}`);
      }
      return texts;
    },
    { spec: { image: { ...(await imageCalled(BUSYBOX)), entrypoint: ['sh', '-c', loud, 'sh'] } } },
  );
  expect(new Set(text)).toEqual(new Set(['0 a\0b']));
});

test('SeriesOfCommands: an interrupt ends a script that runs in the main process, and the container can still be used for a while', async () => {
  const controller = new AbortController();
  const text = await inSession(
    async ({ exec, afterInterrupt }) => {
      const failed = exec(script('echo up; sleep 300'), () => controller.abort(new Error('interrupted')));
      await expect(failed).rejects.toThrow('interrupted');
      const out = collector();
      await afterInterrupt().exec(script('echo late'), out.sink);
      return out.text();
    },
    { signal: controller.signal },
  );
  expect(text).toBe('late\n');
});

test('SeriesOfCommands: a script after one whose output nobody could take has its own output only', async () => {
  const failure = new Error('of the sink');
  const [thrown, text] = await inSession(async ({ exec }) => {
    const noisy = exec(script('echo a; sleep 1; echo b'), () => Promise.reject(failure));
    const error = await noisy.catch((caught: unknown) => caught);
    const out = collector();
    await exec(script('sleep 2; echo c'), out.sink);
    return [error, out.text()];
  });
  expect([thrown, text]).toEqual([failure, 'c\n']);
});

test('SeriesOfCommands: an engine whose containers outlive it gets a process for the scripts, as a container without one is nobody’s', async () => {
  const proxy = await engineProxy();
  proxy.rewrite(/^GET \/info/, (info) => ({ ...info, LiveRestoreEnabled: true }));
  const processes = await inSession(
    async ({ exec, container }) => {
      await exec(script('true'), () => {});
      return (await container.inspect()).ExecIDs?.length;
    },
    { env: proxy.env },
  );
  expect(processes).toBe(1);
});

test('start(): the process of the steps is there before the first one', async () => {
  const processes = await inSession(async ({ start, exec, container }) => {
    start(step(''));
    const before = async () => (await container.inspect()).ExecIDs?.length;
    await until(async () => (await before()) === 1);
    await exec(step('true'), () => {});
    return await before();
  });
  expect(processes).toBe(1);
});
