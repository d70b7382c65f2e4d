import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TOP } from '../../scripts/dependencies.mjs';
import { sh } from './pairs.mjs';

/**
 * An Nx workspace with this plugin, or without it, and a command that runs its Nx: without the daemon, in a process of its own.
 * @param {Record<string, object | string>} files by their paths; an object is written as JSON
 * @param {{ plugin?: boolean }} [options]
 */
export function benchWorkspace(files, { plugin = true } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  const all = {
    'package.json': { private: true },
    'nx.json': {
      plugins: plugin ? ['nx-docker-artifact/plugin'] : [],
      ...{ neverConnectToCloud: true, analytics: false },
    },
    '.gitignore': 'node_modules\n.nx\n.nerves\nbuild.log*\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const modules = join(root, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(TOP, 'node_modules')))
    symlinkSync(join(TOP, 'node_modules', name), join(modules, name));
  symlinkSync(TOP, join(modules, 'nx-docker-artifact'));
  sh('git init --quiet && git add . && git -c user.name=b -c user.email=b@b.invalid commit --quiet -m b', {
    cwd: root,
  });
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
  return {
    root,
    /** @param {string[]} args */
    nx: (...args) => promisify(execFile)(join(modules, '.bin/nx'), args, { cwd: root, env }),
    remove() {
      sh(`docker volume ls -q -f label=nx-docker-artifact.workspace=${root} | xargs -r docker volume rm`);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
