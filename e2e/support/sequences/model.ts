import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, NETWORK, TOOLBOX } from '../../../test/support/workspace.js';
import { below, json } from '../systems.js';
import type { Workspace } from '../workspace.js';

/** Where the package, its platform and what is mounted lie in the workspace. */
export const PACKAGE = 'systems/alpha';
export const PLATFORM = 'platform';
export const ASSETS = 'assets';
export const ARTIFACT = `${PACKAGE}/.nerves/artifacts/alpha-portable-0.1.0`;

export const CONFIGURATIONS = ['plain', 'debug'] as const;
export type Configuration = (typeof CONFIGURATIONS)[number];

const CREATE_BUILD = `#!/bin/sh
set -e
cp "$1" "$2/.config"
echo "include $(dirname "$0")/rules.mk" >"$2/Makefile"
`;

/**
 * An object for each source, made again where make sees a need: half of it first, as a compiler does. What is archived
 * beside the objects shows the copies and the environment as they are. Where the platform says 3333, the last step
 * changes its copy.
 */
const RULES = `S := /nerves/env/alpha
P := /nerves/env/platform
files := $(shell cd $(S) && find src -type f | sort)
object = objects/$(subst /,_,$(1))
define rule
$(call object,$(1)): $(S)/$(1) $(P)/common.h
	@mkdir -p objects; printf half >$$@; sleep 0.05; cat $$^ >$$@
endef
all: $(foreach file,$(files),$(call object,$(file)))
$(foreach file,$(files),$(eval $(call rule,$(file))))
system:
	@rm -rf out $(NERVES_ARTIFACT_NAME); mkdir -p out/objects
	@for file in $(foreach file,$(files),$(call object,$(file))); do cp $$file out/objects; done
	@cat .config /mnt/assets/* >out/facts; echo "$$FLAVOUR $(V)" >>out/facts
	@$(P)/list.sh $(S) src ignored >out/package
	@$(P)/list.sh $(P) common.h extra >out/platform
	@mv out $(NERVES_ARTIFACT_NAME); tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME)
	@rm -r $(NERVES_ARTIFACT_NAME)
	@! grep -qs 3333 $(P)/extra/e || echo "a step was here" >>$(P)/common.h
`;

/** Each entry with its kind, whether it can be run, and its content. */
const LIST = `#!/bin/bash
cd "$1"; shift
find "$@" | LC_ALL=C sort | while read -r path; do
  if [ -L "$path" ]; then echo "$path link $(readlink "$path")"
  elif [ -d "$path" ]; then echo "$path directory"
  elif [ -x "$path" ]; then echo "$path program $(cat "$path")"
  else echo "$path file $(cat "$path")"; fi
done
`;

/** What of an option decides the artifact. */
export interface Facts {
  flavour: string;
  makeArg: string;
}

/** The package's project.json, with what a user may change in it. */
export function project({ flavour, makeArg }: Facts): string {
  const options = {
    platform: PLATFORM,
    env: { FLAVOUR: flavour },
    build_runner_config: {
      docker: { tag: TOOLBOX, pull: 'never' },
      network: NETWORK,
      mounts: [{ type: 'bind', source: `../../${ASSETS}`, target: '/mnt/assets', readonly: true }],
    },
    build_runner_opts: {
      make_args: [`V=${makeArg}`],
      commands: {
        make: ['make', '{make_args}'],
        archive: ['make', 'system', '{make_args}', 'NERVES_ARTIFACT_NAME={artifact_name}'],
      },
      fresh_on: ['env', 'make_args', 'defconfig'],
    },
  };
  const build = {
    executor: 'nx-docker-artifact:build',
    options,
    defaultConfiguration: 'plain',
    configurations: { plain: {}, debug: { env: { FLAVOUR: `${flavour}-debug` } } },
  };
  return json({ name: 'alpha', targets: { 'build-artifact': build } });
}

export const FIRST: Facts = { flavour: 'sweet', makeArg: '0' };

