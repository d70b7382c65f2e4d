import { chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { archive } from '../../src/runner/archive.js';
import { shell } from '../../src/runner/shell.js';
import { ownersIn } from '../support/build-as.js';
import {
  canHaveOwnEngine,
  ENGINE_USER,
  remappedEngine,
  rootlessEngine,
  WITH_USER,
} from '../support/own-engine.js';
import { Captured, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const user = { uid: ENGINE_USER, gid: ENGINE_USER };
const MAKE =
  'id -u; id -un; touch ~/writable && mkdir -p "$NERVES_BR_DL_DIR/sub" && echo x >"$NERVES_BR_DL_DIR/sub/fetched"; ls "$NERVES_BR_DL_DIR"';

/** A package that is the caller's, as is all that is beside it, built in an image that has a user of its own. */
async function ownPackage(): Promise<Package> {
  const docker = { tag: WITH_USER, pull: 'never' as const };
  // with userns-remap no container may have the host's network
  const pkg = await testPackage({
    options: busyboxOptions(MAKE, { build_runner_config: { docker, network: undefined } }),
  });
  mkdirSync(join(pkg.workspaceRoot, 'dl'));
  for (const name of ['', ...readdirSync(pkg.workspaceRoot, { recursive: true, encoding: 'utf8' })])
    chownSync(join(pkg.workspaceRoot, name), user.uid, user.gid);
  return pkg;
}

async function inShell(pkg: Package, env: NodeJS.ProcessEnv, command: string): Promise<string> {
  const stdout = new Captured();
  const terminal = { stdin: new PassThrough(), stdout, stderr: new Captured(), isTTY: false };
  expect(await shell(pkg, { ...testRun(pkg, { env, user }), terminal, command })).toBe(0);
  return stdout.text;
}

describe.runIf(canHaveOwnEngine)('on a rootless engine', () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const engine = await rootlessEngine();
    env = engine.env;
    return engine.end;
  });

  test('archive() leaves the download cache the caller’s, who is root in the container', async () => {
    const pkg = await ownPackage();
    await archive(pkg, testRun(pkg, { env, user }));
    expect(await stepOutput(pkg.paths.log)).toBe('0\nroot\nsub\n');
    const downloads = join(pkg.workspaceRoot, 'dl');
    expect(readdirSync(downloads)).toEqual(['sub']);
    expect(ownersIn(downloads)).toEqual([`${user.uid}:${user.gid}`]);
  });

  test('shell() leaves the package the caller’s, what was there and what it wrote', async () => {
    const pkg = await ownPackage();
    expect(await inShell(pkg, env, 'cd /nerves/env/alpha; echo 2 >VERSION; echo x >new; id -u')).toBe('0\n');
    expect(await readFile(join(pkg.root, 'new'), 'utf8')).toBe('x\n');
    const own = ['VERSION', 'nerves_defconfig', 'new'].map((name) => lstatSync(join(pkg.root, name)).uid);
    expect(own).toEqual([user.uid, user.uid, user.uid]);
  });
});

describe.runIf(canHaveOwnEngine)('on an engine with userns-remap', () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const engine = await remappedEngine();
    env = engine.env;
    return engine.end;
  });

  test('archive() builds, and touches nothing of the host', async () => {
    const pkg = await ownPackage();
    const downloads = join(pkg.workspaceRoot, 'dl');
    pkg.options.dl_dir = undefined; // which would get what is downloaded
    await archive(pkg, testRun(pkg, { env: { ...env, NERVES_DL_DIR: downloads }, user }));
    expect(await stepOutput(pkg.paths.log)).toBe(`${user.uid}\nnerves\nsub\n`);
    expect([readdirSync(downloads), ownersIn(downloads)]).toEqual([[], [`${user.uid}:${user.gid}`]]);
  });

  test('archive() builds for a caller whose number no container has', async () => {
    const pkg = await ownPackage();
    await archive(pkg, testRun(pkg, { env, user: { uid: 1_000_123, gid: 1_000_513 } }));
    expect(await stepOutput(pkg.paths.log)).toBe('0\nroot\nsub\n');
  });

  test('shell() has a copy of the package; what it changes comes back, and is the caller’s', async () => {
    const pkg = await ownPackage();
    expect(await inShell(pkg, env, 'cd /nerves/env/alpha; cat VERSION; echo 2 >VERSION')).toBe('0.1.0\n');
    expect(await readFile(join(pkg.root, 'VERSION'), 'utf8')).toBe('2\n');
    expect(ownersIn(join(pkg.workspaceRoot, 'systems'))).toContain(`${user.uid}:${user.gid}`);
  });
});
