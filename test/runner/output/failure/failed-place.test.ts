import { expect, test } from 'vitest';
import { FailedPlaceFinder, placeText } from '../../../../src/runner/output/failure/failed-place.js';

/** Lines of a build, of which each comes a second after the one before. */
function placeOf(...lines: string[]): string | undefined {
  const finder = new FailedPlaceFinder();
  lines.forEach((line, index) => {
    if (line.startsWith('make')) finder.makeFailed(line, index * 1000);
    else if (line !== '') finder.headline(line, index * 1000);
  });
  const place = finder.find(lines.length * 1000);
  return place && placeText(place);
}

const stamp = (path: string) => `make[1]: *** [package/pkg-generic.mk:283: ${path}] Error 2`;

test('FailedPlaceFinder takes the package and the step that make names before those of the last headline', () => {
  expect(
    placeOf(
      '>>> host-cmake 3.22 Configuring',
      '>>> host-cmake 3.22 Building',
      '>>> zlib 1.3 Extracting',
      stamp('/nerves/build/build/host-cmake-3.22/.stamp_built'),
      '>>> zlib 1.3 Building',
    ),
  ).toBe('host-cmake, build, after 0:02');
});

test.each([
  [stamp('/b/build/host-cmake-3.22/.stamp_host_installed'), 'host-cmake, install-host'],
  [stamp('/b/build/linux-custom/.stamp_kconfig_fixup_done'), 'linux-custom, configure'],
  [stamp('build/busybox-1.36.1/.stamp_target_installed'), 'busybox, install-target'],
  ['make: *** [/b/build/gcc-final-v13/.stamp_built] Killed', 'gcc-final, build'], // GNU make 3.81 has no line
])('FailedPlaceFinder takes what make names without a headline: %s', (line, expected) => {
  expect(placeOf(line)).toBe(expected);
});

test('FailedPlaceFinder takes the first of two that failed', () => {
  expect(
    placeOf(
      ...['>>> a-b 1-2 Building', '>>> c 1 Building', 'make[2]: *** [Makefile:3: x.o] Error 1'],
      ...[stamp('/b/build/a-b-1-2/.stamp_built'), stamp('/b/build/c-1/.stamp_built')],
    ),
  ).toBe('a-b, build, after 0:02');
});

test('FailedPlaceFinder takes the last headline where make names nothing, and the time since it', () => {
  expect(placeOf('>>> toy 1.0 Building', '', '', '')).toBe('toy, build, after 0:04');
  expect(placeOf('>>> toy 1.0 Building', '>>>   Generating filesystem image rootfs.squashfs')).toBe(
    '"Generating filesystem image rootfs.squashfs", after 0:01',
  );
  expect(placeOf('[INFO ]  Installing final gcc compiler')).toBe(
    '"Installing final gcc compiler", after 0:01',
  );
  expect(placeOf('>>> a 1 Building', 'make: *** [x] Error 1', '>>> b 1 Building')).toBe(
    'a, build, after 0:01',
  );
});

test('FailedPlaceFinder knows nothing of a build without headlines', () => {
  expect(placeOf('make: *** [Makefile:2: all] Error 1')).toBeUndefined();
});
