/** An object whose entries are made one after the other, as there may be too many of them to be there at once. */
export class LongObject {
  constructor(readonly entries: () => Iterable<readonly [key: string, value: unknown]>) {}
}

/** Characters that become bytes at once. */
const CHUNK = 64 * 1024;

/** What `JSON.stringify(value, null, 1)` gives, in parts; `value` may have a {@link LongObject} anywhere in it. */
export function* longJson(value: unknown): Generator<Buffer> {
  let text = '';
  for (const part of partsOf(value, '')) {
    text += part;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function* partsOf(value: unknown, indent: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return yield JSON.stringify(value);
  const [start, end] = Array.isArray(value) ? '[]' : '{}';
  let front = start;
  for (const [key, item] of entriesOf(value)) {
    if (item === undefined) continue;
    const name = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `;
    yield `${front}\n${indent} ${name}`;
    if (typeof item === 'string') yield JSON.stringify(item);
    else yield* partsOf(item, `${indent} `);
    front = ',';
  }
  yield front === start ? `${start}${end}` : `\n${indent}${end}`;
}

function entriesOf(value: object): Iterable<readonly [key: string, value: unknown]> {
  return value instanceof LongObject ? value.entries() : Object.entries(value);
}
