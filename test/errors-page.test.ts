import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../src/errors.js';

const root = resolve(import.meta.dirname, '..');

test('docs/errors.md has one heading per code of ERROR_CODES, in alphabetical order', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([...ERROR_CODES].sort());
});

test.each(ERROR_CODES)('%s is thrown somewhere in src', (code) => {
  // a comparison is not a place that throws it
  expect(sources()).toMatch(new RegExp(`(?<![!=]== )'${code}'`));
});

/** All of src but the list of the codes itself. */
function sources(): string {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .join('\n');
}