export const files: Files = {
  ...below(PACKAGE, {
    VERSION: '0.1.0\n',
    '.gitignore': 'ignored/\n',
    nerves_defconfig: 'CONFIG=0000\n',
    'src/a': 'aaaa',
    'src/b': 'bbbb',
    'ignored/c': 'cccc',
    'project.json': project(FIRST),
  }),
  ...below(PLATFORM, {
    VERSION: '1.29.0\n',
    'create-build.sh': { mode: 0o755, content: CREATE_BUILD },
    'list.sh': { mode: 0o755, content: LIST },
    'rules.mk': RULES,
    'common.h': 'hhhh',
    'extra/e': 'eeee',
  }),
  ...below(ASSETS, { logo: 'llll' }),
};

/** The files of an artifact, by path. */
export type Artifact = Record<string, string>;

/** The artifact that a build from nothing gives of what is on the host, by the test's own reading of it. */
export async function expected(
  workspace: Workspace,
  { flavour, makeArg }: Facts,
  configuration: Configuration,
): Promise<Artifact> {
  const at = (root: string, ...names: string[]) => list(workspace.path(root), names);
  const [own, platform] = [await at(PACKAGE, 'src', 'ignored'), await at(PLATFORM, 'common.h', 'extra')];
  const common = await workspace.read(`${PLATFORM}/common.h`);
  const sources = own.filter(({ path, kind }) => path.startsWith('src/') && /file|program/.test(kind));
  const assets = (await at(ASSETS, '.')).filter(({ kind }) => kind !== 'directory');
  const config = await workspace.read(`${PACKAGE}/nerves_defconfig`);
  const said = `${flavour}${configuration === 'debug' ? '-debug' : ''} ${makeArg}\n`;
  const lines = (entries: Entry[]) =>
    entries.map(({ path, kind, content }) => `${`${path} ${kind} ${content}`.trimEnd()}\n`).join('');
  return {
    ...Object.fromEntries(
      sources.map(({ path, content }) => [`objects/${path.replaceAll('/', '_')}`, `${content}${common}`]),
    ),
    facts: `${config}${assets.map(({ content }) => content).join('')}${said}`,
    package: lines(own),
    platform: lines(platform),
  };
}

interface Entry {
  path: string;
  kind: 'link' | 'directory' | 'program' | 'file';
  content: string;
}

/** The entries below some paths that are there, sorted by their bytes. */
async function list(root: string, names: string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  const visit = async (path: string): Promise<void> => {
    const found = await lstat(join(root, path)).catch(() => undefined);
    if (!found) return;
    if (found.isDirectory()) {
      entries.push({ path, kind: 'directory', content: '' });
      for (const name of await readdir(join(root, path)))
        await visit(path === '.' ? name : `${path}/${name}`);
      return;
    }
    if (found.isSymbolicLink()) {
      entries.push({ path, kind: 'link', content: await readlink(join(root, path)) });
      return;
    }
    const content = await readFile(join(root, path), 'utf8');
    entries.push({ path, kind: found.mode & 0o111 ? 'program' : 'file', content });
  };
  for (const name of names) await visit(name);
  return entries.sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

/** What lies in the unpacked artifact. */
export async function artifactOf(workspace: Workspace): Promise<Artifact> {
  const root = workspace.path(ARTIFACT);
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = names
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .filter((path) => !path.startsWith('.') && path !== 'CHECKSUM');
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')])),
  );
}

/** Everything that is the user's, with its mode and its content: no run may change it. */
export async function usersFiles(workspace: Workspace): Promise<string> {
  const hash = createHash('sha256');
  for (const root of ['systems', PLATFORM, ASSETS]) {
    for (const { path, kind, content } of await list(workspace.path(root), ['.'])) {
      if (/(^|\/)(\.nerves|build\.log)/.test(path)) continue;
      hash.update(`${root}/${path} ${kind} ${content}\n`);
    }
  }
  return hash.digest('hex');
}
