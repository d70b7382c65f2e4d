import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillBusybox, fillDebian } from './images/rootfs.mjs';
import { isMain, main, output, run } from './process.mjs';
import { withTemporary } from './temporary.mjs';

const LABELS = '{{range $key, $value := .Config.Labels}}{{$key}}={{$value}}{{println}}{{end}}';
const RECIPES = join(import.meta.dirname, 'images');
// The classic builder: the only one that every engine and every CLI has.
const env = { ...process.env, DOCKER_BUILDKIT: '0' };

/** A shell and its applets, 2 MB: what the tests of the engine run in. */
export function ensureTestImage() {
  return ensure('nx-docker-artifact-test/busybox:1', async (tag) => {
    if (await pullAs('busybox:stable-musl', tag, 'test')) return 'pulled';
    await importRootfs(tag, 'test', 'sh', fillBusybox);
    return "made of Debian's static busybox";
  });
}

export function ensureBaseImage() {
  return ensure('nx-docker-artifact-demo/debian:bookworm-slim', async (tag) => {
    if (await pullAs('debian:bookworm-slim', tag, 'demo')) return 'pulled';
    await importRootfs(tag, 'demo', 'bash', fillDebian);
    return 'made with debootstrap';
  });
}

/** The base image with a compiler, made once per recipe, so that no build of the demo installs one. */
export async function ensureToolboxImage() {
  await ensureBaseImage();
  const recipe = readFileSync(join(RECIPES, 'toolbox.Dockerfile'));
  const label = `nx-docker-artifact.recipe=${createHash('sha256').update(recipe).digest('hex')}`;
  const make = async (tag) => {
    const args = ['build', '-t', tag, '--label', label, '-f', join(RECIPES, 'toolbox.Dockerfile'), RECIPES];
    await output('docker', args, { env });
    return 'built from its Dockerfile';
  };
  return await ensure('nx-docker-artifact-demo/toolbox:bookworm', make, label);
}

/** Made once per machine, and again when its label is another; says in one line how, and how long it took. */
async function ensure(tag, make, label) {
  const labels = await run('docker', ['image', 'inspect', '--format', LABELS, tag]);
  if (labels.code === 0 && (!label || labels.stdout.split('\n').includes(label))) return tag;
  const start = performance.now();
  const how = await make(tag);
  console.log(`Image ${tag}: ${how} (${((performance.now() - start) / 1000).toFixed(1)} s).`);
  return tag;
}

/** False where no registry answers, which must not take long to find out. */
async function pullAs(source, tag, kind) {
  const pulled = await run('docker', ['pull', source], { silence: 20_000 });
  if (pulled.code !== 0) return false;
  await withTemporary(async (dir) => {
    const args = ['--build-arg', `SOURCE=${source}`, '--build-arg', `KIND=${kind}`];
    await output('docker', ['build', '-t', tag, ...args, '-f', join(RECIPES, 'pulled.Dockerfile'), dir], {
      env,
    });
  });
  return true;
}

async function importRootfs(tag, kind, command, fill) {
  await withTemporary(async (dir) => {
    const root = join(dir, 'root');
    await fill(root, dir);
    await output('tar', ['--numeric-owner', '-cf', join(dir, 'root.tar'), '-C', root, '.']);
    const changes = [
      `CMD ["${command}"]`,
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `LABEL nx-docker-artifact.image=${kind}`,
    ].flatMap((change) => ['--change', change]);
    await output('docker', ['import', ...changes, join(dir, 'root.tar'), tag]);
  });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await ensureTestImage();
    await ensureToolboxImage();
  });
}
