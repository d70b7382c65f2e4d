import { expect, test } from 'vitest';
import { buildrootSettings } from '../../../../src/runner/timing/facts/buildroot-settings.js';
import { parseCcacheStats } from '../../../../src/runner/timing/facts/ccache.js';
import { parseInfo } from '../../../../src/runner/timing/facts/dependencies.js';

test('parseInfo() has what each package needs, of the one line that is JSON', () => {
  const info = {
    zlib: { type: 'target', name: 'zlib', version: '1.3', dependencies: ['host-skeleton', 'toolchain'] },
    toolchain: { type: 'target', virtual: true, dependencies: [], reverse_dependencies: ['zlib'] },
    'rootfs-tar': { type: 'rootfs', image_name: 'rootfs.tar' },
  };
  expect(parseInfo(`make: warning: {\n ${JSON.stringify(info)}\n`)).toEqual({
    ...{ zlib: ['host-skeleton', 'toolchain'], toolchain: [] },
  });
});

test.each(['', '{', '{}', '[]', '{"a":1}', 'null\n{"a":{"dependencies":3}}'])(
  'parseInfo() of %j knows nothing',
  (text) => {
    expect(parseInfo(text)).toBeUndefined();
  },
);

test('parseCcacheStats() reads what ccache 4 prints, and nothing of one that does not know --print-stats', () => {
  const text = 'cache_miss\t3\ndirect_cache_hit\t40\ndirect_cache_miss\t9\npreprocessed_cache_hit\t2\n';
  expect(parseCcacheStats(text)).toEqual({ hits: 42, misses: 3 });
  expect(parseCcacheStats('ccache: invalid option -- --print-stats\n')).toBeUndefined();
});

test('buildrootSettings() reads a .config, and nothing of another program’s', () => {
  const config = `# Automatically generated file; DO NOT EDIT.
BR2_CCACHE=y
# BR2_PER_PACKAGE_DIRECTORIES is not set
BR2_TOOLCHAIN_BUILDROOT=y
BR2_PRIMARY_SITE="https://mirror.example.org"
`;
  expect(buildrootSettings(config)).toEqual({
    ...{ ccache: true, per_package_directories: false, internal_toolchain: true, mirror: true },
  });
  expect(buildrootSettings('BR2_x86_64=y\nBR2_PRIMARY_SITE=""\nBR2_CCACHE_DIR="x"\n')).toEqual({
    ...{ ccache: false, per_package_directories: false, internal_toolchain: false, mirror: false },
  });
  expect(buildrootSettings('CONFIG_CCACHE=y\n')).toBeNull();
});
