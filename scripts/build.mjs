import { cpSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { isMain, main, run } from './process.mjs';

/** Compiles src to dist. The schemas go along: Nx reads them from where executors.json says. */
export async function build() {
  rmSync(join(TOP, 'dist'), { recursive: true, force: true });
  const { code } = await run(join(TOP, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
    cwd: TOP,
    show: true,
  });
  for (const name of schemas()) cpSync(join(TOP, 'src', name), join(TOP, 'dist', name));
  if (code !== 0) throw new Error('build: tsc reports errors');
}

function schemas() {
  const files = readdirSync(join(TOP, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((name) => basename(name) === 'schema.json');
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await ensureDependencies();
    await build();
  });
}
