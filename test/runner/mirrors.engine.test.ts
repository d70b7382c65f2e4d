import { expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { archive } from '../../src/runner/archive.js';
import { testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { type Files, TOOLBOX, testPackage } from '../support/workspace.js';

/**
 * As Buildroot has it (its Makefile, support/misc/utils.mk): .config is a makefile that is included, with its strings in
 * quotes, and kconfig writes a line for each option that has no value.
 */
const platform: Files = {
  VERSION: '1.29.0\n',
  'create-build.sh': {
    mode: 0o755,
    content: `#!/bin/sh
cp "$1" "$2/.config"
grep -q '^BR2_PRIMARY_SITE=' "$2/.config" || echo 'BR2_PRIMARY_SITE=""' >>"$2/.config"
cp "$(dirname "$0")/Makefile" "$2/"
`,
  },
  Makefile: `BR2_CONFIG = .config
-include $(BR2_CONFIG)
qstrip = $(strip $(subst ",,$(1)))
all: ; @echo "site: <$(call qstrip,$(BR2_PRIMARY_SITE))>"
system:
	mkdir -p $(NERVES_ARTIFACT_NAME)/images; touch $(NERVES_ARTIFACT_NAME)/images/rootfs
	tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME); rm -r $(NERVES_ARTIFACT_NAME)
`,
};

const MIRROR = 'http://127.0.0.1:9/mirror';
const ASKED: BuildOptionsInput = {
  build_runner_opts: { make_args: ['BR2_PRIMARY_SITE={env:BR2_PRIMARY_SITE}', 'all'] },
};

/** The site that make would download from. */
async function site(asked: BuildOptionsInput, env: NodeJS.ProcessEnv, defconfig = ''): Promise<string> {
  const docker = { tag: TOOLBOX, pull: 'never' as const };
  const pkg = await testPackage({
    ...{ platform, files: { VERSION: '0.1.0\n', nerves_defconfig: defconfig } },
    options: { platform: 'platform', build_runner_config: { docker }, ...asked },
  });
  await archive(pkg, testRun(pkg, { env: { ...process.env, ...env } }));
  return /site: <(.*)>/.exec(await stepOutput(pkg.paths.log))?.[1] ?? 'none';
}

test("archive(): a caller's value in make_args is what make takes, whatever Buildroot's .config says", async () => {
  const set = { BR2_PRIMARY_SITE: MIRROR };
  expect(await site(ASKED, set)).toBe(MIRROR);
  expect(await site(ASKED, set, 'BR2_PRIMARY_SITE="http://other/"\n')).toBe(MIRROR);
});

test.each([{ BR2_PRIMARY_SITE: undefined }, { BR2_PRIMARY_SITE: '' }])(
  'archive(): with %j of the caller .config counts, as nothing is on the command line',
  async (env) => {
    expect(await site(ASKED, env, 'BR2_PRIMARY_SITE="http://other/"\n')).toBe('http://other/');
  },
);

test('archive(): the same variable in `env` changes nothing, as .config beats the environment', async () => {
  const inEnv = { env: { BR2_PRIMARY_SITE: null }, build_runner_opts: { make_args: ['all'] } };
  expect(await site(inEnv, { BR2_PRIMARY_SITE: MIRROR })).toBe('');
});
