import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { listResources } from '../../src/docker/resources/listing.js';
import { archive } from '../../src/runner/archive.js';
import { buildKitEnv } from '../support/buildkit.js';
import { engineProxy } from '../support/engine-proxy.js';
import { imageTag } from '../support/image.js';
import { testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import {
  BUSYBOX,
  busyboxOptions,
  temporaryDirectory,
  testPackage,
  writeFiles,
} from '../support/workspace.js';

/** A user's secrets, where users have them; each has "planted" in it. */
async function userWithSecrets() {
  const HOME = await temporaryDirectory('home');
  const auth = Buffer.from('user:planted-registry-password').toString('base64');
  await writeFiles(HOME, {
    '.ssh/id_ed25519': 'planted-ssh-key',
    '.netrc': 'password planted-netrc',
    '.docker/config.json': JSON.stringify({ auths: { 'registry.invalid': { auth } } }),
  });
  return { ...process.env, HOME, DOCKER_CONFIG: join(HOME, '.docker'), NPM_TOKEN: 'planted-environment' };
}

/** An engine whose pulls from a private registry succeed with the right password, and bring the test image. */
async function engineWithPrivateRegistry() {
  const tag = imageTag();
  const proxy = await engineProxy();
  const passwords: string[] = [];
  proxy.on(/^POST \/images\/create/, (response) => {
    const header = String(response.req.headers['x-registry-auth']);
    passwords.push(JSON.parse(Buffer.from(header, 'base64').toString()).password);
    execFileSync('docker', ['tag', BUSYBOX, `registry.invalid/${tag}`]);
    response.end(`${JSON.stringify({ status: 'Status: Downloaded' })}\n`);
    return true;
  });
  return { tag: `registry.invalid/${tag}`, proxy, passwords };
}

/** Finds "planted" in all that a step can read: files, environment, arguments; but for this very script. */
const SEARCH = `env
find / \\( -path /proc -o -path /sys -o -path /dev -o -path /bin \\) -prune -o -type f -exec grep "plante[d]" {} +
cat /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n" | grep "plante[d]-"
echo searched`;

/** Everything that a build leaves on the host and on the engine, as one text. */
async function leftBehind(pkg: Package, tag: string): Promise<string> {
  const engine = await testEngine();
  const resources = await listResources(engine, { [LABEL.workspace]: pkg.workspaceRoot });
  const image = engine.docker.getImage(tag);
  const about = [resources, await image.inspect(), await image.history()];
  const files = readdirSync(pkg.workspaceRoot, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'project.json')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'));
  return [JSON.stringify(about), ...files].join('\n');
}

test("archive() keeps a user's secrets out of the build, the log, the labels, the image and the archive", async () => {
  const env = await userWithSecrets();
  const { tag, proxy, passwords } = await engineWithPrivateRegistry();
  const docker = { tag, pull: 'always' as const };
  const options = busyboxOptions(SEARCH, { build_runner_config: { docker } });
  const pkg = await testPackage({ options });
  const deps = testRun(pkg, { env: { ...env, DOCKER_HOST: proxy.env.DOCKER_HOST }, verbose: true });
  await archive(pkg, deps);
  expect(passwords, 'what the registry got').toEqual(['planted-registry-password']);
  expect(deps.stdout.text).toContain('searched');
  expect(`${deps.stdout.text}${await leftBehind(pkg, tag)}`).not.toContain('planted');
  expect(JSON.stringify(proxy.requests)).not.toContain('planted');
});

test('archive() passes a variable of the option `env` to the build, and to nothing that stays', async () => {
  const options = busyboxOptions(`test "$API_TOKEN" = plan''ted-option; echo "it is $?"`, {
    env: { API_TOKEN: 'planted-option' },
  });
  const pkg = await testPackage({ options });
  const deps = testRun(pkg, { verbose: true });
  await archive(pkg, deps);
  expect(deps.stdout.text).toContain('it is 0\n');
  expect(`${deps.stdout.text}${await leftBehind(pkg, BUSYBOX)}`).not.toContain('planted');
});

/** What the provenance of its archive says that a package was built with. */
function parametersOf(pkg: Package) {
  const file = join(pkg.paths.archive, `${pkg.downloadName}.provenance.json`);
  return JSON.parse(readFileSync(file, 'utf8')).predicate.buildDefinition.externalParameters;
}

test("archive() passes a caller's value in make_args to the build, and to nothing that stays or is shown", async () => {
  const make = ['sh', '-c', `test "$1" = SITE=plan''ted-site; echo "it is $?"; exit $2`, 'sh', '{make_args}'];
  const run = async (code: string) => {
    const options = busyboxOptions('');
    const { archive: pack } = options.build_runner_opts?.commands ?? {};
    const make_args = ['SITE={env:SITE}', code];
    const pkg = await testPackage({
      options: { ...options, build_runner_opts: { make_args, commands: { make, archive: pack } } },
    });
    const deps = testRun(pkg, { env: { ...process.env, SITE: 'planted-site' }, verbose: true });
    const error = await archive(pkg, deps).then(
      () => undefined,
      (thrown) => thrown as Error,
    );
    expect(deps.stdout.text).toContain('it is 0\n');
    expect(`${deps.stdout.text}${await leftBehind(pkg, BUSYBOX)}`).not.toContain('planted');
    return { pkg, error };
  };
  const { pkg } = await run('0');
  const { caller_env, steps } = parametersOf(pkg);
  expect(Object.keys(caller_env)).toEqual(['SITE']);
  expect(steps.make.at(-2)).toBe('SITE={env:SITE}');
  const { error } = await run('3');
  expect(error?.message).toContain('SITE={env:SITE} 3): it ended with exit code 3');
  expect(JSON.stringify(error)).not.toContain('planted');
});

test("archive() gives a secret for the image's build to the step that asks for it alone", async () => {
  const tag = imageTag();
  const docker = { dockerfile: 'Dockerfile', tag, secrets: ['id=token,env=TOKEN'] };
  const options = busyboxOptions(SEARCH, { build_runner_config: { docker } });
  const step = 'RUN --mount=type=secret,id=token echo "$(wc -c < /run/secrets/token) bytes"';
  const Dockerfile = `FROM ${BUSYBOX}\nENV AT=${Date.now()}\n${step}\n`;
  const pkg = await testPackage({ options, files: { VERSION: '0.1.0', Dockerfile } });
  const env = { ...(await buildKitEnv()), TOKEN: 'planted-build-secret' };
  const deps = testRun(pkg, { env, verbose: true });
  await archive(pkg, deps);
  expect(deps.stdout.text).toMatch(/ 20 bytes\n[\s\S]*searched/);
  expect(`${deps.stdout.text}${await leftBehind(pkg, tag)}`).not.toContain('planted');
});

test('archive(): a build has the capabilities of a plain container at most, and gains no privileges by a setuid program', async () => {
  const pkg = await testPackage({
    options: busyboxOptions('grep -E "^(NoNewPrivs|CapBnd)" /proc/self/status'),
  });
  await archive(pkg, testRun(pkg));
  const plain = execFileSync('docker', [
    'run',
    '--rm',
    BUSYBOX,
    'grep',
    'CapBnd',
    '/proc/self/status',
  ]).toString();
  expect((await stepOutput(pkg.paths.log)).split('\n').sort()).toEqual(['', plain.trim(), 'NoNewPrivs:\t1']);
});
