import { expect, test } from 'vitest';
import { archive } from '../../../../src/runner/archive.js';
import { type BuildRecord, recordOf } from '../../../../src/runner/timing/record.js';
import { testRun } from '../../../support/runner.js';
import { TOOLBOX, testPackage } from '../../../support/workspace.js';

/** Answers as Buildroot does; its ccache counts the packages that were built. */
const MAKEFILE = `all: build/host-ccache-4 build/zlib-1 build/busybox-1

build/%:
\t@echo ">>> $(word 1,$(subst -4, ,$(subst -1, ,$*))) 1.0 Building"
\t@sleep 1.5
\t@mkdir -p $@ && touch $@/.stamp_installed && echo >>counted

show-build-order:
\t@:
\t$(foreach package,host-ccache zlib busybox,$(info $(package)))

show-info:
\t@:
\t$(info {"zlib": {"dependencies": ["host-ccache"]}, "busybox": {"dependencies": ["zlib", "toolchain"]}})
`;

/** What create-build leaves. The first count is made after host-ccache, so that it is none of its own. */
const CREATE = `mkdir -p host/bin; printf 'BR2_CCACHE=y\\nBR2_CCACHE_DIR="$(HOME)/c"\\n' >.config
cat >host/bin/ccache <<'END'
#!/bin/sh
case $CCACHE_DIR in */c) ;; *) exit 1 ;; esac
[ "$1" = --print-stats ] && printf 'direct_cache_hit\\t%d\\npreprocessed_cache_hit\\t0\\ncache_miss\\t5\\n' $(wc -l <counted)
END
chmod +x host/bin/ccache`;

const ARCHIVE = 'mkdir -p $1 && tar czf $1.tar.gz $1 && rmdir $1';

test('BuildFacts: what Buildroot says of its packages, its .config and its ccache stands in the record', async () => {
  const options = {
    build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' as const } },
    build_runner_opts: {
      commands: {
        create_build: CREATE,
        make: ['make', '-f', '{package_dir}/Makefile'],
        archive: ['sh', '-c', ARCHIVE, 'sh', '{artifact_name}'],
      },
    },
  };
  const pkg = await testPackage({ options, files: { Makefile: MAKEFILE } });
  await archive(pkg, testRun(pkg));
  const record = (await recordOf(pkg.paths.timing, 1)) as BuildRecord;
  expect(record).toMatchObject({
    build_order: ['host-ccache', 'zlib', 'busybox'],
    dependencies: { zlib: ['host-ccache'], busybox: ['zlib', 'toolchain'] },
    buildroot: { ccache: true, per_package_directories: false, internal_toolchain: false, mirror: false },
    ccache: { hits: 2, misses: 0 },
  });
  const { usage } = record;
  expect(usage?.cores).toBeGreaterThan(0);
  expect(usage?.memory_limit).toBeGreaterThan(1e8);
  for (const { at_ms, cpu_ms, memory } of usage?.samples ?? []) {
    expect(at_ms).toBeLessThan(Date.parse(record.finished) - Date.parse(record.started));
    expect(cpu_ms).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(0);
  }
});
