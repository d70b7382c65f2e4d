import { expect, test } from 'vitest';
import { analyze } from '../../../../src/runner/timing/report/analysis.js';
import { timingPage } from '../../../../src/runner/timing/report/page/page.js';
import { buildRecord, largeBuild, packageTime } from '../../../support/build-record.js';

const page = (...records: Parameters<typeof analyze>) => timingPage(analyze(...records));

test('timingPage() escapes what a build has printed', () => {
  const text = page(
    buildRecord({
      package: '<i>&"',
      packages: [packageTime('</script><script>alert(1)</script>', 'build', 3, 9)],
    }),
  );
  expect(text).not.toContain('<script>alert');
  expect(text).not.toContain('<i>&');
  expect(text).toContain('&#60;script&#62;alert(1)');
});

test('timingPage() names nothing that comes from elsewhere, and lets a browser load nothing', () => {
  const text = page(largeBuild(50, { jobs: 2 }));
  expect(text).toContain(`content="default-src &#39;none&#39;;`);
  expect(text).not.toMatch(/https?:|\bsrc=|\bhref=|@import|url\(/);
});

test('timingPage() has each package in its table, also those too short for the picture', () => {
  const record = largeBuild(700, { jobs: 4 });
  const text = page(record, largeBuild(700, { jobs: 4, number: 1 }));
  for (const name of record.build_order ?? []) expect(text).toContain(`<th scope="row">${name} <small>`);
  const bars = text.match(/<rect /g)?.length ?? 0;
  expect(bars).toBeGreaterThan(700);
  expect(bars, 'drawn together where nobody could see them apart').toBeLessThan(700 * 6);
  expect(text.length).toBeLessThan(1_500_000);
});

test('timingPage() shows what failed, and of a build without packages its phases', () => {
  const failure = { code: 'BUILD_FAILED' as const, package: 'zlib', step: 'build', after_ms: 100, line: 7 };
  const failed = page(
    buildRecord({ result: 'failure', packages: [packageTime('zlib', 'build', 3)], failure }),
  );
  expect(failed).toMatch(/<rect class="build open"/);
  expect(failed).toContain('not ended');
  expect(failed).toContain('failed in zlib, build, from an empty build directory');
  const plain = page(buildRecord({ configuration: 'debug', fresh: null }));
  expect(plain).toContain('succeeded, not begun, configuration debug');
  expect(plain).toContain('<th scope="row">make</th>');
  expect(plain).not.toContain('All packages');
});
