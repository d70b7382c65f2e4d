import { expect, test } from 'vitest';
import { setUp } from '../../../src/runner/copy/set-up.js';
import type { BuildPlan } from '../../../src/runner/plan/build-plan.js';
import { imageCalled, inSession } from '../../support/session.js';
import { BUSYBOX, TOOLBOX } from '../../support/workspace.js';

const BUILD = '/home/of/a build';
const ROOT = { uid: 0, gid: 0, script: ':', sudo: false };
const DIGEST = 'd'.repeat(64);

/** What setUp() finds after a script has run, and what another one then prints. */
async function found(tag: string, before: string, { user = ROOT, after = ':' } = {}) {
  const name = 'the copy';
  const sources = [{ name, from: '/x' }];
  const plan = {
    workdir: BUILD,
    sources,
    downloads: { kept: 'host' },
    worldWritable: [],
  } as unknown as BuildPlan;
  const output: Buffer[] = [];
  const run = (script: string) => ({
    argv: ['sh', '-c', script, 'sh', BUILD, `/nerves/env/${name}`],
    user: '0',
  });
  const spec = { image: await imageCalled(tag), imageName: tag };
  const state = await inSession(
    async (container) => {
      await container.exec(run(`set -e; umask 022; mkdir -p "$1" /nerves/env; ${before}`), () => {});
      const state = await setUp(container, user, plan, 'art', [DIGEST]);
      await container.exec(run(after), (chunks) => {
        for (const { data } of chunks) output.push(data);
      });
      return state;
    },
    { spec },
  );
  return { ...state, printed: Buffer.concat(output).toString() };
}

test.each([BUSYBOX, TOOLBOX])(
  'setUp() tells an empty build directory from one with any name in it: %s',
  async (tag) => {
    expect(await found(tag, ':')).toMatchObject({ fresh: true, configured: '', lastBuild: '', logSize: 0 });
    for (const make of [': >.hidden', ': >..two', ": >'*'", ": >'-n'", 'ln -s nowhere link', ": >'a\nb'"])
      expect(await found(tag, `cd "$1"; ${make}`)).toMatchObject({ fresh: false });
  },
);

test.each([BUSYBOX, TOOLBOX])(
  'setUp() removes the archives of earlier builds, and nothing else: %s',
  async (tag) => {
    const make =
      'cd "$1"; for name in art-0123ABC.tar.gz art-0123ABD.tar.xz art-0123ABC.tgz art-12.tar.gz; do : >$name; done';
    const link = 'ln -s nowhere art-0000000.tar.zst';
    const { printed } = await found(tag, `${make}; ${link}`, { after: 'ls "$1"' });
    expect(printed.trim().split('\n')).toEqual(['art-0123ABC.tgz', 'art-12.tar.gz']);
  },
);

test.each([BUSYBOX, TOOLBOX])(
  'setUp() reads what the volume remembers, and the size of build-time.log: %s',
  async (tag) => {
    const memory =
      'mkdir -p /nerves/env/.nx-docker-artifact "$2" "$1/build"; cd /nerves/env/.nx-docker-artifact';
    const files = `printf 'f\\n' >configured; printf '{\\n}' >last-build.json; printf 12345 >"$1/build/build-time.log"`;
    const copy = `printf '${DIGEST}\\n{}' >'the copy.json'; : >'the copy.doubt.json'`;
    expect(await found(tag, `${memory}; ${files}; ${copy}`)).toMatchObject({
      ...{ fresh: false, configured: 'f\n', lastBuild: '{\n}', logSize: 5 },
      copies: [
        {
          manifest: `${DIGEST}\n`,
          doubts: '',
          touched: undefined,
          hasChangesOfShell: false,
          byShell: undefined,
        },
      ],
    });
    expect(await found(tag, `${memory}; ${copy}; printf '{"a":1}' >'the copy.doubt.json'`)).toMatchObject({
      copies: [{ manifest: `${DIGEST}\n{}`, doubts: '{"a":1}' }],
    });
  },
);

test.each([BUSYBOX, TOOLBOX])(
  'setUp() gives directories that belong to somebody else to the user: %s',
  async (tag) => {
    const user = { ...ROOT, uid: 1234, gid: 1235 };
    const state = 'printf "%s " $(stat -c %u:%g "$1" "$1/x" "$2" "$2/y"); stat -c %a /home/of';
    const make = 'mkdir -p "$2"; : >"$1/x"; : >"$2/y"; chmod 700 /home/of';
    const seen = await found(tag, make, { user, after: state });
    expect(seen.printed).toBe(`${'1234:1235 '.repeat(4)}711\n`);
    const own = `${make}; chown -R 1234:1235 "$2"`;
    expect((await found(tag, own, { user, after: state })).printed).toBe(seen.printed);
    const both = `${own}; chown 1234:1235 "$1"`; // what is in a directory of the user's is as the steps have left it
    expect((await found(tag, both, { user, after: state })).printed).toBe(
      '1234:1235 0:0 1234:1235 1234:1235 711\n',
    );
  },
);
