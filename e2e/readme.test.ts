import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { imageTag } from '../test/support/image.js';
import { type Files, TOOLBOX } from '../test/support/workspace.js';
import { below, json } from './support/systems.js';
import { isHit, testWorkspace } from './support/workspace.js';

const page = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');

/** The first block of a language in a section of a page. */
function block(text: string, heading: string, language: string): string {
  const section = text.slice(text.indexOf(`\n${heading}\n`));
  const found = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section)?.[1];
  if (found === undefined) throw new Error(`${heading} has no block of ${language}`);
  return found;
}

/** The package of the README, in an image that has what its Dockerfile installs. */
function readmePackage(): Files {
  const of = (language: string) => block(page('README.md'), '## Use', language);
  expect(of('dockerfile')).toContain('install -y --no-install-recommends gcc libc6-dev make');
  return {
    'project.json': of('json').replace('hello_builder:1', imageTag()),
    Dockerfile: `FROM ${TOOLBOX}\n`,
    Makefile: of('make'),
    'hello.c': of('c'),
  };
}

test('the example of the README builds, is cached, and does what the README says', async () => {
  const workspace = await testWorkspace(below('packages/hello', readmePackage()));
  const first = await workspace.nx('run', 'hello:build-artifact');
  expect(first.text).toContain('>>> hello Building');
  expect(first.code, first.text).toBe(0);
  const { artifact } = /Artifact (?<artifact>\S+) \(unpacked/.exec(first.text)?.groups ?? {};
  const program = join(artifact ?? 'none', 'bin/hello');
  expect((await execa(program)).stdout).toBe('Hello');

  const again = await workspace.nx('run', 'hello:build-artifact', '--path', 'dist');
  expect(isHit(again, 'hello:archive')).toBe(true);
  expect(again.text).toMatch(/^Copied to \S+\/dist\/hello-\w+-0\.0\.0-[0-9A-F]{7}\.tar\.gz$/m);
  expect(again.text).toContain('(already there, ');

  const source = await workspace.read('packages/hello/hello.c');
  await workspace.write({ 'packages/hello/hello.c': source.replace('Hello', 'Goodbye') });
  const edited = await workspace.nx('affected', '-t', 'build-artifact', '--output-style=stream');
  expect(edited.code, edited.text).toBe(0);
  expect((await execa(program)).stdout).toBe('Goodbye');

  const shell = await workspace.nx(
    'run',
    'hello:shell',
    '--command',
    'make -C /nerves/env/hello O=$PWD -n -B',
  );
  const [command = ''] = block(page('docs/options.md'), '## shell', 'console').split('\n$ ');
  const output = command.split('\n').slice(1).join('\n').trim();
  expect(output).toContain('make: Leaving directory');
  expect(shell.text).toContain(output);
  expect((await workspace.nx('run', 'hello:clean')).code).toBe(0);
  expect(await workspace.volumes()).toEqual([]);
});

test('the example of docs/packages.md for a project without a build directory builds, and goes on building', async () => {
  const project = JSON.parse(String(readmePackage()['project.json']));
  const { options } = project.targets['build-artifact'];
  options.build_runner_opts = JSON.parse(`{${block(page('docs/packages.md'), '## What runs', 'json')}}`);
  options.build_runner_config = { docker: { tag: TOOLBOX, pull: 'never' } };
  const files = {
    'project.json': json(project),
    Makefile: 'hello: hello.c\n\techo run >>runs; cat runs; $(CC) -o $@ $<\n',
    'hello.c': 'int main(void) { return 0; }\n',
    'other.txt': '',
  };
  const workspace = await testWorkspace(below('packages/hello', files));
  const first = await workspace.nx('run', 'hello:build-artifact', '--verbose');
  expect(first.code, first.text).toBe(0);
  await workspace.write({ 'packages/hello/other.txt': 'x' });
  const second = await workspace.nx('run', 'hello:build-artifact', '--verbose');
  expect(second.text).toContain("make: 'hello' is up to date.");
  expect(second.code).toBe(0);
});
