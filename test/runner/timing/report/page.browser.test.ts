import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { analyze } from '../../../../src/runner/timing/report/analysis.js';
import { timingPage } from '../../../../src/runner/timing/report/page/page.js';
import { openPage, type Page } from '../../../support/browser.js';
import { largeBuild } from '../../../support/build-record.js';
import { temporaryDirectory } from '../../../support/workspace.js';

const before = largeBuild(700, { jobs: 4, number: 1 });

async function opened(count: number): Promise<Page> {
  const directory = await temporaryDirectory('page');
  const record = largeBuild(count, { jobs: 4, factor: 1.5, compare_with: 1 });
  await writeFile(join(directory, 'timing.html'), timingPage(analyze(record, before)));
  return await openPage(pathToFileURL(join(directory, 'timing.html')).href);
}

const FIRST = `document.querySelector('#packages tbody tr').cells[0].textContent`;
const SHOWN = `[...document.querySelectorAll('#packages tbody tr')].filter((row) => row.offsetParent).length`;

/** The contrast of two colours (WCAG 2, "contrast ratio"), of texts on the page. */
const CONTRASTS = `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255);
  const light = (color) => {
    const [r, g, b] = numbers(color).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = light(getComputedStyle(document.body).backgroundColor);
  const of = (color) => { const own = light(color); return (Math.max(own, back) + 0.05) / (Math.min(own, back) + 0.05); };
  const texts = ['body', '.dim', 'small', 'thead th', 'label'].map((one) => of(getComputedStyle(document.querySelector(one)).color));
  const bars = ['phase', 'download', 'extract', 'patch', 'configure', 'build', 'install']
    .map((kind) => of(getComputedStyle(document.querySelector('rect.' + kind)).fill));
  return { text: Math.min(...texts), bars: Math.min(...bars), back };
})()`;

test('timingPage() in Chromium: no error, each package in a table that sorts and finds, and a picture that zooms', async () => {
  const page = await opened(700);
  expect(page.messages).toEqual([]);
  expect(await page.evaluate(SHOWN)).toBe(700);
  const first = await page.evaluate(FIRST);
  const click = (column: number) =>
    page.evaluate(`document.querySelectorAll('#packages thead button')[${column}].click()`);
  await click(2);
  const times = `[...document.querySelectorAll('#packages tbody tr')].map((row) => Number(row.cells[2].dataset.value))`;
  const sorted = (await page.evaluate(times)) as number[];
  expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
  expect(await page.evaluate(FIRST)).not.toBe(first);
  expect(await page.evaluate(`document.querySelector('[aria-sort]').ariaSort`)).toBe('descending');
  await click(2);
  expect(await page.evaluate(times)).toEqual(sorted.toReversed());
  const type = (text: string) =>
    page.evaluate(`find.value = ${JSON.stringify(text)}; find.dispatchEvent(new Event('input'))`);
  await type('package69');
  expect(await page.evaluate(SHOWN)).toBe(11);
  await type('');
  expect(await page.evaluate(SHOWN)).toBe(700);
  const width = `document.querySelector('svg').getBoundingClientRect().width`;
  const narrow = Number(await page.evaluate(width));
  await page.evaluate(`zoom.value = 10; zoom.dispatchEvent(new Event('input'))`);
  expect(Number(await page.evaluate(width)) / narrow).toBeCloseTo(10, 0);
  expect(page.messages).toEqual([]);
});

test('timingPage() in Chromium: texts and colours stand out in light and in dark', async () => {
  const page = await opened(60);
  for (const dark of [false, true]) {
    await page.setDark(dark);
    const { text, bars, back } = (await page.evaluate(CONTRASTS)) as Record<string, number>;
    expect(back).toBeCloseTo(dark ? 0 : 1, 1);
    expect(text, `texts, dark: ${dark}`).toBeGreaterThan(4.5);
    expect(bars, `bars, dark: ${dark}`).toBeGreaterThan(2);
  }
});

test.each([20, 700])(
  'timingPage() in Chromium: %d packages fit any window, without scrolling sideways',
  async (count) => {
    const page = await opened(count);
    for (const width of [400, 1200, 2500]) {
      await page.setWidth(width);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide, `in ${width} pixels`).toBeLessThanOrEqual(width);
    }
  },
);
