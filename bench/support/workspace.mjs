import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TOP } from '../../scripts/dependencies.mjs';
import { sh } from './pairs.mjs';

/** A plugin that looks at the files that ours looks at, and finds nothing: what Nx asks for any plugin. */
const IDLE_PLUGIN = `export const createNodes = [
  '{project.json,**/project.json,package.json,**/package.json}',
  (files) => files.map((file) => [file, {}]),
];
`;
const IDLE_FILES = {
  'node_modules/bench-idle/package.json': {
    ...{ name: 'bench-idle', version: '1.0.0', type: 'module', exports: './plugin.js' },
  },
  'node_modules/bench-idle/plugin.js': IDLE_PLUGIN,
};
const PLUGINS = { own: ['nx-docker-artifact/plugin'], idle: ['bench-idle'], none: [] };

/**
 * An Nx workspace with this plugin, or with one that does nothing, or without any, and a command that runs its Nx: without
 * the daemon, in a process of its own.
 * @param {Record<string, object | string>} files by their paths; an object is written as JSON
 * @param {{ plugin?: keyof typeof PLUGINS }} [options]
 */
export function benchWorkspace(files, { plugin = 'own' } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  const all = {
    'package.json': { private: true },
    'nx.json': {
      plugins: PLUGINS[plugin],
      ...{ neverConnectToCloud: true, analytics: false },
    },
    '.gitignore': 'node_modules\n.nx\n.nerves\nbuild.log*\n',
    ...(plugin === 'idle' && IDLE_FILES),
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
