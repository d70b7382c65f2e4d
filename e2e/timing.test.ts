import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { below, system, systemOptions } from './support/systems.js';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

test('timing prints how long the last build took, and writes its report, without an engine', async () => {
  const make = 'for name in zlib busybox; do echo ">>> $name 1.0 Building"; sleep 1; done';
  const archive = 'mkdir {artifact_name} && tar czf {artifact_name}.tar.gz {artifact_name}';
  const commands = { create_build: 'true', make, archive };
  const options = { build_runner_config: systemOptions.build_runner_config, build_runner_opts: { commands } };
  const workspace = await testWorkspace(below('systems/alpha', system('alpha', options)));
  const none = await workspace.nx('run', 'alpha:timing');
  expect(none.code).toBe(1);
  expect(none.text).toMatch(
    /^RECORD_MISSING: could not find the last build of alpha: no build was recorded in /m,
  );

  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:timing');
  expect(code, text).toBe(0);
  expect(text).toMatch(/^alpha 0\.1\.0: build 1, took 0:\d\d from an empty build directory$/m);
  expect(text).toMatch(/^slowest packages:\n {2}(zlib {5}|busybox {2})1\.\d s$/m);
  const [page, trace] = text.match(/^file:\S+$/gm) ?? [];
  expect(await readFile(fileURLToPath(page ?? ''), 'utf8')).toContain('<title>alpha 0.1.0: build 1</title>');
  expect(JSON.parse(await readFile(fileURLToPath(trace ?? ''), 'utf8'))).toContainEqual(
    expect.objectContaining({ name: 'busybox build', ph: 'X' }),
  );
  const json = await workspace.nx('run', 'alpha:timing', '--build=1', '--json');
  expect(JSON.parse(/^\{$[\s\S]*?^\}$/m.exec(json.text)?.[0] ?? '{}')).toMatchObject({
    ...{ version: 1, record: { number: 1 }, critical_path: null, advice: [] },
    packages: [{ name: 'zlib' }, { name: 'busybox' }],
  });
});
