import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LongObject, longJson } from '../../../src/runner/recipe/long-json.js';

const text = (value: unknown) => Buffer.concat([...longJson(value)]).toString();

test('longJson() writes what JSON.stringify() does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(text(value)).toBe(Buffer.from(JSON.stringify(value, null, 1)).toString());
    }),
  );
  expect(text({ a: undefined, b: {}, c: [] })).toBe('{\n "b": {},\n "c": []\n}');
});

test('longJson() takes the entries of a long object one after the other, whatever their names are', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `file-${n}`).concat('__proto__', '\udcff', '"');
  const long = new LongObject(() => names.map((name) => [name, `of ${name}`] as const));
  const of = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
  const chunks = [...longJson({ files: [long, new LongObject(() => [])] })];
  expect(chunks.length).toBeGreaterThan(3);
  expect(Buffer.concat(chunks).toString()).toBe(JSON.stringify({ files: [of, {}] }, null, 1));
});
